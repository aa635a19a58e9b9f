"""Collecting on the sandbox: read once, stored with the cursor, covered, and mended after any failure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from pytest_django import DjangoAssertNumQueries

from portevoix.ledger.actions.collect import collect
from portevoix.ledger.actions.due import EVERY, collect_due
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.ledger.fitting import LONGEST_LANGUAGE
from portevoix.ledger.models import Actor, Content, Coverage, Cursor, Interaction, Publication
from portevoix.ledger.models import Reading as ReadingRow
from portevoix.ledger.rules import LONGEST_ID
from portevoix.networks.actions.linking import link
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import (
    ActorRef,
    Capabilities,
    Counted,
    Draft,
    Event,
    Kind,
    Page,
    Reading,
    SeenPost,
)
from portevoix.networks.errors import Unreachable
from portevoix.networks.fitting import LONGEST_URL
from portevoix.networks.models import Account, Connection
from portevoix.networks.permits import everything
from portevoix.networks.registry import connector_class
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.faults import Fault
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from tests.ledger.conftest import NOW

LATER = NOW + timedelta(days=20)


@pytest.fixture
def stage(data_folder: Path) -> Backstage:
    """Return the sandbox of this test, in which Marion has 900 followers."""
    return Backstage(data_folder / "sandbox.sqlite3")


@pytest.fixture
def connection(brand: Brand, stage: Backstage) -> Connection:
    """Return the link to Marion's account on the sandbox."""
    token = stage.open_account("marion", now=NOW, handle="marion_acme", followers=900)
    account = Account.objects.create(brand=brand, network="sandbox", remote_id="marion", handle="marion_acme")
    return link(account, options={"account": "marion"}, credentials=token, by=SYSTEM, now=NOW)


@pytest.fixture
def door(connection: Connection) -> Iterator[Connector]:
    """Return Marion's connector, on which she has published three posts a day apart."""
    with connector_class("sandbox")(connection.options, connection.credentials) as connector:
        for day in range(3):
            at = NOW + timedelta(days=day)
            connector.publish(Draft(f"Une idée, la {day}e ?"), key=connector.new_key(at), now=at)
        yield connector


def test_what_the_network_tells_is_stored_with_what_was_said(connection: Connection, door: Connector) -> None:
    collected = collect(connection.account, door, now=LATER)
    assert not collected.has_more
    assert Publication.objects.count() == 3
    assert {"like", "reply", "mention"} <= set(Interaction.objects.values_list("kind", flat=True))
    assert {fact.target.remote_id for fact in Interaction.objects.all()} == {"marion"}
    assert Content.objects.filter(text__startswith="Une idée").count() == 3
    followers = ReadingRow.objects.get(counted="followers")
    assert followers.value == door.read_profile("marion", LATER).followers_count
    assert Interaction.objects.visible().count() == Interaction.objects.count() > 10


def test_collecting_again_adds_only_what_is_new(connection: Connection, door: Connector) -> None:
    collect(connection.account, door, now=NOW + timedelta(days=3))
    early = Interaction.objects.count()
    assert collect(connection.account, door, now=NOW + timedelta(days=3)).added == 0
    collect(connection.account, door, now=LATER)
    in_steps = set(Interaction.objects.values_list("actor__remote_id", "kind", "key"))
    assert len(in_steps) > early
    Cursor.objects.all().delete()  # as after restoring an old backup: everything is read anew
    assert collect(connection.account, door, now=LATER).added == 0
    assert set(Interaction.objects.values_list("actor__remote_id", "kind", "key")) == in_steps


def test_a_page_and_its_cursor_are_stored_together_or_not_at_all(
    connection: Connection, door: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Cursor.objects, "update_or_create", fail)
        with pytest.raises(RuntimeError):
            collect(connection.account, door, now=LATER)
    assert not Interaction.objects.exists()
    assert collect(connection.account, door, now=LATER).added > 0


def test_what_was_read_is_covered_from_the_first_word_to_now(connection: Connection, door: Connector) -> None:
    collect(connection.account, door, now=NOW + timedelta(days=5))
    collect(connection.account, door, now=LATER)
    for kind in ("like", "post"):
        span = Coverage.objects.get(kind=kind, account=connection.account)
        assert span.from_us <= _us(NOW + timedelta(days=1))
        assert span.to_us == _us(LATER)


