"""What networks tell of an account fits what is kept of it, and its address opens a page or is none."""

import pytest

from portevoix.networks.contracts import ActorRef
from portevoix.networks.fitting import LONGEST_NAME, LONGEST_URL, actor, address
from portevoix.networks.models import Account, PublicList


@pytest.mark.parametrize("url", ["https://a.example/@ada", "http://a.example", "HTTPS://a.example/é?b=c#d"])
def test_an_address_of_a_page_is_kept_as_it_is(url: str) -> None:
    assert address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript://a.example/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "https:",
        "a.example",
        "https://[half",
        "https://a.example/\x00",
        "https://a.example/" + "x" * LONGEST_URL,
        "",
    ],
)
def test_what_opens_no_page_of_the_web_is_no_address(url: str) -> None:
    assert address(url) == ""


def test_names_are_cut_and_an_identity_never() -> None:
    told = actor(ActorRef("i" * 600, "h" * 300, f"Ada\x00 {'a' * 300}", "javascript:alert(1)"))
    assert (len(told.remote_id), told.handle, told.url) == (600, "h" * LONGEST_NAME, "")
    assert told.display_name == f"Ada {'a' * 196}"


def test_what_fits_is_what_the_columns_hold() -> None:
    lengths = {
        (model, field.name): field.max_length
        for model in (Account, PublicList)
        for field in model._meta.concrete_fields
    }
    assert (lengths[Account, "handle"], lengths[Account, "display_name"]) == (LONGEST_NAME, LONGEST_NAME)
    assert (lengths[Account, "url"], lengths[PublicList, "url"]) == (LONGEST_URL, LONGEST_URL)
