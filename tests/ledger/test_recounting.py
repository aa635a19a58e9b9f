"""Counts are read again each day, and what is gone from the network is noticed and told once."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portevoix.ledger.actions.collect import collect
from portevoix.ledger.actions.forget import forget_what_is_due
from portevoix.ledger.actions.record import record
from portevoix.ledger.models import Actor, Content, Interaction, Publication, Reading
from portevoix.ledger.rules import is_recount_due
from portevoix.networks import contracts
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import (
    OURS,
    ActorRef,
    Capabilities,
    Counted,
    Event,
    Kind,
    Page,
    PublishedRef,
    SeenPost,
)
from portevoix.networks.errors import Gone, NeedsReconnection, UnexpectedReply, Unreachable
from portevoix.networks.models import Account, Connection
from portevoix.networks.permits import WITHOUT_ENRICHING, Datum, Permit, Use, everything
from tests.ledger.conftest import NOW

DAY = timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")
RULES = "https://network.example/rules"
READ_ON = date(2026, 11, 1)


class Square(Connector):
    """A network on which people like posts and follow, take it back, and which forgets deleted posts."""

    key = "x"
    permits = everything(RULES, READ_ON)
    capabilities = Capabilities(
        event_kinds=frozenset({Kind.LIKE, Kind.FOLLOW}),
        readings=frozenset({Counted.LIKES, Counted.FOLLOWERS}),
        standing_kinds=frozenset({Kind.LIKE, Kind.FOLLOW}),
        can_read_posts=True,
        can_read_threads=True,
    )

    def __init__(self) -> None:
        super().__init__({}, "")
        self.likes: dict[str, set[str]] = {"p1": {"eva", "tom"}, "p2": {"eva"}}
        self.followers = {"eva", "zoe"}
        self.hidden: set[str] = set()
        self.counted = 0
        self.is_garbled = False

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        if cursor:
            return Page((), cursor)
        liked = [(who, post) for post, people in sorted(self.likes.items()) for who in sorted(people)]
        likes = [Event(Kind.LIKE, ActorRef(who), "88", NOW, post, f"{who}/{post}") for who, post in liked]
        follows = [
            Event(Kind.FOLLOW, ActorRef(who), "88", NOW, "", f"f/{who}") for who in sorted(self.followers)
        ]
        return Page((*likes, *follows), "1")

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        if cursor:
            return Page((), cursor)
        me = ActorRef("88")
        return Page(
            (
                SeenPost("p1", me, NOW, text="First", made_with=OURS),
                SeenPost("p2", me, NOW + timedelta(hours=1), text="Second", made_with="Their app"),
            ),
            "1",
        )

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[contracts.Reading, ...]:
        self.counted += 1
        there = [
            ref.remote_id for ref in refs if ref.remote_id in self.likes and ref.remote_id not in self.hidden
        ]
        of_posts = (
            contracts.Reading("88", Counted.LIKES, len(self.likes[post]), now, post) for post in there
        )
        return (contracts.Reading("88", Counted.FOLLOWERS, len(self.followers), now), *of_posts)

    def read_thread(self, ref: PublishedRef, now: datetime) -> tuple[SeenPost, ...]:
        if self.is_garbled:
            raise UnexpectedReply("a page of a firewall")
        if ref.remote_id not in self.likes:
            raise Gone("gone")
        return ()

    def read_standing(self, kind: Kind, object_id: str, now: datetime) -> frozenset[str]:
        return frozenset(self.followers if kind is Kind.FOLLOW else self.likes.get(object_id, set()))


@pytest.fixture
def square(account: Account) -> Square:
    """Return the network, collected once."""
    square = Square()
    collect(account, square, now=NOW + timedelta(hours=2))
    return square


def told(kind: Kind) -> list[tuple[str, str]]:
    """Return (actor, object) of every act of a kind."""
    acts = Interaction.objects.filter(kind=kind).order_by("actor__remote_id", "object_id")
    return list(acts.values_list("actor__remote_id", "object_id"))


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        (None, "2026-11-02T09:00", True),
        ("2026-11-02T00:05", "2026-11-02T23:29", False),
        ("2026-11-02T00:05", "2026-11-02T23:30", True),
        ("2026-11-02T23:31", "2026-11-02T23:50", False),
        ("2026-11-02T23:31", "2026-11-03T00:01", True),
        ("2026-11-03T00:01", "2026-11-02T23:59", False),
    ],
)
def test_counts_are_read_once_a_day_and_once_more_before_midnight(
    last: str | None, now: str, is_due: bool
) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)

    assert is_recount_due(instant(last) if last else None, instant(now), PARIS) is is_due


def test_counts_of_posts_and_of_the_account_are_read_with_the_day(account: Account, square: Square) -> None:
    rows = Reading.objects.order_by("object_id").values_list("object_id", "counted", "value")
    assert list(rows) == [("", "followers", 2), ("p1", "likes", 2), ("p2", "likes", 1)]
    collect(account, square, now=NOW + timedelta(hours=3))
    assert square.counted == 1
    square.likes["p1"].add("zoe")
    collect(account, square, now=NOW + DAY)
    assert square.counted == 2
    values = Reading.objects.filter(object_id="p1").order_by("at_us").values_list("value", flat=True)
    assert list(values) == [2, 3]


def test_old_posts_are_counted_no_more(account: Account, square: Square) -> None:
    collect(account, square, now=NOW + 40 * DAY)
    assert Reading.objects.filter(object_id="p1").count() == 1
    assert Reading.objects.filter(object_id="").count() == 2


def test_what_was_taken_back_is_told_once(account: Account, square: Square) -> None:
    square.likes["p1"].discard("tom")
    square.followers.discard("zoe")
    for day in (1, 2, 3):
        collect(account, square, now=NOW + day * DAY)
    assert told(Kind.LIKE_WITHDRAWN) == [("tom", "p1")]
    assert told(Kind.FOLLOW_WITHDRAWN) == [("zoe", "")]
    assert told(Kind.LIKE) == [("eva", "p1"), ("eva", "p2"), ("tom", "p1")]


def test_of_an_account_with_many_followers_nobody_asks_one_by_one(
    account: Account, square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portevoix.ledger.actions.recount.MOST_FOLLOWERS", 1)
    square.followers.clear()
    collect(account, square, now=NOW + DAY)
    assert told(Kind.FOLLOW_WITHDRAWN) == []


def test_a_post_that_was_deleted_is_told_once_and_its_words_are_erased(
    account: Account, square: Square
) -> None:
    assert Content.objects.filter(remote_id="p2").exists()
    del square.likes["p2"]
    for day in (1, 2):
        collect(account, square, now=NOW + day * DAY)
    assert told(Kind.DELETED) == [("88", "p2")]
    assert not Content.objects.filter(remote_id="p2").exists()
    assert Publication.objects.filter(remote_id="p2").exists()


def test_a_post_that_is_only_not_counted_today_is_not_taken_for_deleted(
    account: Account, square: Square
) -> None:
    square.hidden.add("p2")
    collect(account, square, now=NOW + DAY)
    assert told(Kind.DELETED) == []


def test_an_answer_that_is_not_understood_deletes_nothing(account: Account, square: Square) -> None:
    square.hidden.add("p2")
    square.is_garbled = True
    collect(account, square, now=NOW + DAY)
    assert told(Kind.DELETED) == []
    assert Content.objects.filter(remote_id="p2").exists()


def test_counts_that_were_stored_are_not_read_again_because_of_what_failed_after(
    account: Account, square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_door: Square, _kind: Kind, _object_id: str, _now: datetime) -> frozenset[str]:
        raise Unreachable("down")

    monkeypatch.setattr(Square, "read_standing", fail)
    for minutes in (0, 15, 30):
        with pytest.raises(Unreachable):
            collect(account, square, now=NOW + DAY + timedelta(minutes=minutes))
    assert square.counted == 2


def test_only_what_a_sign_in_was_granted_is_read(
    account: Account, square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_door: Square, _cursor: str, _now: datetime) -> Page[Event]:
        raise NeedsReconnection("no right to read this")

    monkeypatch.setattr(Square, "read_events", fail)
    Connection.objects.create(account=account, linked_at=NOW, granted=["read_posts"])
    account.refresh_from_db()
    collect(account, square, now=NOW + DAY)
    assert square.counted == 1


def test_a_stream_that_is_not_understood_keeps_no_other_from_being_read(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_door: Square, _cursor: str, _now: datetime) -> Page[Event]:
        raise UnexpectedReply("no such page")

    monkeypatch.setattr(Square, "read_events", fail)
    with pytest.raises(UnexpectedReply):
        collect(account, Square(), now=NOW + DAY)
    assert Publication.objects.count() == 2
    assert Reading.objects.filter(object_id="").exists()


def test_a_post_says_whether_it_was_written_outside(account: Account, square: Square) -> None:
    outside = {post.remote_id: post.is_outside for post in Publication.objects.all()}
    assert outside == {"p1": False, "p2": True}
    me = ActorRef("88")
    record(account.brand, "x", now=NOW, source="test", posts=[SeenPost("p3", me, NOW)])
    assert Publication.objects.get(remote_id="p3").is_outside is None


def permitting(**uses: frozenset[Use]) -> tuple[Permit, ...]:
    """Return permits that allow everything but what `uses` say otherwise, words for a day."""
    return tuple(
        Permit(
            datum,
            uses.get(datum.value, WITHOUT_ENRICHING),
            RULES,
            READ_ON,
            keep=DAY if datum is Datum.WORDS else None,
        )
        for datum in Datum
    )


REPLY = Event(
    Kind.REPLY, ActorRef("eva", "eva.b", "Eva B."), "88", NOW, "p1", "r1", text="Well said.", language="en"
)


def test_what_a_network_does_not_allow_to_be_kept_is_not(account: Account) -> None:
    nothing = frozenset[Use]()
    permits = permitting(words=nothing, profiles=nothing)
    record(account.brand, "x", now=NOW, source="test", events=[REPLY], permits=permits)
    assert Interaction.objects.count() == 1
    assert not Content.objects.exists()
    assert Actor.objects.get(remote_id="eva").handle == ""

    permits = permitting(acts=nothing)
    assert record(account.brand, "x", now=NOW, source="test", events=[REPLY], permits=permits) == 0
    assert record(account.brand, "x", now=NOW, source="test", events=[REPLY], permits=()) == 0


def test_words_are_erased_when_their_time_is_over(account: Account) -> None:
    record(account.brand, "x", now=NOW, source="test", events=[REPLY], permits=permitting())
    assert Content.objects.get().delete_on == (NOW + DAY).date()
    assert forget_what_is_due(now=NOW) == 0
    assert forget_what_is_due(now=NOW + DAY) == 1
    assert Interaction.objects.get().remote_id == "r1"


def test_what_was_deleted_is_erased_even_where_the_deletion_may_not_be_kept(account: Account) -> None:
    record(account.brand, "x", now=NOW, source="test", events=[REPLY], permits=permitting())
    gone = Event(Kind.DELETED, ActorRef("eva"), "88", NOW + DAY, "r1")
    permits = permitting(acts=frozenset())
    record(account.brand, "x", now=NOW + DAY, source="test", events=[gone], permits=permits)
    assert not Content.objects.exists()
    assert Interaction.objects.count() == 1


def test_words_are_kept_no_longer_than_a_deletion_may_take_to_be_followed(account: Account) -> None:
    permits = tuple(
        Permit(datum, WITHOUT_ENRICHING, RULES, READ_ON, keep=30 * DAY, must_follow_deletion=DAY)
        for datum in Datum
    )
    record(account.brand, "x", now=NOW, source="test", events=[REPLY], permits=permits)
    assert Content.objects.get().delete_on == (NOW + DAY).date()
    # Names may be kept for a time only, and nobody takes them away again: they are not kept at all.
    assert Actor.objects.get(remote_id="eva").display_name == ""