def test_a_kind_that_was_covered_later_than_the_others_has_a_span_of_its_own(account: Account) -> None:
    extend_coverage(account, ("like", "reply"), from_at=NOW, to_at=NOW + EVERY)
    extend_coverage(account, ("like", "reply", "quote"), from_at=NOW + EVERY, to_at=LATER)
    extend_coverage(account, ("like",), from_at=NOW, to_at=NOW + EVERY)
    extend_coverage(account, ("reply",), from_at=LATER + EVERY, to_at=LATER + 2 * EVERY)
    told = [(row.kind, row.from_us, row.to_us) for row in Coverage.objects.order_by("kind", "from_us")]
    assert told == [
        ("like", _us(NOW), _us(LATER)),
        ("quote", _us(NOW + EVERY), _us(LATER)),
        ("reply", _us(NOW), _us(LATER)),
        ("reply", _us(LATER + EVERY), _us(LATER + 2 * EVERY)),
    ]


def test_an_actor_bears_the_name_that_was_told_last(account: Account) -> None:
    for handle, name in (("eva", "Eva"), ("eva.b", "Eva B."), ("", "")):
        told = Event(Kind.LIKE, ActorRef("fan", handle=handle, display_name=name), "88", NOW, f"p{handle}")
        record(account.brand, "x", now=NOW, source="test", events=[told])
    fan = Actor.objects.get(remote_id="fan")
    assert (fan.handle, fan.display_name) == ("eva.b", "Eva B.")


