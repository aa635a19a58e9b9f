"""Accounts on networks, what opens them, what their calls cost, and which voice holds them when."""

from portevoix.networks.models.accounts import Account, Holding, Manner, Telling
from portevoix.networks.models.connections import Connection, Spending, UnderWay, Window
from portevoix.networks.models.lists import PublicList

__all__ = (
    "Account",
    "Connection",
    "Holding",
    "Manner",
    "PublicList",
    "Spending",
    "Telling",
    "UnderWay",
    "Window",
)
