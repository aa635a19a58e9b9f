"""What opens an account of ours: credentials, health, what calls cost, and sign-ins under way."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portevoix.core.encryption import EncryptedTextField
from portevoix.networks.errors import advice_of
from portevoix.networks.models.accounts import Account
from portevoix.networks.registry import network_choices
from portevoix.programme.models import Voice


class Connection(models.Model):
    """What opens an account of ours: credentials (encrypted), options of the network, and health.

    `failure` is the key of the error in which the last call ended, '' when it went well. From `renew_at` on the
    credentials are renewed before they are used, by one process at a time (until `renewing_until`); at `ends_at`
    a person has to sign in again. `granted` are the abilities of the sign-in, `profile` what the network shows of
    the account, `limits` what its server takes (`rules` keeps both); None where nobody looked yet. `ceiling` is
    what calls may cost in a month, in US dollars; None: what the product proposes.
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
    renew_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    renewing_until = models.DateTimeField(null=True)
    granted = models.JSONField(null=True)
    profile = models.JSONField(null=True)
    limits = models.JSONField(null=True)
    ceiling = models.DecimalField(_("ceiling a month"), max_digits=9, decimal_places=2, null=True, blank=True)

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


class Window(models.Model):
    """What a network left us of one of its rates: `remaining` calls until `resets_at`."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="windows")
    name = models.CharField(max_length=60)
    remaining = models.IntegerField()
    resets_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "name"), name="networks_window_once"),)

    def __str__(self) -> str:
        return f"{self.remaining} of {self.name} until {self.resets_at}"


class Spending(models.Model):
    """What calls of one account cost in one month (UTC), by line of the network's price list, in US dollars."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="spendings")
    month = models.CharField(max_length=7)
    what = models.CharField(max_length=40)
    count = models.PositiveBigIntegerField(default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=6, default=0)

    class Meta:
        ordering = ("month", "what")
        constraints = (
            models.UniqueConstraint(fields=("account", "month", "what"), name="networks_spending_once"),
        )

    def __str__(self) -> str:
        return f"{self.count} {self.what} in {self.month}"


class UnderWay(models.Model):
    """A sign-in that somebody has begun at a network and not finished: to link an account to `voice`.

    `account` is the one to be connected again, None where it is a new one. `state` is a digest of what the person
    comes back with; `pending` what the connector needs then; `signed` the accounts that were opened, until one is
    chosen. Both are encrypted.
    """

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(_("network"), max_length=20, choices=network_choices)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    state = models.CharField(max_length=64, unique=True)
    pending = EncryptedTextField(default="", blank=True)
    signed = EncryptedTextField(default="", blank=True)

    def __str__(self) -> str:
        return f"sign-in {self.pk} at {self.network}"
