"""The Parquet files that facts went out to: disposable segments, and archived months that are kept."""

from django.db import models
from django.db.models import Q

from portevoix.people.models import Brand


class Segment(models.Model):
    """One run of the projector. `writing`: its files may be half there; `live`: readers use them.

    `grown`: whole, and live once all that is being regrown is. `superseded`: others have taken its place.
    """

    state = models.CharField(max_length=12, default="writing")
    started_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"segment {self.pk} ({self.state})"


class SegmentFileQuerySet(models.QuerySet["SegmentFile"]):
    """Files, by whether readers use them."""

    def live(self) -> "SegmentFileQuerySet":
        """Return the files that say, together and each fact once, what the projection says."""
        return self.filter(segment__state="live", superseded_at=None)


class SegmentFile(models.Model):
    """One Parquet file of a segment: one table, one brand, one UTC month. `path` is below the data folder.

    `superseded_at` is when other files took its place, by regrowing or merging; it stays for a while on disk.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="files")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=20)
    month = models.CharField(max_length=7)
    path = models.CharField(max_length=300, unique=True)
    row_count = models.BigIntegerField()
    byte_count = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)

    objects = SegmentFileQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("table", "brand", "month"), name="ledger_segment_file_find"),)

    def __str__(self) -> str:
        return self.path


class ArchivedMonth(models.Model):
    """One brand's facts of one UTC month, sorted, written once and checksummed.

    Facts that became known later make a next `version`; the newest one is `is_current`.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    folder = models.CharField(max_length=300, unique=True)
    manifest = models.JSONField()
    archived_at = models.DateTimeField()

    class Meta:
        ordering = ("brand", "month", "version")
        constraints = (
            models.UniqueConstraint(fields=("brand", "month", "version"), name="ledger_archive_version_once"),
            models.UniqueConstraint(
                fields=("brand", "month"), condition=Q(is_current=True), name="ledger_archive_current_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.month} of brand {self.brand_id}, version {self.version}"
