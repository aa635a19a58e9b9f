"""Accounts on networks, what opens them, and which voice holds them when."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portevoix.core.encryption import EncryptedTextField
from portevoix.networks.errors import advice_of
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


class Connection(models.Model):
    """What opens an account of ours: credentials (encrypted), options of the network, and health.

    `failure` is the key of the error in which the last call ended, '' when it went well.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="connection")
    options = models.JSONField(default=dict)
    credentials = EncryptedTextField(default="", blank=True)
    linked_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, default="", blank=True)
    is_broken = models.BooleanField(default=False)
    collect_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("collect_at",), condition=Q(is_broken=False), name="networks_connection_due"
            ),
        )

    def __str__(self) -> str:
        return f"connection of {self.account_id}"

    @property
    def failure_advice(self) -> str:
        """Return what went wrong and what to do, in the active language; '' when nothing did."""
        return advice_of(self.failure)
