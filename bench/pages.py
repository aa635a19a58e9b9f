"""What a page costs the server, against a bare page of the same brand, framework and run.

In a data folder with the demonstration programme, `python -m bench.pages [TURNS]` asks for each page as the lead
and for the bare one, by turns, and prints one JSON: for each page the medians in milliseconds, the median of the
turns' ratios with its spread, the bytes of its HTML and the queries that it made. `first_ms` is the same page for
whoever reads it first: nothing is kept of what was drawn or told before.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from portevoix.cli.main import prepare

BARE: Final = "/b/atelier/bare/"
WARMING: Final = 3
"""Requests before the first that counts: templates are compiled, connections opened."""
FIRST: Final = 5
"""How often a page is read as if it were for the first time."""


def timed(get: Callable[[str], Any], path: str) -> float:
    """Return the seconds of the processor that one request for `path` takes: it waits for nothing else.

    A clock says the same on a quiet machine. On a busy one it counts others' work, and more of it the longer a
    request is.
    """
    start = time.thread_time()
    answer = get(path)
    took = time.thread_time() - start
    answer.close()
    return took


def measured(get: Callable[[str], Any], path: str, turns: int) -> dict[str, float]:
    """Return the medians of `turns` pairs of requests, for `path` and for the bare page, and their ratio."""
    for _turn in range(WARMING):
        timed(get, path)
    pairs = []
    for turn in range(turns):
        first, second = (path, BARE) if turn % 2 else (BARE, path)
        told = {first: timed(get, first)}
        told[second] = timed(get, second)
        pairs.append((told[path], told[BARE]))
    ratios = [one / other for one, other in pairs]
    return {
        "ms": statistics.median(one for one, _other in pairs) * 1000,
        "bare_ms": statistics.median(other for _one, other in pairs) * 1000,
        "ratio": statistics.median(ratios),
        "least": min(ratios),
        "greatest": max(ratios),
    }


def first_ms(get: Callable[[str], Any], path: str) -> float:
    """Return the median milliseconds of requests for `path`, each after all that is kept was forgotten."""
    told = []
    for _turn in range(FIRST):
        forget()
        told.append(timed(get, path))
    return statistics.median(told) * 1000


def forget() -> None:
    """Empty every cache of our own that finds texts and drawings by their value."""
    ours = [module for name, module in sys.modules.items() if name.startswith("portevoix.web")]
    for module in ours:
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


def _client() -> Any:
    """Return a browser of the demonstration's lead."""
    from django.test import Client  # noqa: PLC0415 - Django must be set up first

    from portevoix.people.models import Membership, Role  # noqa: PLC0415

    lead = Membership.objects.filter(role=Role.LEAD).select_related("user", "brand").first()
    if lead is None:
        raise SystemExit("this folder has no programme with a lead")
    client = Client()
    client.force_login(lead.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _weighed(client: Any, path: str) -> dict[str, int]:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    return {"bytes": len(answer.content), "queries": len(asked)}


def _told(client: Any, path: str, turns: int) -> dict[str, float]:
    usual = measured(client.get, path, turns)
    return {**usual, "first_ms": first_ms(client.get, path), **_weighed(client, path)}


def main(turns: int) -> None:
    """Measure every page that has its picture, and print the JSON."""
    prepare()
    from django.test.utils import override_settings  # noqa: PLC0415

    from portevoix.measures.queries import closed_months  # noqa: PLC0415
    from portevoix.people.models import Brand  # noqa: PLC0415
    from tools.screens import pages  # noqa: PLC0415

    brand = Brand.objects.filter(slug="atelier").get()
    shown = pages(brand.slug, str(closed_months(brand)[0]))
    with override_settings(ROOT_URLCONF="bench.bare", ALLOWED_HOSTS=["testserver"]):
        client = _client()
        told = {
            name: _told(client, path, turns)
            for name, path in shown.items()
            if client.get(path).status_code < 400  # a programme need not have everything that has a picture
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
