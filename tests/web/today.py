"""Today of one company: opening it, and months that were computed and closed."""

from datetime import timedelta

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.measures.catalogue import METRICS
from portevoix.measures.models import ClosedLine, Closing, Scorecard, ScorecardLine
from portevoix.networks.models import Account, Connection
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from tests.web.conftest import SignIn

TODAY = "/b/acme/today/"


def page(signed_in: SignIn, who: str) -> str:
    """Return Today as `who` sees it."""
    answer = signed_in(who).get(TODAY)
    assert answer.status_code == 200
    return str(answer.content.decode())


def last_month(brand: Brand) -> Month:
    """Return the last month that is over."""
    return Month.of(clock.now(), brand.zone).previous


def computed(brand: Brand, voices: list[Voice], value: float = 5.0) -> Scorecard:
    """Store figures of the last finished month."""
    card = Scorecard.objects.create(
        brand=brand,
        month=str(last_month(brand)),
        fingerprint="f",
        time_zone=brand.time_zone,
        computed_at=clock.now(),
    )
    for voice in (*voices, None):
        for metric in METRICS[:3]:
            ScorecardLine.objects.create(
                scorecard=card, voice=voice, metric=metric.id, metric_version=metric.version, value=value
            )
    return card


def closed(brand: Brand, value: float = 5.0) -> Closing:
    """Close the last finished month, with the brand's own line."""
    closing = Closing.objects.create(
        brand=brand,
        month=str(last_month(brand)),
        time_zone=brand.time_zone,
        closed_at=clock.now() - timedelta(hours=1),
        known_until_us=0,
        basis={},
        metric_versions={},
        facts_digest="",
        digest="",
    )
    metric = METRICS[0]
    ClosedLine.objects.create(
        closing=closing, metric=metric.id, metric_version=metric.version, value=value, previous=4
    )
    return closing


def break_account(account: Account) -> None:
    """Have the network refuse the sign-in of `account`."""
    Connection.objects.filter(account=account).update(is_broken=True, failure="needs_reconnection")
