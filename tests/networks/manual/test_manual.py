"""The manual door: what a person is given, and what comes back."""

from datetime import UTC, datetime

import pytest

from portevoix.core.errors import UserError
from portevoix.networks.contracts import Draft, Limits
from portevoix.networks.manual.connector import ByHand, ManualConnector, prepared_text, ref_from_link

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_publishing_tells_the_person_what_to_do() -> None:
    with pytest.raises(ByHand) as caught:
        ManualConnector({}).publish(Draft("Text"), key="k", now=NOW)
    assert "prepared text" in caught.value.advice
    assert "link" in caught.value.advice


def test_the_prepared_text_has_everything() -> None:
    draft = Draft("Text", title="Title", link="https://a.example/b")
    assert prepared_text(draft) == "Title\n\nText\n\nhttps://a.example/b"


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        (" https://forum.example/topic/3#post-9 \n", "https://forum.example/topic/3#post-9"),
        ("HTTPS://Forum.Example", "https://forum.example/"),
        ("http://forum.example:8080/a?b=c", "http://forum.example:8080/a?b=c"),
    ],
)
def test_a_pasted_link_becomes_a_reference(pasted: str, url: str) -> None:
    ref = ref_from_link(pasted)
    assert (ref.remote_id, ref.url) == (url, url)


@pytest.mark.parametrize(
    "pasted",
    [
        *(
            "",
            "forum.example/a",
            "javascript:alert(1)",
            "ftp://forum.example/",
            "https://",
            "https://localhost/",
        ),
        *(
            "https://[::1",
            "https://a.example:port/",
            "https://user:secret@a.example/",
            "https://a.example/b c",
        ),
        "https://a.example/" + "a" * 500,
    ],
)
def test_what_is_no_link_is_refused_with_a_sentence(pasted: str) -> None:
    with pytest.raises(UserError) as caught:
        ref_from_link(pasted)
    assert str(caught.value)


def test_limits_are_those_that_somebody_gave() -> None:
    assert ManualConnector({}).limits(NOW) == Limits()
    assert ManualConnector({}).measure("x" * 10_000).valid
    assert not ManualConnector({"text_length": 3}).measure("four").valid
    assert ManualConnector({"text_length": 3}).measure("four", Limits(text_length=4)).valid
