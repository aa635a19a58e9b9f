"""Behind each figure stand exactly the facts that it counts: the lists of pages against the engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portevoix.core import clock
from portevoix.core.errors import NotFound
from portevoix.core.periods import Month
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.ledger.models import Actor, Intake, Interaction
from portevoix.measures.actions import refresh
from portevoix.measures.catalogue import BY_ID, METRICS
from portevoix.measures.facts import PAGE, AccountRead, Act, Fact, FactPage, Person, Post, facts_of
from portevoix.measures.metric import Metric, Opens
from portevoix.measures.queries import Figure, figures
from portevoix.networks.contracts import ActorRef, Counted, Event, Kind, PostKind, Reading, SeenPost
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

JULY = Month(2012, 7)
NOW = datetime(2012, 9, 1, tzinfo=UTC)
EVERY_KIND = [*(str(kind) for kind in Kind), "post"]


def at(day: int, hour: int = 12, *, month: int = 7) -> datetime:
    return datetime(2012, month, day, hour, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """A brand with two personas, a named voice, an account that changes hands and one taken over mid-month."""

    brand: Brand
    marion: Voice
    hugo: Voice
    paul: Voice

    @classmethod
    def built(cls) -> "House":
        brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
        voices = [
            Voice.objects.create(
                brand=brand, slug=slug, first_name=slug.title(), kind=kind, state="active", hue=hue
            )
            for hue, (slug, kind) in enumerate(
                (("marion", "persona"), ("hugo", "persona"), ("paul", "named"))
            )
        ]
        house = cls(brand, *voices)
        house.hold(house.marion, "m1")
        house.hold(house.marion, "m2", start=at(10))
        house.hold(house.hugo, "h1", end=at(15))
        house.hold(house.marion, "h1", start=at(15))
        house.hold(house.hugo, "h2")
        house.hold(house.paul, "p1")
        return house

    def hold(
        self, voice: Voice, remote_id: str, start: datetime | None = None, end: datetime | None = None
    ) -> None:
        account, _made = Account.objects.get_or_create(brand=self.brand, network="x", remote_id=remote_id)
        Holding.objects.create(voice=voice, account=account, from_at=start, to_at=end)
        extend_coverage(account, EVERY_KIND, from_at=at(1, month=5), to_at=at(30, month=8))

    def hear(
        self, *events: Event, posts: tuple[SeenPost, ...] = (), readings: tuple[Reading, ...] = ()
    ) -> None:
        record(self.brand, "x", now=NOW, source="manual", events=events, posts=posts, readings=readings)


def event(
    kind: Kind, actor: str, target: str, when: datetime, *, post: str = "", remote_id: str = ""
) -> Event:
    return Event(kind, ActorRef(actor), target, when, object_id=post, remote_id=remote_id)


def _acts() -> Iterator[Event]:
    for number in range(PAGE + 7):
        yield event(Kind.LIKE, f"fan{number % 40}", "m1", at(3) + timedelta(minutes=number))
    yield event(Kind.MENTION, "fan1", "m1", at(4))
    yield event(Kind.REPLY, "fan1", "m1", at(4))
    yield event(Kind.REPLY, "fan2", "m1", at(4))
    yield event(Kind.MENTION, "fan3", "m1", at(5))
    yield event(Kind.MENTION, "fan3", "h2", at(5))
    yield event(Kind.REPOST, "fan3", "h1", at(14))
    yield event(Kind.REPOST, "fan3", "h1", at(16))
    yield event(Kind.QUOTE, "fan4", "h2", at(16))
    yield event(Kind.MENTION, "fan5", "m2", at(9))
    yield event(Kind.MENTION, "fan5", "m2", at(11))
    # The first hour of July in Paris is June in UTC; the last one of July in UTC is August there.
    yield event(Kind.MENTION, "fan6", "m1", at(30, 22, month=6) + timedelta(minutes=30))
    yield event(Kind.MENTION, "fan7", "m1", at(31, 22) + timedelta(minutes=30))
    # Internal: by a colleague, by oneself, by a named voice, and by m2 only once it was held.
    yield event(Kind.REPOST, "h2", "m1", at(6))
    yield event(Kind.MENTION, "m1", "m1", at(6))
    yield event(Kind.LIKE, "p1", "h2", at(7))
    yield event(Kind.LIKE, "m2", "h2", at(8))
    yield event(Kind.LIKE, "m2", "h2", at(12))
    yield event(Kind.FOLLOW, "fan8", "m1", at(6))
    yield event(Kind.LIKE_WITHDRAWN, "fan1", "m1", at(20))


def _posts() -> Iterator[SeenPost]:
    for number in range(3):
        yield SeenPost(f"post{number}", ActorRef("m1"), at(2 + number), url=f"https://x.example/post{number}")
    yield SeenPost("essay", ActorRef("h2"), at(8), kind=PostKind.ARTICLE)
    yield SeenPost("answer", ActorRef("m1"), at(9), kind=PostKind.REPLY)
    yield SeenPost("early", ActorRef("m1"), at(9, month=6))
    yield SeenPost("before-ours", ActorRef("m2"), at(9))


def _on_posts() -> Iterator[Event]:
    yield event(Kind.LIKE, "fan1", "m1", at(3, 13), post="post0", remote_id="a1")
    yield event(Kind.LIKE, "fan2", "m1", at(2, month=8), post="post0", remote_id="a2")
    yield event(Kind.REPLY, "fan1", "m1", at(5, 13), post="post1", remote_id="a3")
    yield event(Kind.REPOST, "fan3", "h2", at(9), post="essay", remote_id="a4")
    yield event(Kind.QUOTE, "fan4", "h2", at(10), post="essay", remote_id="a5")
    yield event(Kind.REPOST, "m1", "h2", at(10), post="essay", remote_id="a6")


def _readings() -> Iterator[Reading]:
    counts = {"m1": ((28, 6, 900), (3, 7, 1000), (30, 7, 1100)), "h2": ((1, 7, 500), (29, 7, 480))}
    for account, rows in counts.items():
        for day, month, value in rows:
            yield Reading(account, Counted.FOLLOWERS, value, at(day, month=month))
    yield Reading("m2", Counted.FOLLOWERS, 70, at(9))
    yield Reading("h1", Counted.FOLLOWERS, 60, at(14))
    yield Reading("h1", Counted.FOLLOWERS, 66, at(28))


@pytest.fixture
def house(transactional_db: None, data_folder: Path) -> House:
    """Return the house with facts of every kind, and its scorecard computed by the engine."""
    house = House.built()
    house.hear(*_acts(), *_on_posts(), posts=tuple(_posts()), readings=tuple(_readings()))
    _hide_a_like(house.brand)
    refresh([house.brand], JULY, now=lambda: NOW)
    return house


def _hide_a_like(brand: Brand) -> None:
    """Store a fact of an import that is not finished: nobody may see it."""
    intake = Intake.objects.create(brand=brand, network="x", source="import", started_at=NOW)
    actor = Actor.objects.create(brand=brand, network="x", remote_id="unseen")
    target = Actor.objects.get(brand=brand, remote_id="m1")
    Interaction.objects.create(
        brand=brand, kind="like", actor=actor, target=target, key="k", at_us=clock.to_us(at(5)), intake=intake
    )


def listed(house: House, figure: Figure) -> list[Fact]:
    """Return everything that is listed behind `figure`, having turned every page."""
    page = opened(house, figure.metric, figure.voice)
    rows = list(page.rows)
    for number in range(2, page.page_count + 1):
        rows += opened(house, figure.metric, figure.voice, number=number).rows
    assert len(rows) == page.total
    return rows


def opened(house: House, metric: Metric, voice: Voice | None, *, number: int = 1) -> FactPage:
    return facts_of(house.brand, JULY, metric, voice=voice, number=number)


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _gained(post: Post, metric_id: str) -> int:
    gained = {
        "conversation": post.replies,
        "replies": post.replies,
        "applause": post.likes,
        "likes": post.likes,
    }
    return gained.get(metric_id.split("_", maxsplit=1)[0], post.reposts)


def told(metric: Metric, rows: list[Fact]) -> float | None:
    """Return the figure that the listed facts make, computed here and now from them alone."""
    posts = [row for row in rows if isinstance(row, Post)]
    accounts = [row for row in rows if isinstance(row, AccountRead)]
    if metric.id == "audience_size":
        return sum(row.followers for row in accounts) if accounts else None
    if metric.opens is Opens.READINGS:
        grown = [(row.growth, row.start_followers or 0) for row in accounts if row.growth is not None]
        if not grown:
            return None
        growth, start = sum(each for each, _start in grown), sum(start for _growth, start in grown)
        return growth if metric.id == "audience_growth" else growth * 100 / start
    if metric.id.endswith("_1000_followers"):
        return _mean([_gained(row, metric.id) * 1000 / row.followers for row in posts if row.followers])
    if metric.id.endswith("_rate"):
        return _mean([float(_gained(row, metric.id)) for row in posts])
    return len(rows)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: str(metric.id))
def test_as_many_things_are_listed_as_the_figure_says(house: House, metric: Metric) -> None:
    compared = [figure for figure in figures(house.brand, JULY) if figure.metric is metric]

    assert [figure.voice_slug for figure in compared] == ["hugo", "marion", "*"]
    for figure in compared:
        assert told(metric, listed(house, figure)) == pytest.approx(figure.value), figure.voice_slug
    assert any(figure.value for figure in compared), "a figure that is nought everywhere would prove nothing"


def test_an_act_told_under_two_kinds_is_one_line(house: House) -> None:
    acts = [act for act in listed_of(house, "mentions_received", house.marion) if isinstance(act, Act)]

    assert [
        act.kinds for act in acts if act.at_us == clock.to_us(at(4)) and act.actor.remote_id == "fan1"
    ] == [("mention", "reply")]


def listed_of(house: House, metric_id: str, voice: Voice | None) -> list[Fact]:
    return listed(house, Figure(voice, BY_ID[metric_id], None, None))


def test_one_act_that_names_two_voices_is_one_line_of_the_brand_and_says_both(house: House) -> None:
    acts = [act for act in listed_of(house, "mentions_received", None) if isinstance(act, Act)]

    both = [act for act in acts if act.actor.remote_id == "fan3"]
    assert [sorted(target.remote_id for target in act.targets) for act in both] == [["h2", "m1"]]


def test_the_newest_act_comes_first_and_the_most_frequent_person(house: House) -> None:
    acts = [act.at_us for act in listed_of(house, "likes_received", house.marion) if isinstance(act, Act)]
    people = [row for row in listed_of(house, "distinct_people", None) if isinstance(row, Person)]

    assert acts == sorted(acts, reverse=True)
    assert [row.act_count for row in people] == sorted((row.act_count for row in people), reverse=True)
    assert people[0].act_count > 1


def test_an_account_belongs_to_who_held_it_at_the_instant(house: House) -> None:
    before = listed_of(house, "reposts_received", house.hugo)
    after = listed_of(house, "reposts_received", house.marion)

    assert clock.to_us(at(14)) in {act.at_us for act in before if isinstance(act, Act)}
    assert {act.at_us for act in after if isinstance(act, Act)} == {clock.to_us(at(16))}


def test_an_internal_act_tells_the_voice_that_did_it(house: House) -> None:
    page = opened(house, BY_ID["internal_interactions"], house.hugo)

    voices = {page.voice_id_of(act.actor, act.at_us) for act in page.rows if isinstance(act, Act)}
    assert voices == {house.marion.pk, house.paul.pk}


def test_a_post_tells_where_it_can_be_seen(house: House) -> None:
    posts = [post for post in listed_of(house, "posts_published", house.marion) if isinstance(post, Post)]

    assert [post.url for post in posts] == [f"https://x.example/post{number}" for number in (2, 1, 0)]


def test_there_is_no_page_beyond_the_last(house: House) -> None:
    likes = BY_ID["likes_received"]
    assert opened(house, likes, house.marion).page_count == 2

    with pytest.raises(NotFound):
        opened(house, likes, house.marion, number=3)
    with pytest.raises(NotFound):
        opened(house, likes, house.marion, number=0)


def test_a_named_voice_has_no_list(house: House) -> None:
    with pytest.raises(NotFound):
        opened(house, BY_ID["likes_received"], house.paul)
