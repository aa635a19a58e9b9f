"""What calls cost is said in words that people read."""

from pathlib import Path

import pytest
from django.utils import translation

from portevoix import networks
from portevoix.networks.prices import read
from portevoix.web.costs import CHARGED

LISTS = sorted(Path(networks.__file__).parent.glob("*/prices.toml"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.parent.name)
def test_everything_that_a_delivered_list_charges_for_has_words_in_both_languages(path: Path) -> None:
    charged = {price.what for price in read(path.read_text("utf-8"))}
    assert charged
    assert charged <= CHARGED.keys()
    with translation.override("fr"):
        assert all(translation.gettext(CHARGED[what]) != CHARGED[what] for what in charged)


def test_every_network_that_charges_is_looked_at() -> None:
    assert LISTS
