"""Connectors of X as tests want them: metered, answered with one answer, and what they asked."""

import httpx

from portevoix.networks.x.connector import XConnector
from tests.networks.meters import MemoryMeter
from tests.networks.walk import Wire
from tests.networks.x.case import XCase


def metered(case: XCase, meter: MemoryMeter) -> XConnector:
    """Return a connector whose calls `meter` counts."""
    return XConnector(case.options(), case.secret(), transport=case.wire, meter=meter)


def answering(case: XCase, answer: httpx.Response) -> XConnector:
    """Return a connector to whom X answers everything with `answer`."""
    return XConnector(case.options(), case.secret(), transport=Wire(lambda _request: answer))


def asked(case: XCase, method: str, path: str) -> list[httpx.Request]:
    """Return the requests of that method and path that came."""
    return [one for one in case.network.requests if (one.method, one.url.path) == (method, path)]
