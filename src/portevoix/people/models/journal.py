"""What was done, by whom, to what."""

from django.db import models

from portevoix.people.models.brands import Brand
from portevoix.people.models.users import User


class JournalEntry(models.Model):
    """One line of the journal: a dotted action, its actor, its subject. Lines are added, never changed.

    `actor` is empty for the system itself. `subject` names the row ("voice:12"); `facts` holds what is
    needed to read the line later, never a secret and never a holder's name.
    """

    brand = models.ForeignKey(Brand, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_kind = models.CharField(max_length=12, default="user")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("brand", "-at"), name="people_journal_by_brand"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
