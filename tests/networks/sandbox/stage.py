"""A sandbox with its members, and what tests have them do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.test import override_settings

from portevoix.networks.contracts import (
    Counted,
    Draft,
    Event,
    Gesture,
    Kind,
    PublishedRef,
)
from portevoix.networks.errors import (
    ContentRefused,
)
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.connector import SandboxConnector

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Stage:
    """A sandbox with Marion (a crowd), Paul and Aya (hardly anybody)."""

    def __init__(self, folder: Path, *, seed: int = 1, followers: int = 2000) -> None:
        self.file = folder / "sandbox.sqlite3"
        self._data = override_settings(DATA=folder)
        self._data.enable()
        self.backstage = Backstage(self.file, seed=seed)
        self.marion = self.enter("marion", followers=followers, growth=5.0)
        self.paul = self.enter("paul", handle="Paul.D")
        self.aya = self.enter("aya", language="fr")

    def enter(self, account: str, **given: object) -> SandboxConnector:
        """Open an account and return its connector."""
        token = self.backstage.open_account(account, now=NOW - 30 * DAY, **given)  # type: ignore[arg-type]
        return SandboxConnector({"account": account, "file": str(self.file)}, token)

    def close(self) -> None:
        """Let go of everything."""
        for connector in (self.marion, self.paul, self.aya):
            connector.close()
        self.backstage.close()
        self._data.disable()


def publish(door: SandboxConnector, text: str, now: datetime = NOW, **more: str) -> PublishedRef:
    """Publish a text under a new key."""
    return door.publish(Draft(text, **more), key=door.new_key(now), now=now)  # type: ignore[arg-type]


def events(door: SandboxConnector, now: datetime, cursor: str = "") -> list[Event]:
    """Return everything that is told to an account, from its beginning or after a cursor."""
    found: list[Event] = []
    has_more = True
    while has_more:
        page = door.read_events(cursor, now)
        found += page.items
        cursor, has_more = page.cursor, page.has_more
    return found


def by_members(door: SandboxConnector, now: datetime) -> list[tuple[Kind, str, str]]:
    """Return (kind, who, about what) of what other members did, as told."""
    members = {"marion", "paul", "aya"}
    told = [one for one in events(door, now) if one.actor.remote_id in members]
    return [(one.kind, one.actor.remote_id, one.object_id) for one in told]


def counts(door: SandboxConnector, ref: PublishedRef, now: datetime) -> dict[str, int]:
    """Return the likes and reposts of a post and the account's followers."""
    wanted = (Counted.LIKES, Counted.REPOSTS, Counted.FOLLOWERS)
    return {str(one.counted): one.value for one in door.read_counts((ref,), now) if one.counted in wanted}


def like(stage: Stage, ref: PublishedRef, now: datetime) -> PublishedRef:
    """Let Paul like a post, if he sees it."""
    try:
        return stage.paul.give(Gesture.LIKE, ref.remote_id, now=now)
    except ContentRefused:
        return PublishedRef("marion/like/0")
