"""What was closed, and what goes before: comments, and reminders of them."""

from django.db import models
from django.db.models import Q

from portevoix.measures.models.figures import Figure
from portevoix.people.models import Brand
from portevoix.programme.models import Voice


class Closing(models.Model):
    """One brand's month, closed: its figures and all that they rest on, never changed afterwards.

    `known_until_us` is the last instant from which a fact may count here; `basis` is what the figures were
    computed from beside the facts (`measures.basis`); `metric_versions` is {metric: version}. `facts_digest` and
    `digest` are those of `measures.sealing`.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    time_zone = models.CharField(max_length=60)
    closed_at = models.DateTimeField()
    known_until_us = models.BigIntegerField()
    basis = models.JSONField()
    metric_versions = models.JSONField()
    facts_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("brand", "-month")
        constraints = (models.UniqueConstraint(fields=("brand", "month"), name="measures_closing_once"),)

    def __str__(self) -> str:
        return f"{self.month} of brand {self.brand_id}, closed"


class ClosedLine(Figure):
    """One closed figure: a voice's, or the brand's own where `voice` is empty. Empty values: nobody looked."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="lines")
    voice = models.ForeignKey(Voice, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("closing", "voice", "metric"), name="measures_closed_line_once"),
            models.UniqueConstraint(
                fields=("closing", "metric"),
                condition=Q(voice=None),
                name="measures_closed_brand_line_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} of voice {self.voice_id}, closed"


class Comment(models.Model):
    """What is said of a voice's month, until it is closed. No column says who wrote it: the voice did."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="+")
    month = models.CharField(max_length=7)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("voice", "month")
        constraints = (models.UniqueConstraint(fields=("voice", "month"), name="measures_comment_once"),)

    def __str__(self) -> str:
        return f"comment on {self.month} of voice {self.voice_id}"


class Reminder(models.Model):
    """One mail that reminds somebody of a month. `key` names what it is about: a tenure or a lead, never a holder.

    It is claimed before it is sent. `failed_at` says that it surely was not sent, so that it may be tried again.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120, unique=True)
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key
