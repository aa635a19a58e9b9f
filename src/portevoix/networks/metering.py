"""The meter of a connection, kept in the database: what its calls cost this month, and what the network left."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import F, Sum

from portevoix.networks.errors import CeilingReached, RateLimited, ReadingPaused
from portevoix.networks.meter import READING_SHARE
from portevoix.networks.models import Connection, Spending, Window

PROPOSED_CEILING: Final = Decimal(25)
"""US dollars that an account's calls may cost in a month where nobody said otherwise."""
FREE: Final = Decimal(0)
Price = Callable[[str, str, date], Decimal]
"""What one of something costs on a network on a day, in US dollars."""


def month_of(now: datetime) -> str:
    """Return the month in which networks bill what is done at `now`: theirs are in UTC."""
    return now.astimezone(UTC).strftime("%Y-%m")


def ceiling_of(connection: Connection) -> Decimal:
    """Return what the calls of a connection may cost in a month, in US dollars."""
    return PROPOSED_CEILING if connection.ceiling is None else connection.ceiling


def spent(connection: Connection, now: datetime) -> Decimal:
    """Return what the calls of a connection's account have cost in the month of `now`, in US dollars."""
    mine = Spending.objects.filter(account=connection.account_id, month=month_of(now))
    return mine.aggregate(sum=Sum("amount"))["sum"] or FREE


class StoredMeter:
    """A connection's meter. Each method is one transaction, made before the call that it speaks of."""

    def __init__(self, connection: Connection, network: str, price: Price) -> None:
        self._connection = connection
        self._network = network
        self._price = price

    @transaction.atomic
    def charge(self, what: str, count: int = 1, *, now: datetime, is_reading: bool = False) -> None:
        """Note that `count` of `what` are about to be used. Raises CeilingReached, nothing noted."""
        cost = self._price(self._network, what, now.astimezone(UTC).date()) * count
        if not cost:
            return
        # Locked, so that two processes do not pass the ceiling together.
        mine = (
            Connection.objects.select_for_update().only("account_id", "ceiling").get(pk=self._connection.pk)
        )
        if spent(mine, now) + cost > ceiling_of(mine) * (READING_SHARE if is_reading else 1):
            raise (ReadingPaused if is_reading else CeilingReached)(f"{count} {what} would pass the ceiling")
        row, _is_new = Spending.objects.get_or_create(
            account_id=mine.account_id, month=month_of(now), what=what
        )
        Spending.objects.filter(pk=row.pk).update(count=F("count") + count, amount=F("amount") + cost)

    @transaction.atomic
    def spare(self, what: str, count: int = 1, *, now: datetime) -> None:
        """Give back `count` of `what`: they were charged, and not used."""
        cost = self._price(self._network, what, now.astimezone(UTC).date()) * count
        mine = Spending.objects.filter(
            account=self._connection.account_id, month=month_of(now), what=what, count__gte=count
        )
        if cost:
            mine.update(count=F("count") - count, amount=F("amount") - cost)

    def require(self, window: str, count: int = 1, *, now: datetime) -> None:
        """Hold that `count` more calls fit what the network left of `window`. Raises RateLimited."""
        left = Window.objects.filter(connection=self._connection, name=window, resets_at__gt=now).first()
        if left and left.remaining < count:
            raise RateLimited(left.resets_at, f"nothing left of {window}")

    @transaction.atomic
    def use(self, window: str, of: int, lasting: timedelta, *, now: datetime) -> None:
        """Count one of `of` calls of a window that is `lasting`. Raises RateLimited, nothing counted."""
        # Locked, so that two processes do not take the last one together.
        Connection.objects.select_for_update().only("pk").get(pk=self._connection.pk)
        self.require(window, now=now)
        begun = Window.objects.filter(connection=self._connection, name=window, resets_at__gt=now)
        if not begun.update(remaining=F("remaining") - 1):
            self.told(window, of - 1, now + lasting)

    def told(self, window: str, remaining: int, resets_at: datetime) -> None:
        """Note what the network said: `remaining` calls of `window` until `resets_at`."""
        Window.objects.update_or_create(
            connection=self._connection,
            name=window,
            defaults={"remaining": max(0, remaining), "resets_at": resets_at},
        )
