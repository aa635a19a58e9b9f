"""Brands, and who takes part in them."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portevoix.people.models.users import User


class Brand(models.Model):
    """A company or product name that runs a programme; the border that no row crosses."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=60)
    languages = models.JSONField(_("languages"), default=list)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Return the IANA zone in which this brand lives its days and months."""
        return ZoneInfo(self.time_zone)

    def day(self, now: datetime) -> date:
        """Return the day that it is for this brand at the instant `now`."""
        return now.astimezone(self.zone).date()

    @property
    def owner(self) -> str:
        """Return the name under which jobs of this brand are kept."""
        return f"brand:{self.pk}"


class Role(models.TextChoices):
    """What somebody is to a brand's programme; `product.md` calls them the people."""

    LEAD = "lead", _("Lead")
    AMBASSADOR = "ambassador", _("Ambassador")
    EXPERT = "expert", _("Expert")
    MANAGER = "manager", _("Line manager")
    EXECUTIVE = "executive", _("Range manager or executive")
    REVIEWER = "reviewer", _("Reviewer")
    CONSULTANT = "consultant", _("Consultant")
    PROTECTION_OFFICER = "protection_officer", _("Data-protection officer")


GUESTS: Final = frozenset({Role.CONSULTANT})
"""Roles of people from outside, which always end by themselves."""


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, by whether they count on a day."""

    def current(self, on: date) -> "MembershipQuerySet":
        """Return memberships that have not expired on the day `on`, which is one of their brand's zone."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on))


class Membership(models.Model):
    """One role of one user in one brand, possibly until a day (a guest's access expires)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=24, choices=Role)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "brand", "role"), name="people_membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="people_membership_role"),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.brand_id}"

    def is_current(self, now: datetime) -> bool:
        """Return whether it has not expired at the instant `now`, by the day of its brand's zone."""
        return self.expires_on is None or self.expires_on >= self.brand.day(now)
