"""The facts themselves. Each stands on the intake that brought it, and counts once that is finished.

`at_us` is when it happened, in UTC microseconds; when it became known is its intake's `known_at_us`.
"""

from django.db import models

from portevoix.ledger.models.intakes import Intake
from portevoix.networks.contracts import OURS
from portevoix.people.models import Brand


class Actor(models.Model):
    """An account that did something, or to which something was done, on one network.

    Our own accounts are actors too, under the `remote_id` of their `networks.Account`.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    network = models.CharField(max_length=20)
    remote_id = models.CharField(max_length=500)
    handle = models.CharField(max_length=200, blank=True, default="")
    display_name = models.CharField(max_length=200, blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("brand", "network", "remote_id"), name="ledger_actor_once"),
        )

    def __str__(self) -> str:
        return self.handle or self.remote_id


class FactQuerySet(models.QuerySet["Interaction"]):
    """Facts, by whether they count."""

    def visible(self) -> "FactQuerySet":
        """Return facts whose intake is finished."""
        return self.filter(intake__known_at_us__isnull=False)


class Interaction(models.Model):
    """Somebody did something to an account of the network: liked, reposted, mentioned, answered, followed.

    `key` makes a fact the same fact whichever source tells it (`ledger.rules.identity_key`). `object_id` is
    the publication concerned and `remote_id` the act's own id, as the network names them, when told.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    at_us = models.BigIntegerField()
    object_id = models.CharField(max_length=500, blank=True, default="")
    remote_id = models.CharField(max_length=500, blank=True, default="")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("actor", "kind", "key"), name="ledger_interaction_once"),
        )
        indexes = (models.Index(fields=("target", "at_us"), name="ledger_interaction_received"),)

    def __str__(self) -> str:
        return f"{self.kind} by actor {self.actor_id} to {self.target_id}"


class Publication(models.Model):
    """A post, reply or article as seen on its network: ours, a rival's, anybody's.

    `made_with` is the application in which it was written, '' where the network does not tell.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+", db_index=False)
    remote_id = models.CharField(max_length=500)
    kind = models.CharField(max_length=16)
    at_us = models.BigIntegerField()
    url = models.CharField(max_length=500, blank=True, default="")
    in_reply_to = models.CharField(max_length=500, blank=True, default="")
    made_with = models.CharField(max_length=120, blank=True, default="")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("author", "remote_id"), name="ledger_publication_once"),
        )
        indexes = (models.Index(fields=("author", "at_us"), name="ledger_publication_by_author"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.remote_id}"

    @property
    def is_outside(self) -> bool | None:
        """Return whether it was written outside Porte-voix, None where the network does not tell."""
        return self.made_with != OURS if self.made_with else None


class Reading(models.Model):
    """A count read at one moment: of a publication (`object_id`), or of the account itself when empty."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+", db_index=False)
    object_id = models.CharField(max_length=500, blank=True, default="")
    counted = models.CharField(max_length=16)
    value = models.BigIntegerField()
    at_us = models.BigIntegerField()
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("actor", "counted", "object_id", "at_us"), name="ledger_reading_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.value} {self.counted} of actor {self.actor_id}"


class Content(models.Model):
    """What was said in a publication or an act, kept apart from the fact because it may have to be erased.

    It is erased on `delete_on` where its network allows keeping it no longer, and when it is deleted there.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+", db_index=False)
    remote_id = models.CharField(max_length=500)
    text = models.TextField()
    language = models.CharField(max_length=12, blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")
    delete_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("author", "remote_id"), name="ledger_content_once"),)
        indexes = (
            models.Index(fields=("brand", "remote_id"), name="ledger_content_by_id"),
            models.Index(
                fields=("delete_on",), condition=models.Q(delete_on__isnull=False), name="ledger_content_due"
            ),
        )

    def __str__(self) -> str:
        return f"content of {self.remote_id}"
