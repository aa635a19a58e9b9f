"""Accounts on networks, and which voice holds them when."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portevoix.networks.registry import network_choices
from portevoix.people.models import Brand
from portevoix.programme.models import Voice


class Account(models.Model):
    """An account on a network: one of ours, a rival's or an influencer's.

    `remote_id` is unique within the network; on federated networks it is the account's full URI.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(_("network"), max_length=20, choices=network_choices)
    remote_id = models.CharField(_("id on the network"), max_length=500)
    handle = models.CharField(_("handle"), max_length=200, blank=True)
    display_name = models.CharField(_("display name"), max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ("network", "handle", "pk")
        constraints = (
            models.UniqueConstraint(fields=("brand", "network", "remote_id"), name="networks_account_once"),
        )

    def __str__(self) -> str:
        return f"{self.handle or self.remote_id} ({self.network})"


class HoldingQuerySet(models.QuerySet["Holding"]):
    """Holdings, by when they hold. Instants are UTC; `to_at` is excluded; empty ends mean always."""

    def at(self, instant: datetime) -> "HoldingQuerySet":
        """Return holdings in force at `instant`."""
        return self.overlapping(instant, None).filter(Q(from_at=None) | Q(from_at__lte=instant))

    def overlapping(self, start: datetime | None, end: datetime | None) -> "HoldingQuerySet":
        """Return holdings that are in force at some instant from `start` to `end` (excluded)."""
        found = self
        if start is not None:
            found = found.filter(Q(to_at=None) | Q(to_at__gt=start))
        if end is not None:
            found = found.filter(Q(from_at=None) | Q(from_at__lt=end))
        return found


class Holding(models.Model):
    """Which voice speaks through an account, from when to when. One voice at a time for one account."""

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="holdings")
    from_at = models.DateTimeField(_("from"), null=True, blank=True)
    to_at = models.DateTimeField(_("to"), null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering = (F("from_at").asc(nulls_first=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(from_at=None) | Q(to_at=None) | Q(from_at__lt=F("to_at")),
                name="networks_holding_forward",
            ),
        )

    def __str__(self) -> str:
        return f"{self.voice_id} holds {self.account_id}"


class Manner(models.TextChoices):
    """How an account's network tells of one kind of act."""

    BY_EVENT = "by_event", _("one by one, with who did it")
    BY_COUNT = "by_count", _("only how many")
    NOT_TOLD = "not_told", _("not told any more")


class Telling(models.Model):
    """In which manner acts of `kind` towards an account are told, from `since` on.

    The two are never added: what was counted before somebody told who did it stays a count.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tellings")
    kind = models.CharField(max_length=16)
    manner = models.CharField(max_length=8, choices=Manner.choices)
    since = models.DateTimeField()

    class Meta:
        ordering = ("account", "kind", "since")
        constraints = (
            models.UniqueConstraint(fields=("account", "kind", "since"), name="networks_telling_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of account {self.account_id} {self.manner} since {self.since}"
