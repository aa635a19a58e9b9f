"""How facts came in: one `Intake` for each finished file or collection, and what it covers.

A fact is visible once its intake is finished; `known_at_us` is the instant from which all of it counts.
"""

from django.db import models
from django.db.models import Q

from portevoix.core.models import Job
from portevoix.ledger.models.files import Segment
from portevoix.networks.models import Account
from portevoix.people.models import Brand


class IntakeQuerySet(models.QuerySet["Intake"]):
    """Intakes, by whether what they brought counts yet."""

    def open(self) -> "IntakeQuerySet":
        """Return intakes that are still bringing facts: what they brought is invisible."""
        return self.filter(known_at_us=None)

    def finished(self) -> "IntakeQuerySet":
        """Return intakes whose facts count."""
        return self.exclude(known_at_us=None)

    def unprojected(self) -> "IntakeQuerySet":
        """Return finished intakes that no segment holds yet."""
        return self.finished().filter(segment=None)


class Intake(models.Model):
    """One bringing-in of facts of one brand from one network: a file, a collection, or figures handed down.

    The rows of an intake never change once it is finished, so it is the unit that the projector takes. Before
    that, a row may move to another intake that met the same fact and finishes first.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    network = models.CharField(max_length=20)
    source = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    known_at_us = models.BigIntegerField(null=True)
    segment = models.ForeignKey(Segment, null=True, on_delete=models.SET_NULL, related_name="intakes")

    objects = IntakeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("brand", "known_at_us"), name="ledger_intake_of_brand"),
            models.Index(fields=("id",), condition=Q(segment=None), name="ledger_intake_unprojected"),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports, by how far they are."""

    def unfinished(self) -> "ImportQuerySet":
        """Return imports whose facts do not count yet."""
        return self.filter(intake__known_at_us=None)


class Import(models.Model):
    """One file being brought in. The same file with the same reading is known by `content_hash`.

    Counts are those of committed batches; `rejects_bytes` is how much of the rejects file they account for.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    intake = models.OneToOneField(Intake, on_delete=models.PROTECT, related_name="file")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    kinds = models.JSONField(default=list)
    has_declared_kinds = models.BooleanField(default=False)
    read_count = models.BigIntegerField(default=0)
    added_count = models.BigIntegerField(default=0)
    known_count = models.BigIntegerField(default=0)
    rejected_count = models.BigIntegerField(default=0)
    rejects_bytes = models.BigIntegerField(default=0)
    first_us = models.BigIntegerField(null=True)
    last_us = models.BigIntegerField(null=True)
    is_accepted_early = models.BooleanField(default=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("brand", "content_hash"), name="ledger_import_by_content"),)

    def __str__(self) -> str:
        return f"import {self.pk} of {self.file_name}"

    @property
    def is_finished(self) -> bool:
        """Return whether what it brought counts."""
        return self.intake.known_at_us is not None


class Sighting(models.Model):
    """An intake met a fact that another, unfinished intake had brought first.

    When the one that met it finishes, the fact becomes its own, and so visible.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="+")
    interaction = models.ForeignKey("ledger.Interaction", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("intake", "interaction"), name="ledger_sighting_once"),
        )

    def __str__(self) -> str:
        return f"intake {self.intake_id} met fact {self.interaction_id}"


class CoverageQuerySet(models.QuerySet["Coverage"]):
    """Coverages, by when and by whether their intake counts."""

    def overlapping(self, from_us: int, to_us: int) -> "CoverageQuerySet":
        """Return coverages that count and share an instant with [from_us, to_us)."""
        counts = Q(intake=None) | Q(intake__known_at_us__isnull=False)
        return self.filter(counts, from_us__lt=to_us, to_us__gt=from_us)


class Coverage(models.Model):
    """From when to when a source told everything of one kind, for one account or for all of a network.

    Where nothing covers a kind, a figure has no value: nobody looked. What a collector covers ends at its last
    success, so that nothing after it counts as looked at. `kind` is an interaction's or "post".
    What a file covers counts once its import is finished; what a collector covers has no intake.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    network = models.CharField(max_length=20)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    from_us = models.BigIntegerField()
    to_us = models.BigIntegerField()
    intake = models.ForeignKey(Intake, null=True, on_delete=models.CASCADE, related_name="+")

    objects = CoverageQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("brand", "from_us"), name="ledger_coverage_of_brand"),)

    def __str__(self) -> str:
        return f"{self.kind} on {self.network} from {self.from_us} to {self.to_us}"


class Cursor(models.Model):
    """How far a collector has read one stream of one account; moved with what it brought.

    `read_until` is empty while the network has told nothing yet but that there is more to come.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=20)
    value = models.TextField(default="", blank=True)
    read_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "stream"), name="ledger_cursor_once"),)

    def __str__(self) -> str:
        return f"{self.stream} of account {self.account_id}"
