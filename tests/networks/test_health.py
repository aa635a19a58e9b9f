"""How an account fares, from how its last call ended."""

import pytest

from portevoix.networks.health import Health, health


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
