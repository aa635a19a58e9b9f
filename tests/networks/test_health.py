"""How an account fares, from how its last call ended."""

from datetime import UTC, datetime, timedelta

import pytest

from portevoix.networks.health import WARNED, Health, health


@pytest.mark.parametrize(
    ("is_import_only", "is_linked", "is_broken", "failure", "told"),
    [
        (True, False, False, "", Health.BY_FILE),
        (True, True, True, "needs_reconnection", Health.BY_FILE),
        (False, False, False, "", Health.UNCONNECTED),
        (False, True, True, "needs_reconnection", Health.BROKEN),
        (False, True, False, "unreachable", Health.UNSURE),
        (False, True, False, "", Health.CONNECTED),
    ],
)
def test_an_account_fares_as_its_last_call_ended(
    is_import_only: bool, is_linked: bool, is_broken: bool, failure: str, told: Health
) -> None:
    found = health(is_import_only=is_import_only, is_linked=is_linked, is_broken=is_broken, failure=failure)
    assert found is told


def test_a_sign_in_that_ends_within_days_is_told_before_it_does() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def fares(ends_at: datetime | None, failure: str = "") -> Health:
        return health(
            is_import_only=False,
            is_linked=True,
            is_broken=False,
            failure=failure,
            ends_at=ends_at,
            now=now,
        )

    assert fares(now + WARNED) is Health.ENDING
    assert fares(now + WARNED + timedelta(seconds=1)) is Health.CONNECTED
    assert fares(None) is Health.CONNECTED
    assert fares(now, "unreachable") is Health.UNSURE
