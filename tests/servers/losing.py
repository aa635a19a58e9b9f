"""The real way to a server on this machine, on which an answer can be thrown away."""

import httpx

from portevoix.core.http import GuardedTransport, MaybeReceived


class Losing(httpx.BaseTransport):
    """The answer to the first request that begins as `loses` says (method and path) is read and lost."""

    def __init__(self, loses: str = "") -> None:
        self._guarded = GuardedTransport(allow_private=True)
        self._loses = loses

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._guarded.handle_request(request)
        if self._loses and f"{request.method} {request.url.path}".startswith(self._loses):
            response.read()
            self._loses = ""
            raise MaybeReceived("lost")
        return response

    def close(self) -> None:
        self._guarded.close()
