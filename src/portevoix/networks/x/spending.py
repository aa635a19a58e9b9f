"""What a call may cost, charged before it is made; what it did not cost after all is given back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from portevoix.networks.errors import NetworkError, OutcomeUnknown, UnexpectedReply
from portevoix.networks.meter import Meter


@contextmanager
def spending(
    meter: Meter, most: Mapping[str, int], now: datetime, *, is_reading: bool = False
) -> Iterator[dict[str, int]]:
    """Charge the `most` that a call can cost; yield what it costs, which the call may lessen by what came back.

    X bills what it answers: a call that certainly brought nothing costs nothing. Raises CeilingReached, nothing
    charged.
    """
    _charge(meter, most, now, is_reading=is_reading)
    used = dict(most)
    try:
        yield used
    except (OutcomeUnknown, UnexpectedReply):
        raise
    except NetworkError:
        used = {}
        raise
    finally:
        for what, count in most.items():
            if unused := count - min(count, used.get(what, 0)):
                meter.spare(what, unused, now=now)


def _charge(meter: Meter, most: Mapping[str, int], now: datetime, *, is_reading: bool) -> None:
    charged: dict[str, int] = {}
    try:
        for what, count in most.items():
            meter.charge(what, count, now=now, is_reading=is_reading)
            charged[what] = count
    except NetworkError:
        for what, count in charged.items():
            meter.spare(what, count, now=now)
        raise
