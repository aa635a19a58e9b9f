"""The rows of `core`: a piece of long work, and a form that was sent."""

from django.db import models

from portevoix.core import clock

INSTALLATION = "installation"
"""The owner of work that belongs to no brand: recurring work, of which each kind has one row."""


class Job(models.Model):
    """A piece of long work: who it is for, how far it has come, who holds it until when.

    `owner` names what the work belongs to ("brand:3"): `core` knows no brand. `progress_total` is 0 when
    the size is unknown. States are those of `core.jobs.STATES`.
    """

    kind = models.CharField(max_length=40)
    owner = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default="waiting")
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    cursor = models.JSONField(default=dict)
    detail = models.TextField(default="", blank=True)
    attempt = models.PositiveIntegerField(default=0)
    host = models.CharField(max_length=255, default="", blank=True)
    lease_until = models.DateTimeField(null=True)
    is_cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("kind",), condition=models.Q(owner=INSTALLATION), name="core_job_recurring_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("lease_until",), condition=models.Q(state="running"), name="core_job_running"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def progress_percent(self) -> int | None:
        """Return how far the work has come, 0 to 100, or None when its size is unknown."""
        if not self.progress_total:
            return None
        return min(100, self.progress_done * 100 // self.progress_total)


class SentForm(models.Model):
    """A form that was sent and taken: `key` is a digest of who sent what, `place` the address that it led to."""

    key = models.CharField(max_length=64, unique=True)
    place = models.CharField(max_length=500, default="", blank=True)
    sent_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"a form that led to {self.place}"
