"""Who holds a voice, from when to when; the holder is confidential."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portevoix.core.encryption import EncryptedTextField
from portevoix.programme.kinds import TenureRole
from portevoix.programme.models.voices import Voice


class TenureQuerySet(models.QuerySet["Tenure"]):
    """Tenures, by when they last. The day `to_on` is excluded; empty means not ended."""

    def current(self, on: date) -> "TenureQuerySet":
        """Return tenures that last on the day `on`."""
        return self.filter(Q(to_on=None) | Q(to_on__gt=on), from_on__lte=on)

    def overlapping(self, start: date, end: date | None) -> "TenureQuerySet":
        """Return tenures that last on some day from `start` to `end` (excluded; None means no end)."""
        found = self.filter(Q(to_on=None) | Q(to_on__gt=start))
        return found if end is None else found.filter(from_on__lt=end)


class Tenure(models.Model):
    """One person's time with one voice. One principal at a time.

    `holder` is the id of a user, encrypted: no column and no foreign key names the person. It is read in
    `programme.queries` alone.
    """

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="tenures")
    holder = EncryptedTextField()
    role = models.CharField(_("role"), max_length=10, choices=TenureRole)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = TenureQuerySet.as_manager()

    class Meta:
        ordering = ("from_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("voice",),
                condition=Q(role="principal", to_on=None),
                name="programme_tenure_one_open_principal",
            ),
            models.UniqueConstraint(
                fields=("voice", "from_on"),
                condition=Q(role="principal"),
                name="programme_tenure_one_principal_a_day",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(from_on__lt=F("to_on")), name="programme_tenure_forward"
            ),
            models.CheckConstraint(condition=~Q(holder=""), name="programme_tenure_held"),
            models.CheckConstraint(condition=Q(role__in=TenureRole.values), name="programme_tenure_role"),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.voice_id} from {self.from_on}"

    @property
    def last_on(self) -> date | None:
        """Return the last day on which it lasts, None while it has no end."""
        return self.to_on - timedelta(days=1) if self.to_on else None

    def is_current(self, on: date) -> bool:
        """Return whether it lasts on the day `on`."""
        return self.from_on <= on and (self.to_on is None or on < self.to_on)
