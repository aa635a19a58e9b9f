"""What the programme is cut into: spheres, product ranges, phases."""

from datetime import date, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portevoix.people.models import Brand
from portevoix.programme.kinds import PhaseKind, SphereKey


class Sphere(models.Model):
    """One of the four spheres of a brand, with its objectives (a list of sentences)."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("sphere"), max_length=12, choices=SphereKey)
    objectives = models.JSONField(_("objectives"), default=list, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("brand", "key"), name="programme_sphere_once"),
            models.CheckConstraint(condition=Q(key__in=SphereKey.values), name="programme_sphere_known"),
        )

    def __str__(self) -> str:
        return str(SphereKey(self.key).label)


class ProductRange(models.Model):
    """A range of products, with what it asks of its voices.

    `cadence` is the number of posts a week expected of each voice. `preferred_networks` are registry keys,
    the most preferred first. `audience_segments` are never mixed in evidence: buyers are not learners.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=120)
    objectives = models.JSONField(_("objectives"), default=list, blank=True)
    cadence = models.PositiveSmallIntegerField(_("posts a week"), null=True, blank=True)
    vocabulary = models.JSONField(_("vocabulary"), default=list, blank=True)
    audience_segments = models.JSONField(_("audience segments"), default=list, blank=True)
    preferred_networks = models.JSONField(_("preferred networks"), default=list, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=("brand", "slug"), name="programme_range_once"),)

    def __str__(self) -> str:
        return self.name


class PhaseQuerySet(models.QuerySet["Phase"]):
    """Phases, by whether they run on a day and for which range."""

    def current(self, on: date) -> "PhaseQuerySet":
        """Return phases that run on the day `on`."""
        return self.filter(Q(to_on=None) | Q(to_on__gt=on), from_on__lte=on)

    def of_range(self, product_range: ProductRange | None) -> "PhaseQuerySet":
        """Return phases that concern `product_range`: its own and those of the whole brand."""
        return self.filter(Q(product_range=None) | Q(product_range=product_range))


class Phase(models.Model):
    """A stretch of the programme, of the whole brand or of one range; phases may overlap by range.

    `to_on` is excluded; empty means not ended. `commercial_ceiling` is the greatest share of commercial
    posts, in per cent. `targets` maps a metric's id to the monthly figure wished for.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=PhaseKind)
    product_range = models.ForeignKey(
        ProductRange, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    commercial_ceiling = models.PositiveSmallIntegerField(
        _("commercial posts, at most (%)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    targets = models.JSONField(_("targets"), default=dict, blank=True)
    exit_criteria = models.JSONField(_("exit criteria"), default=list, blank=True)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        ordering = ("from_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=("brand", "slug"), name="programme_phase_once"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(from_on__lt=F("to_on")), name="programme_phase_forward"
            ),
            models.CheckConstraint(
                condition=Q(commercial_ceiling=None) | Q(commercial_ceiling__lte=100),
                name="programme_phase_ceiling",
            ),
        )

    def __str__(self) -> str:
        return self.slug

    @property
    def last_on(self) -> date | None:
        """Return the last day on which it runs, None while it has no end."""
        return self.to_on - timedelta(days=1) if self.to_on else None

    def is_current(self, on: date) -> bool:
        """Return whether it runs on the day `on`."""
        return self.from_on <= on and (self.to_on is None or on < self.to_on)

    def concerns(self, range_id: int | None) -> bool:
        """Return whether it concerns voices of that range (row id; None: of none): it does when it has none."""
        return self.product_range_id in (None, range_id)
