"""What the cases of blogs share: a wire on which calls that write look first, and the switches upon it."""

from collections.abc import Callable
from pathlib import Path

import httpx

from portevoix.core.http import MaybeReceived
from tests.networks.contract import ConnectorCase
from tests.networks.walk import TROUBLES, Wire

Played = Callable[[httpx.Request], httpx.Response]


class BlogWire(Wire):
    """The way to a blog. What is ordered spares the looks with which calls that write begin (`is_look`).

    A look is a reading like all others, and is walked apart (`look_too`). An answer that is to be lost is the one
    to the request that ends a call, as `ends` knows it.
    """

    def __init__(
        self,
        plays: Played,
        is_look: Callable[[httpx.Request], bool],
        ends: Callable[[httpx.Request], bool],
    ) -> None:
        super().__init__(plays)
        self._is_look = is_look
        self._ends = ends
        self._loses = False
        self.look_too = False

    def lose(self) -> None:
        """Let the next call be carried out, and its last answer be lost."""
        self._loses = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the blog's answer, or what was ordered."""
        request.read()
        if self._is_look(request) and not self.look_too:
            return self._plays(request)
        if self._loses and self._ends(request):
            self._loses = False
            self._plays(request)
            raise MaybeReceived("lost")
        return super().handle_request(request)


class BlogCase(ConnectorCase):
    """An account on a blog that is played over a `BlogWire`."""

    speaks_http = True
    wire: BlogWire

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.wire = BlogWire(self.play, self.is_look, self.ends)

    def play(self, request: httpx.Request) -> httpx.Response:
        """Return what the blog answers."""
        raise NotImplementedError

    def is_look(self, request: httpx.Request) -> bool:
        """Return whether `request` only looks at what a write is about to change."""
        raise NotImplementedError

    def ends(self, request: httpx.Request) -> bool:
        """Return whether `request` is the last of the call to which it belongs."""
        raise NotImplementedError

    def unreachable(self) -> None:
        self.wire.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self.wire.lose()

    def limit_rate(self) -> None:
        self.wire.spoil(TROUBLES["429"])