def test_a_page_is_stored_with_few_queries_however_many_kinds_and_people_it_tells(
    connection: Connection, door: Connector, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(74):  # two streams, counts, who still follows; savepoints included
        collect(connection.account, door, now=LATER)
    assert Interaction.objects.count() > 10


def _us(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)


def test_a_network_that_cannot_be_read_loses_nothing(
    connection: Connection, door: Connector, stage: Backstage
) -> None:
    stage.order("marion", Fault.UNREACHABLE, verb="posts")
    with pytest.raises(Unreachable):
        collect(connection.account, door, now=LATER)
    assert Interaction.objects.exists(), "what was read before the failure is kept"
    collect(connection.account, door, now=LATER)
    assert Publication.objects.count() == 3


@pytest.mark.usefixtures("door")
def test_the_sweep_collects_what_is_due_and_says_when_again(connection: Connection) -> None:
    assert collect_due(now=LATER) == 1
    connection.refresh_from_db()
    assert connection.collect_at == LATER + EVERY
    assert connection.last_success_at == LATER
    assert collect_due(now=LATER + EVERY / 2) == 0
    assert collect_due(now=LATER + EVERY) == 1


@pytest.mark.usefixtures("door")
def test_a_blip_leaves_the_connection_whole_and_a_revocation_breaks_it(
    connection: Connection, stage: Backstage
) -> None:
    stage.order("marion", Fault.UNREACHABLE, times=1)
    assert collect_due(now=LATER) == 0
    connection.refresh_from_db()
    assert not connection.is_broken
    assert connection.collect_at == LATER + EVERY
    stage.sign_out("marion")
    assert collect_due(now=LATER + EVERY) == 0
    left = Connection.objects.get()
    assert left.is_broken
    assert left.failure_advice
    assert collect_due(now=LATER + 5 * EVERY) == 0


@pytest.mark.usefixtures("door")
def test_a_pause_that_the_network_asks_for_is_kept(connection: Connection, stage: Backstage) -> None:
    stage.order("marion", Fault.RATE_LIMITED, seconds=7200)
    collect_due(now=LATER)
    connection.refresh_from_db()
    assert connection.collect_at is not None
    assert connection.collect_at >= LATER + timedelta(hours=2)


class Recited(Connector):
    """A network that tells likes page by page, and cannot be reached after the last one."""

    key = "x"
    capabilities = Capabilities(event_kinds=frozenset({Kind.LIKE}))
    permits = everything("https://x.example/rules", date(2026, 11, 1))

    def __init__(self, *pages: Page[Event]) -> None:
        super().__init__({}, "")
        self._pages = iter(pages)

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return the next page."""
        for page in self._pages:
            return page
        raise Unreachable


def _like(actor: str, at: datetime, object_id: str = "p1", **told: str) -> Event:
    return Event(Kind.LIKE, ActorRef(actor), "88", at, object_id, **told)


def _read(account: Account, *pages: Page[Event]) -> list[tuple[int, int]]:
    """Collect `pages`; return the spans that are covered now."""
    with Recited(*pages) as network, pytest.raises(Unreachable):
        collect(account, network, now=LATER)
    return list(Coverage.objects.values_list("from_us", "to_us"))


def test_a_page_that_only_says_that_there_is_more_covers_nothing(account: Account) -> None:
    nothing_yet = Page[Event]((), "1", has_more=True)
    assert _read(account, nothing_yet) == []
    assert Cursor.objects.get().read_until is None
    first = Page((_like("fan", NOW), _like("other", NOW + EVERY)), "2", has_more=True)
    assert _read(account, first, nothing_yet) == [(_us(NOW), _us(NOW + EVERY))]
    assert Cursor.objects.get().read_until == NOW + EVERY


def test_what_is_longer_than_its_column_never_keeps_the_rest_of_a_page_out(account: Account) -> None:
    long, said = "u" * 501, {"remote_id": "r1", "text": "Salut\x00 !", "language": "ca-ES-valencia"}
    endless = ActorRef("fan", handle="h" * 300, url=f"https://x.example/{long}")
    events = [
        Event(Kind.REPLY, endless, "88", NOW, "p1", url=f"https://x.example/{long}", **said),
        _like(long, NOW),
        _like("fan", NOW, object_id=long),
        _like("fan\x00", NOW),
    ]
    posts = [SeenPost("p1", ActorRef("88"), NOW, url=long), SeenPost(long, ActorRef("88"), NOW)]
    readings = [Reading("88", Counted.FOLLOWERS, value, NOW) for value in (2**70, 900)]
    added = record(account.brand, "x", now=NOW, source="test", events=events, posts=posts, readings=readings)
    assert added == 3
    told = Content.objects.get()
    assert (told.text, told.language, told.url) == ("Salut !", "ca-ES", "")
    assert (Publication.objects.get().url, ReadingRow.objects.get().value) == ("", 900)
    assert (len(Actor.objects.get(remote_id="fan").handle), Interaction.objects.get().kind) == (200, "reply")


def test_half_a_character_keeps_nothing_else_out(account: Account) -> None:
    half = "\ud83d"  # what a network's JSON can hold, and no database
    events = [
        Event(Kind.REPLY, ActorRef("fan", handle=half), "88", NOW, remote_id="r1", text=f"Salut {half}"),
        _like(f"fan{half}", NOW),
    ]
    assert record(account.brand, "x", now=NOW, source="test", events=events) == 1
    assert Content.objects.get().text == "Salut "


def test_what_fits_is_what_the_columns_hold() -> None:
    for model in (Actor, Interaction, Publication, ReadingRow, Content):
        for field in model._meta.concrete_fields:
            if field.name in ("remote_id", "object_id", "in_reply_to"):
                assert field.max_length == LONGEST_ID, field
            if field.name == "url":
                assert field.max_length == LONGEST_URL, field
            if field.name == "language":
                assert field.max_length == LONGEST_LANGUAGE, field


def _connected(brand: Brand, stage: Backstage, name: str, **options: str) -> Connection:
    token = stage.open_account(name, now=NOW, followers=5)
    account = Account.objects.create(brand=brand, network="sandbox", remote_id=name)
    return link(account, options={"account": name, **options}, credentials=token, by=SYSTEM, now=NOW)


def _spoil(connection: Connection, how: str) -> None:
    mine = Connection.objects.filter(pk=connection.pk)
    if how == "options":
        mine.update(options={"account": 7, "colour": "red"})
    elif how == "credentials":
        with database.cursor() as cursor:
            cursor.execute("UPDATE networks_connection SET credentials = 'x' WHERE id = %s", [connection.pk])
    else:
        Account.objects.filter(pk=connection.account_id).update(network="nowhere")


@pytest.mark.parametrize("how", ["options", "credentials", "network"])
def test_an_account_that_cannot_even_be_opened_never_stops_the_others(
    brand: Brand, stage: Backstage, how: str
) -> None:
    spoilt, whole = (_connected(brand, stage, name) for name in ("anna", "bob"))
    _spoil(spoilt, how)
    assert collect_due(now=LATER) == 1
    rows = Connection.objects.defer("credentials").in_bulk()
    assert rows[whole.pk].last_success_at == LATER
    assert (rows[spoilt.pk].last_failure_at, rows[spoilt.pk].collect_at) == (LATER, LATER + EVERY)
    assert rows[spoilt.pk].failure_advice
