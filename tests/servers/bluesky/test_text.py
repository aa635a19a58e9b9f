"""A text is counted, and what stands in it found, as the network's own software does."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portevoix.networks.bluesky.facets import entities, facet
from portevoix.networks.bluesky.text import graphemes
from portevoix.networks.contracts import Draft
from portevoix.networks.errors import ContentRefused
from tests.networks.contract import START
from tests.servers.bluesky.case import RealCase
from tests.servers.bluesky.running import Bluesky

pytestmark = pytest.mark.servers
PIECES = st.sampled_from(
    [
        "mot ", "é", "e\N{COMBINING ACUTE ACCENT}", "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}",
        "\U0001f1eb\U0001f1f7",
        "\N{THUMBS UP SIGN}\U0001f3fd", "क्षि", "한국", "漢", "\r\n", "\u0600", "กำ", "\ufe0f", "\u200d",
        "a\u0308\u0323",
    ]
)  # fmt: skip
TEXTS = st.lists(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join), min_size=20, max_size=60)
SAME = [
    "Été à https://example.org/é?a=b#c, avec @paul.test et #vélo !",
    "Chez example.fr ou (www.example.org/path).",
    "#Été2026, #2026 #a-b #l’été",
    "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL} @a-b.test: #漢字 https://example.org/wiki/X_(y)",
    "e.g. version 1.2 at 10.30 marie@example.org",
]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS)
def test_letters_are_counted_as_the_network_counts_them(bluesky: Bluesky, texts: list[str]) -> None:
    assert bluesky.on_stage("graphemes", texts) == [graphemes(text) for text in texts]


@pytest.mark.parametrize("text", SAME)
def test_what_stands_in_a_text_is_what_the_application_finds(bluesky: Bluesky, text: str) -> None:
    theirs = [
        (one["index"]["byteStart"], one["index"]["byteEnd"], next(iter(_values(one["features"][0]))))
        for one in bluesky.on_stage("facets", text)
    ]
    ours = [facet(text, one, one.value) for one in entities(text)]
    told = [
        (one["index"]["byteStart"], one["index"]["byteEnd"], *_values(one["features"][0])) for one in ours
    ]
    assert told == sorted(theirs)


def _values(feature: dict[str, str]) -> list[str]:
    return [value for name, value in feature.items() if name != "$type"]


@pytest.mark.parametrize("letter", ["x", "é", "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}", "漢"])
def test_the_last_letter_that_fits_is_taken_and_the_next_is_not(
    bluesky: Bluesky, data_folder: Path, letter: str
) -> None:
    with closing(RealCase(data_folder, bluesky)) as case, case.connector() as door:
        most = next(size for size in range(301, 0, -1) if door.measure(letter * size).valid)
        assert door.publish(Draft(letter * most), key=door.new_key(START), now=START)
        with pytest.raises(ContentRefused) as caught:
            door.publish(
                Draft(letter * (most + 1)), key=door.new_key(START), now=START + timedelta(minutes=1)
            )
        assert caught.value.reason
