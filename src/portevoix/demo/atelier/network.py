"""The company's accounts on the sandbox, as their people use them: in the network's own application."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from portevoix.core import clock
from portevoix.core.disposable import Disposable
from portevoix.demo.atelier import sayings
from portevoix.demo.atelier.cast import PARTS, Presence
from portevoix.demo.atelier.plan import Act, Doing
from portevoix.networks.contracts import Draft, Gesture, PostKind, SeenPost
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.client import SandboxClient
from portevoix.networks.sandbox.people import BLOCK, number_of, person

_SEEN_AFTER: Final = timedelta(minutes=1)
"""Nobody reacts to a post sooner: it is not seen at once."""
_REMEMBERED: Final = 4
"""How many of its own posts a voice goes back to when it answers people."""
PRESENCES: Final = {presence.id: presence for part in PARTS for presence in part.presences}
_NAMED: Final = {presence.id for part in PARTS if part.is_named for presence in part.presences}


class Network(Disposable):
    """The sandbox in `file`, and each account that was opened there with its own application."""

    def __init__(self, file: Path, *, seed: int) -> None:
        self._file = file
        self._backstage = Backstage(file, seed=seed)
        self._clients: dict[str, SandboxClient] = {}
        self._said: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        self._answered: set[str] = set()
        self._doings = {
            Doing.POST: self._post,
            Doing.ANSWER: self._answer,
            Doing.LIKE: self._like,
            Doing.REPOST: self._repost,
            Doing.ECHO: self._echo,
        }

    def close(self) -> None:
        """Let go of every account and of the sandbox."""
        for client in self._clients.values():
            client.close()
        self._backstage.close()

    def open(self, presence: Presence, *, name: str, biography: str) -> str:
        """Open an account now; return the token that opens it, for the product as well."""
        token = self._backstage.open_account(
            presence.id,
            now=clock.now(),
            handle=presence.handle,
            name=name,
            biography=biography,
            language=presence.language,
            followers=presence.followers,
            growth=presence.growth,
        )
        self._use(presence.id, token)
        return token

    def change_locks(self, account: str) -> str:
        """Make every older token of `account` useless but its own application's; return the new token."""
        self._backstage.sign_out(account)
        token = self._backstage.sign_in(account)
        self._use(account, token)
        return token

    def _use(self, account: str, token: str) -> None:
        if account in self._clients:
            self._clients[account].close()
        self._clients[account] = SandboxClient(self._file, account, token)

    def do(self, act: Act) -> None:
        """Do what `act` says, now."""
        self._doings[act.doing](act)

    def _publish(self, act: Act, draft: Draft) -> str:
        key = f"{act.at.isoformat()} {act.doing} {act.draw}"
        return self._clients[act.account].publish(draft, key=key, now=act.at).id

    def _post(self, act: Act) -> None:
        presence, said = PRESENCES[act.account], self._said[act.account]
        credit, sibling = person(act.draw % BLOCK).handle, self._sibling(act)
        text = sayings.post(
            act.account,
            len(said),
            language=presence.language,
            credit=credit,
            sibling=sibling.handle if sibling else credit,
        )
        said.append((act.at, self._publish(act, Draft(text, language=presence.language))))

    def _seen(self, account: str, now: datetime) -> list[str]:
        """Return the last posts of `account` that others see at `now`, oldest first."""
        return [post_id for at, post_id in self._said[account][-_REMEMBERED:] if at < now - _SEEN_AFTER]

    def _sibling(self, act: Act) -> Presence | None:
        """Return another account of the company that is open by now.

        People who speak under their own name keep among themselves: beside a persona they would unmask its holder.
        """
        open_now = self._clients.keys() - {act.account}
        others = [id for id in PRESENCES if id in open_now and (id in _NAMED) == (act.account in _NAMED)]
        return PRESENCES[others[act.draw % len(others)]] if others else None

    def _answer(self, act: Act) -> None:
        """Answer somebody who answered one of the last posts, if anybody did."""
        asked = next(self._unanswered(act), None)
        number = number_of(asked.author.remote_id) if asked else None
        if asked is None or number is None:
            return
        self._answered.add(asked.remote_id)
        language = PRESENCES[act.account].language
        text = sayings.answer(act.draw, language=language, name=person(number).handle)
        self._publish(act, Draft(text, language=language, in_reply_to=asked.remote_id))

    def _unanswered(self, act: Act) -> Iterator[SeenPost]:
        for post_id in self._seen(act.account, act.at):
            for seen in self._clients[act.account].thread(post_id, now=act.at):
                is_reply = seen.kind is PostKind.REPLY and seen.in_reply_to == post_id
                if is_reply and seen.remote_id not in self._answered:
                    yield seen

    def _last_of_sibling(self, act: Act) -> str | None:
        sibling = self._sibling(act)
        seen = self._seen(sibling.id, act.at) if sibling else []
        return seen[-1] if seen else None

    def _like(self, act: Act) -> None:
        self._give(act, Gesture.LIKE)

    def _repost(self, act: Act) -> None:
        self._give(act, Gesture.REPOST)

    def _give(self, act: Act, gesture: Gesture) -> None:
        if target := self._last_of_sibling(act):
            self._clients[act.account].give(gesture, target, now=act.at)

    def _echo(self, act: Act) -> None:
        if target := self._last_of_sibling(act):
            text = sayings.ECHOES[act.draw % len(sayings.ECHOES)]
            self._publish(act, Draft(text, language="fr", in_reply_to=target))
