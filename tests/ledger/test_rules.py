"""What makes a fact the same fact, whoever tells it."""

from hypothesis import given
from hypothesis import strategies as st

from portevoix.ledger.rules import LONGEST_KEY, identity_key, merged
from portevoix.networks.contracts import Kind

KINDS = st.sampled_from([str(kind) for kind in Kind])
IDS = st.text(min_size=1, max_size=600)


def test_a_like_is_known_by_what_it_was_given_to_whenever_it_was_noticed() -> None:
    assert identity_key("like", "88", 5, "post 1") == identity_key("like", "88", 9, "post 1")


def test_two_replies_to_one_post_are_two_facts() -> None:
    assert identity_key("reply", "88", 5, "post 1", "r1") != identity_key("reply", "88", 5, "post 1", "r2")


def test_a_reply_without_an_id_is_known_by_target_and_instant() -> None:
    assert identity_key("reply", "88", 5, "post 1") != identity_key("reply", "88", 6, "post 1")


def test_one_post_that_mentions_two_of_us_is_two_facts() -> None:
    assert identity_key("mention", "88", 5, "", "p") != identity_key("mention", "677", 5, "", "p")


def test_ids_with_spaces_in_them_are_not_mixed_up() -> None:
    assert identity_key("mention", "z", 5, "", "x y") != identity_key("mention", "y z", 5, "", "x")
    assert identity_key("mention", "b c", 5, "", "a") == "r:a b c", "as stored by earlier versions"


def test_a_target_is_not_an_object() -> None:
    assert identity_key("repost", "88", 5) != identity_key("repost", "88", 6)
    assert identity_key("repost", "88", 5) != identity_key("repost", "88", 5, "88")


@given(KINDS, IDS, st.integers(0, 2**60), st.text(max_size=600), st.text(max_size=600))
def test_a_key_always_fits_its_column(kind: str, target: str, at_us: int, obj: str, own: str) -> None:
    assert 0 < len(identity_key(kind, target, at_us, obj, own)) <= LONGEST_KEY


def test_long_ids_that_differ_have_keys_that_differ() -> None:
    assert identity_key("like", "88", 5, "x" * 400 + "a") != identity_key("like", "88", 5, "x" * 400 + "b")


def test_spans_that_touch_or_overlap_are_one() -> None:
    assert merged([(5, 7), (0, 2), (2, 4), (6, 9)]) == ((0, 4), (5, 9))
    assert merged([]) == ()


def test_a_span_within_another_does_not_shorten_it() -> None:
    assert merged([(0, 10), (2, 3)]) == ((0, 10),)
