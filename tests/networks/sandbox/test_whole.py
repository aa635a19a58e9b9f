"""What a whole network has besides: quotes, lists, who stands, pictures that take their time, and makers."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from portevoix.networks.contracts import OURS, Counted, Draft, Gesture, Kind, PublishedRef, Uploaded
from portevoix.networks.errors import ContentRefused, NotSupported
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.connector import SandboxConnector
from portevoix.networks.sandbox.faults import Fault
from portevoix.networks.sandbox.store import SCHEMA, VERSION
from tests.networks.sandbox.stage import DAY, HOUR, MINUTE, NOW, Stage, by_members, events, publish
from tests.networks.walk import PICTURE

# Quotes


def test_a_quote_is_told_to_whom_it_quotes_with_its_words(stage: Stage) -> None:
    ref = publish(stage.aya, "Bonjour.")
    quote = publish(stage.paul, "See this.", NOW + HOUR, quoting=ref.remote_id)
    assert by_members(stage.aya, NOW + DAY) == [(Kind.QUOTE, "paul", ref.remote_id)]
    (told,) = [one for one in events(stage.aya, NOW + DAY) if one.kind is Kind.QUOTE]
    assert (told.remote_id, told.text) == (quote.remote_id, "See this.")


def test_a_quote_is_counted_as_long_as_it_stands(stage: Stage) -> None:
    ref = publish(stage.aya, "Bonjour.")

    def quotes() -> list[int]:
        readings = stage.aya.read_counts((ref,), NOW + DAY)
        return [one.value for one in readings if one.counted is Counted.QUOTES]

    before = quotes()
    quote = publish(stage.paul, "See this.", NOW + HOUR, quoting=ref.remote_id)
    assert quotes() == [before[0] + 1]
    stage.paul.withdraw(quote, now=NOW + 2 * HOUR)
    assert quotes() == before


def test_quoting_oneself_tells_nobody(stage: Stage) -> None:
    ref = publish(stage.paul, "One.")
    publish(stage.paul, "Two.", NOW + HOUR, quoting=ref.remote_id)
    assert by_members(stage.paul, NOW + DAY) == []


def test_what_is_not_there_cannot_be_quoted(stage: Stage) -> None:
    ref = publish(stage.aya, "Bonjour.")
    stage.aya.withdraw(ref, now=NOW + HOUR)
    with pytest.raises(ContentRefused):
        publish(stage.paul, "See this.", NOW + 2 * HOUR, quoting=ref.remote_id)


def test_what_people_quote_says_so(stage: Stage) -> None:
    for number in range(10):
        publish(stage.marion, f"Question {number}?")
    told = next(one for one in events(stage.marion, NOW + 14 * DAY) if one.kind is Kind.QUOTE)
    (seen,) = stage.marion.read_thread(PublishedRef(told.remote_id), NOW + 14 * DAY)
    assert seen.quoting == told.object_id


# Lists


def test_lists_of_an_account_are_its_own(stage: Stage) -> None:
    ours = stage.marion.keep_list("Our voices", ["paul", "aya", "paul"], now=NOW)
    other = stage.marion.keep_list("Friends", [], now=NOW)
    stage.paul.keep_list("Our voices", ["person/3"], now=NOW)
    assert stage.backstage.lists("marion") == {ours.remote_id: {"paul", "aya"}, other.remote_id: set()}
    assert ours.url.startswith("https://")


@pytest.mark.parametrize(("name", "members"), [("Our voices", ["nobody"]), (" ", ["paul"])])
def test_a_list_without_a_name_or_of_who_is_not_there_is_refused(
    stage: Stage, name: str, members: list[str]
) -> None:
    kept = stage.marion.keep_list("Our voices", ["aya"], now=NOW)
    with pytest.raises(ContentRefused):
        stage.marion.keep_list(name, members, now=NOW)
    assert stage.backstage.lists("marion") == {kept.remote_id: {"aya"}}


# Who stands


def test_who_stands_agrees_with_what_was_told(stage: Stage) -> None:
    ref = publish(stage.marion, "A question?")
    stage.paul.give(Gesture.REPOST, ref.remote_id, now=NOW + HOUR)
    for days in range(0, 18, 2):
        now = NOW + days * DAY
        told: dict[Kind, set[str]] = {Kind.LIKE: set(), Kind.REPOST: set()}
        for one in events(stage.marion, now):
            if one.kind in told:
                told[one.kind].add(one.actor.remote_id)
            elif one.kind in (Kind.LIKE_WITHDRAWN, Kind.REPOST_WITHDRAWN):
                told[Kind(one.kind.removesuffix("_withdrawn"))].discard(one.actor.remote_id)
        for kind, who in told.items():
            assert stage.marion.read_standing(kind, ref.remote_id, now) == who


def test_who_follows_is_as_many_as_are_counted(stage: Stage) -> None:
    stage.paul.give(Gesture.FOLLOW, "marion", now=NOW)
    for days in (0, 10, 100):
        now = NOW + days * DAY
        counted = stage.marion.read_counts((), now)[0].value
        assert len(stage.marion.read_standing(Kind.FOLLOW, "", now)) == counted


def test_nothing_stands_on_what_is_not_there(stage: Stage) -> None:
    ref = publish(stage.marion, "A question?")
    stage.marion.withdraw(ref, now=NOW + 3 * DAY)
    for post in (ref.remote_id, "marion/99", publish(stage.paul, "Mine.").remote_id):
        assert stage.marion.read_standing(Kind.LIKE, post, NOW + 4 * DAY) == frozenset()


def test_of_words_nobody_is_told_who_stands(stage: Stage) -> None:
    with pytest.raises(NotSupported):
        stage.marion.read_standing(Kind.REPLY, "marion/1", NOW)


# Pictures


def test_a_picture_that_takes_its_time_is_published_once_it_is_ready(stage: Stage) -> None:
    stage.backstage.order("marion", Fault.PROCESSING, seconds=90)
    publish(stage.marion, "Meanwhile.")
    uploaded = stage.marion.upload(PICTURE, now=NOW)
    assert not uploaded.is_ready
    assert uploaded.check_at == NOW + 1.5 * MINUTE
    with pytest.raises(ContentRefused):
        stage.marion.publish(Draft("Look.", media=(uploaded,)), key="k", now=NOW + MINUTE)
    assert not stage.marion.check_upload(uploaded, now=NOW + MINUTE).is_ready
    ready = stage.marion.check_upload(uploaded, now=uploaded.check_at)
    assert ready == replace(uploaded, is_ready=True, check_at=None)
    ref = stage.marion.publish(Draft("Look.", media=(ready,)), key="k", now=uploaded.check_at)
    assert [one.content for one in stage.backstage.media(ref.remote_id)] == [PICTURE.content]


def test_a_picture_of_somebody_else_is_not_there(stage: Stage) -> None:
    uploaded = stage.paul.upload(PICTURE, now=NOW)
    for one in (uploaded, Uploaded("marion/upload/0", "A dot")):
        with pytest.raises(ContentRefused):
            stage.marion.check_upload(one, now=NOW)


# Makers


def test_a_post_says_in_which_application_it_was_written(stage: Stage) -> None:
    ours = publish(stage.paul, "Through the door.")
    theirs = stage.backstage.write_outside("paul", "By hand.", now=NOW + HOUR)
    seen = {one.remote_id: one.made_with for one in stage.paul.read_posts("", NOW + DAY).items}
    assert seen == {ours.remote_id: OURS, theirs: "Sandbox"}


def test_only_who_has_an_account_writes_outside(stage: Stage) -> None:
    with pytest.raises(ValueError, match="nobody opened"):
        stage.backstage.write_outside("nobody", "By hand.", now=NOW)


# Files of earlier versions

EARLIER = SCHEMA + (
    "CREATE TABLE uploads (id TEXT PRIMARY KEY, account TEXT NOT NULL, media_type TEXT NOT NULL,"
    " content BLOB NOT NULL) WITHOUT ROWID;"
    "INSERT INTO world VALUES (5);"
    "INSERT INTO posts VALUES (1, 'old/1', 'old', 'k', 'Bonjour.', 'fr', '', 0, 1, 2, NULL);"
    "INSERT INTO uploads VALUES ('old/upload/1', 'old', 'image/png', x'00');"
)


@pytest.mark.parametrize("earlier", [EARLIER, f"{SCHEMA}INSERT INTO world VALUES (5);"])
def test_a_file_of_an_earlier_version_is_given_what_it_lacks(data_folder: Path, earlier: str) -> None:
    file = data_folder / "sandbox.sqlite3"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(earlier)
    with Backstage(file) as backstage:
        token = backstage.open_account("old", now=NOW - DAY)
    with SandboxConnector({"account": "old"}, token) as door:
        publish(door, "New.")
        kept = door.keep_list("Ours", ["old"], now=NOW)
        seen = [one.made_with for one in door.read_posts("", NOW + DAY).items]
    assert kept.remote_id == "old/list/1"
    assert seen == [OURS] * (2 if earlier is EARLIER else 1)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_picture_of_an_earlier_version_is_ready(data_folder: Path) -> None:
    with closing(sqlite3.connect(data_folder / "sandbox.sqlite3")) as db:
        db.executescript(EARLIER)
    with Backstage(data_folder / "sandbox.sqlite3") as backstage:
        token = backstage.open_account("old", now=NOW - DAY)
    with SandboxConnector({"account": "old"}, token) as door:
        assert door.check_upload(Uploaded("old/upload/1", "A dot"), now=NOW).is_ready
