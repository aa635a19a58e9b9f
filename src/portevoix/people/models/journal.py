"""What was done, by whom, to what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portevoix.core import clock
from portevoix.core.encryption import EncryptedTextField
from portevoix.people.models.brands import Brand
from portevoix.people.models.users import User


class ActorKind(models.TextChoices):
    """What acted: a person in the own name, a voice through whoever holds it, or the system itself."""

    USER = "user", _("User")
    VOICE = "voice", _("Voice")
    SYSTEM = "system", _("System")


class JournalEntry(models.Model):
    """One line of the journal: a dotted action, its actor, its subject. Lines are added, never changed.

    `actor` is empty for the system itself, and for a voice: then `actor_subject` names the voice ("voice:12")
    and `hidden_person` is the id of the user who acted for it, encrypted, read in `programme.queries` alone.
    `subject` names the row; `facts` holds what is needed to read the line later, never a secret and never a
    holder's name.
    """

    brand = models.ForeignKey(Brand, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_kind = models.CharField(max_length=12, choices=ActorKind, default=ActorKind.USER)
    actor_subject = models.CharField(max_length=80, blank=True, default="")
    hidden_person = EncryptedTextField(blank=True, default="")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("brand", "-at"), name="people_journal_by_brand"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(actor_kind="voice") | Q(actor=None), name="people_journal_voice_hides_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
