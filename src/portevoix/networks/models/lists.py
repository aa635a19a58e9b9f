"""The public list of a brand's personas on a network, and how far it is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portevoix.networks.errors import advice_of
from portevoix.networks.models.accounts import Account
from portevoix.networks.registry import network_choices
from portevoix.people.models import Brand


class PublicList(models.Model):
    """That `account`, of the brand's own voice, keeps the public list `name` of the brand's personas there.

    `members` are the ids of the accounts that it held when it was last kept. It is looked at from `due_at` on.
    `failure` is the key of the error in which the last attempt ended, '' when it went well.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(_("network"), max_length=20, choices=network_choices)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    members = models.JSONField(default=list)
    url = models.URLField(max_length=500, blank=True)
    kept_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    failure = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("brand", "network"), name="networks_list_once"),)

    def __str__(self) -> str:
        return f"{self.name} on {self.network}"

    @property
    def advice(self) -> str:
        """Return why it could not be kept and what to do, in the active language; '' when it could."""
        return advice_of(self.failure)
