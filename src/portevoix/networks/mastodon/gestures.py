"""Likes, reposts and follows that we give, and take back. One looks first: some makes of server repost twice."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from portevoix.networks.calls import SUCCESSES, understood
from portevoix.networks.contracts import Gesture, PublishedRef
from portevoix.networks.errors import ContentRefused
from portevoix.networks.mastodon.client import MastodonClient, told_in
from portevoix.networks.mastodon.places import GONE, Places, account_path, status_path

_CALLS: Final = {Gesture.LIKE: "favourite", Gesture.REPOST: "reblog", Gesture.FOLLOW: "follow"}


def given(gesture: Gesture, target: str, now: datetime) -> PublishedRef:
    """Return by what a gesture of ours is known: servers give most of them no id."""
    return PublishedRef(f"{gesture}:{target}", at=now)


def gesture_of(ref: PublishedRef) -> tuple[Gesture, str] | None:
    """Return the gesture that `ref` is, and its target; None for a publication."""
    name, _colon, target = ref.remote_id.partition(":")
    return (Gesture(name), target) if name in _CALLS else None


def not_there() -> ContentRefused:
    """Return the refusal of what is about something that is gone."""
    return ContentRefused("not there", reason=_("What this is about is no longer on the network."))


class Gestures:
    """The gestures of one account."""

    def __init__(self, client: MastodonClient, places: Places) -> None:
        self._client = client
        self._places = places

    def give(self, gesture: Gesture, target: str, now: datetime) -> None:
        """Give a gesture, unless it stands already. Raises ContentRefused when the target is not there."""
        found = self._about(gesture, target, now)
        if found is None:
            raise not_there()
        path, stands = found
        if not stands:
            told = told_in(self._client.ask("POST", f"{path}/{_CALLS[gesture]}", now=now), writes=True)
            with understood(writes=True):
                _id = told["id"]

    def take_back(self, gesture: Gesture, target: str, now: datetime) -> None:
        """Take a gesture back; one that is not there is taken back already."""
        if found := self._about(gesture, target, now):
            path, _stands = found
            call = f"{path}/un{_CALLS[gesture]}"
            self._client.ask("POST", call, now=now, takes=SUCCESSES | {GONE})

    def _about(self, gesture: Gesture, target: str, now: datetime) -> tuple[str, bool] | None:
        """Return the path of the target, and whether the gesture is known to stand; None when it is not there."""
        if gesture is Gesture.FOLLOW:
            account = self._places.account(target, now)
            return (account_path(str(account["id"])), False) if account else None
        status = self._places.status(target, now)
        if status is None:
            return None
        stands = status.is_liked if gesture is Gesture.LIKE else status.is_reposted
        return status_path(status.local_id), stands
