"""The editorial line: the rules by which a contribution is judged."""

from datetime import date

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portevoix.core import clock
from portevoix.people.models import Brand


class EditorialLineQuerySet(models.QuerySet["EditorialLine"]):
    """Versions of the line, by whether they have come into force."""

    def in_force(self, on: date) -> "EditorialLineQuerySet":
        """Return versions whose day has come on the day `on`, the one that counts first."""
        return self.filter(from_on__lte=on).order_by("-version")

    def current(self, on: date) -> "EditorialLine | None":
        """Return the version that counts on the day `on`: the last one written whose day has come."""
        return self.in_force(on).first()


class EditorialLine(models.Model):
    """One version of a brand's editorial line. A version that has come into force is never edited.

    `commercial_ceiling` is the greatest share of commercial posts, in per cent; empty means none is set.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    from_on = models.DateField(_("in force from"))
    topics = models.JSONField(_("topics"), default=list, blank=True)
    tone = models.TextField(_("tone"), default="", blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    forbidden_words = models.JSONField(_("forbidden words"), default=list, blank=True)
    disclosure = models.TextField(_("disclosure"), default="", blank=True)
    commercial_ceiling = models.PositiveSmallIntegerField(
        _("commercial posts, at most (%)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    courtesy = models.JSONField(_("courtesy"), default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = EditorialLineQuerySet.as_manager()

    class Meta:
        ordering = ("version",)
        constraints = (
            models.UniqueConstraint(fields=("brand", "version"), name="programme_line_once"),
            models.CheckConstraint(
                condition=Q(commercial_ceiling=None) | Q(commercial_ceiling__lte=100),
                name="programme_line_ceiling",
            ),
        )

    def __str__(self) -> str:
        return f"v{self.version}"
