"""Files that people bring from a page, and what the columns of such files were said to be."""

from django.db import models
from django.db.models import Q

from portevoix.ledger.models.intakes import Import
from portevoix.people.models import Brand, User


class UploadQuerySet(models.QuerySet["Upload"]):
    """Files, by what is to be done with them."""

    def due(self) -> "UploadQuerySet":
        """Return files that somebody asked to have imported, and that are not all in."""
        return self.filter(Q(run=None) | Q(run__intake__known_at_us=None), asked_at__isnull=False)


class Upload(models.Model):
    """A file that somebody brought, from its arrival until it is in or thrown away.

    `form` is the key of the reader that understands it, '' for a table of interactions. `reading` says how it is
    to be read: of a table columns, delimiter, header and kinds; of another whose it is and of when. `asked_at` is
    set while it is to be imported; `problem` says why it was not. `has_file` as long as the file is kept.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    network = models.CharField(max_length=20)
    form = models.CharField(max_length=40, blank=True, default="")
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    line_count = models.BigIntegerField(null=True)
    reading = models.JSONField(default=dict)
    brought_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")
    run = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="uploads")
    has_file = models.BooleanField(default=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("brand", "id"), name="ledger_upload_of_brand"),
            models.Index(fields=("id",), condition=Q(asked_at__isnull=False), name="ledger_upload_asked"),
        )

    def __str__(self) -> str:
        return f"upload {self.pk} of {self.file_name}"


class Mapping(models.Model):
    """What somebody said the columns of a table are, kept for the next table of the network with the same header.

    `header` is a digest of the first line's names; `columns` are ours in their order, `kinds` our kinds by the
    table's words.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=20)
    header = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    kinds = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("brand", "network", "header"), name="ledger_mapping_once"),
        )

    def __str__(self) -> str:
        return f"columns of a table of {self.network}"
