"""Where things stand on one server: from the addresses by which we name them to the server's own ids, and back."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from portevoix.core.http import Answer
from portevoix.networks.calls import understood
from portevoix.networks.errors import UnexpectedReply
from portevoix.networks.mastodon.client import MastodonClient, listed, told_in
from portevoix.networks.mastodon.config import MastodonOptions, is_address, is_local_id
from portevoix.networks.mastodon.reading import Reader, Status, address_of

GONE: Final = 404
_NOT_OFFERED: Final = frozenset({400, 404, 405, 410, 422, 501})
"""How servers say that they have no such call."""
_AT_ONCE: Final = 20
"""Statuses that a server gives at once."""
_LAST: Final = re.compile(r"/([^/?#]+)/?\Z")


class Places:
    """What one account's server calls things. Remembers what it has seen, as long as a connector lives."""

    def __init__(self, client: MastodonClient, reader: Reader, options: MastodonOptions) -> None:
        self._client = client
        self._reader = reader
        self._me = options
        self._ids: dict[str, str] = {}
        self._uris: dict[str, str] = {}

    def learn(self, told: Any) -> Status:
        """Return the status that `told` describes, and remember where it stands."""
        status = self._reader.status(told)
        self._ids[status.uri] = status.local_id
        self._uris[status.local_id] = status.uri
        return status

    def status_id(self, uri: str, now: datetime) -> str | None:
        """Return the server's id of the status `uri`, None when it is not there."""
        if known := self._ids.get(uri):
            return known
        found = self.status(uri, now)
        return found.local_id if found else None

    def status(self, uri: str, now: datetime) -> Status | None:
        """Return the status `uri` as it is now, None when it is not there."""
        if not is_address(uri):
            return None
        if guess := self._ids.get(uri) or self._guess(uri):
            found = self._by_id(guess, now)
            if uri in self._ids or (found and found.uri == uri):
                return found
        return self._searched(uri, now)

    def _guess(self, uri: str) -> str:
        """Return what most servers call a status of their own: the end of its address; '' for others'."""
        found = _LAST.search(urlsplit(uri).path)
        is_own = urlsplit(uri).netloc == self._me.host
        return found[1] if found and is_own and is_local_id(found[1]) else ""

    def _by_id(self, local_id: str, now: datetime) -> Status | None:
        answer = self._client.get(status_path(local_id), now=now, takes={200, GONE})
        return None if answer.status == GONE else self._learned(answer)

    def _learned(self, answer: Answer) -> Status:
        told = told_in(answer)
        with understood(writes=False):
            return self.learn(told)

    def _searched(self, uri: str, now: datetime) -> Status | None:
        """Return the status of that address, which the server fetches from where it stands if need be."""
        told = self._search(uri, "statuses", now)
        with understood(writes=False):
            found = [self.learn(each) for each in told]
        return next((one for one in found if uri in (one.uri, one.url)), None)

    def _search(self, uri: str, sort: str, now: datetime) -> list[Any]:
        answer = self._client.get("/api/v2/search", now=now, q=uri, type=sort, resolve=True, limit=5)
        told = told_in(answer)
        with understood(writes=False):
            return list(told[sort])

    def account(self, uri: str, now: datetime) -> Mapping[str, Any] | None:
        """Return what the server tells of the account `uri`, None when it knows nobody of that address."""
        if uri == self._me.account:
            answer = self._client.get(account_path(self._me.account_id), now=now)
            told: Mapping[str, Any] = told_in(answer)
            return told
        if not is_address(uri):
            return None
        told_of = self._search(uri, "accounts", now)
        with understood(writes=False):
            return next((one for one in told_of if uri in (address_of(one), one.get("url"))), None)

    def several(self, uris: Iterable[str], now: datetime) -> list[Status]:
        """Return those of our own statuses `uris` that are there."""
        wanted = [uri for uri in dict.fromkeys(uris) if is_address(uri)]
        guesses = {uri: self._ids.get(uri) or self._guess(uri) for uri in wanted}
        found = {one.uri: one for one in self._many([each for each in guesses.values() if each], now)}
        for uri in wanted:
            if uri not in found and (one := self.status(uri, now)):
                found[one.uri] = one
        return [found[uri] for uri in wanted if uri in found]

    def uris(self, local_ids: Iterable[str], now: datetime) -> Mapping[str, str]:
        """Return the addresses of the statuses of those ids, as far as they are there."""
        self._many([one for one in dict.fromkeys(local_ids) if one and one not in self._uris], now)
        return self._uris

    def _many(self, local_ids: list[str], now: datetime) -> list[Status]:
        """Return the statuses of those ids that are there: together where the server can, else one by one."""
        found: list[Status] = []
        for place in range(0, len(local_ids), _AT_ONCE):
            found += self._some(local_ids[place : place + _AT_ONCE], now)
        return found

    def _some(self, local_ids: list[str], now: datetime) -> list[Status]:
        takes = {200, *_NOT_OFFERED}
        answer = self._client.ask("GET", "/api/v1/statuses", now=now, takes=takes, params={"id[]": local_ids})
        if answer.status in _NOT_OFFERED:
            one_by_one = (self._by_id(each, now) for each in local_ids)
            return [one for one in one_by_one if one]
        told = listed(answer)
        with understood(writes=False):
            return [self.learn(each) for each in told]


def status_path(local_id: str, call: str = "") -> str:
    """Return the path of a status, or of a `call` about it. Raises UnexpectedReply for what is no id."""
    return _path("statuses", local_id, call)


def account_path(local_id: str, call: str = "") -> str:
    """Return the path of an account, or of a `call` about it. Raises UnexpectedReply for what is no id."""
    return _path("accounts", local_id, call)


def _path(sort: str, local_id: str, call: str) -> str:
    if not is_local_id(local_id):
        raise UnexpectedReply("an id that cannot stand in a path")
    return f"/api/v1/{sort}/{quote(local_id)}" + (f"/{call}" if call else "")
