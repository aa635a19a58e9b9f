"""The archive that a person downloads tells the same facts as the API, and whatever it is, it does no harm."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portevoix.networks.archives import REASON_SENTENCES, Refused
from portevoix.networks.contracts import Event, Kind, PostKind, SeenPost
from portevoix.networks.mastodon.archive import read_archive
from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks.calls import published, whole
from tests.networks.contract import START
from tests.networks.mastodon.case import MastodonCase
from tests.networks.mastodon.entities import Post

ME = "https://mastodon.example/users/marion"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACTOR = {
    "id": ME,
    "type": "Person",
    "preferredUsername": "marion",
    "name": "Marion",
    "url": "https://mastodon.example/@marion",
}


def note(number: int, **more: Any) -> dict[str, Any]:
    """Return a post of Marion's as an archive tells it."""
    address = f"{ME}/statuses/{number}"
    told = {
        "id": address,
        "type": "Note",
        "published": "2026-05-01T10:00:00Z",
        "url": f"https://mastodon.example/@marion/{number}",
        "to": [PUBLIC],
        "cc": [f"{ME}/followers"],
        "content": f"<p>Word {number}.</p>",
        "contentMap": {"fr": f"<p>Word {number}.</p>"},
        "summary": None,
        "inReplyTo": None,
        "attachment": [],
        **more,
    }
    return {"id": f"{address}/activity", "type": "Create", "actor": ME, "object": told}


def repost(**more: Any) -> dict[str, Any]:
    """Return a repost of Paul's post as an archive tells it."""
    return {
        "id": f"{ME}/statuses/9/activity",
        "type": "Announce",
        "actor": ME,
        "published": "2026-05-02T10:00:00Z",
        "to": [PUBLIC],
        "cc": ["https://elsewhere.example/users/paul", f"{ME}/followers"],
        "object": "https://elsewhere.example/users/paul/statuses/1",
        **more,
    }


def files(*activities: Any, **more: Any) -> dict[str, bytes]:
    """Return the files of an archive."""
    told = {
        "outbox.json": {"type": "OrderedCollection", "orderedItems": list(activities)},
        "actor.json": ACTOR,
    }
    return {name: json.dumps(each).encode() for name, each in (told | more).items()}


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a ZIP, or a packed tar where the name says so."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return path


@pytest.mark.parametrize("name", ["archive.zip", "archive.tar.gz"])
def test_posts_and_reposts_are_told(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / name, files(note(1), repost()) | {"media/1.png": b"\x89PNG"})
    post, given = read_archive(path)
    assert isinstance(post, SeenPost)
    assert (post.remote_id, post.text, post.language) == (f"{ME}/statuses/1", "Word 1.", "fr")
    assert (post.author.remote_id, post.author.handle) == (ME, "marion@mastodon.example")
    assert post.at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert isinstance(given, Event)
    assert (given.kind, given.actor.remote_id) == (Kind.REPOST, ME)
    assert given.target_id == "https://elsewhere.example/users/paul"
    assert given.object_id == "https://elsewhere.example/users/paul/statuses/1"


def test_answers_quotes_and_warnings_are_told_as_by_the_api(tmp_path: Path) -> None:
    quoted = "https://elsewhere.example/users/paul/statuses/1"
    told = note(
        2,
        summary="Beware",
        inReplyTo=quoted,
        quote=quoted,
        content='<p class="quote-inline">RE: <a href="x">x</a></p><p>Yes.</p>',
    )
    (post,) = read_archive(packed(tmp_path / "a.zip", files(told)))
    assert isinstance(post, SeenPost)
    assert (post.kind, post.in_reply_to, post.quoting) == (PostKind.REPLY, quoted, quoted)
    assert post.text == "Beware\n\nYes."


def test_a_post_has_one_identity_in_the_archive_and_in_the_api(
    tmp_path: Path, marions: MastodonCase, opened: MastodonConnector
) -> None:
    ref = published(opened)
    (seen,) = whole(lambda cursor: opened.read_posts(cursor, START))
    one: Post = next(each for each in marions.server.posts.values() if each.uri == ref.remote_id)
    archived = note(
        1, id=one.uri, content=marions.server.html(one), published=one.at.isoformat(), url=one.url
    )
    (post,) = read_archive(packed(tmp_path / "a.zip", files(archived)))
    assert isinstance(post, SeenPost)
    assert isinstance(seen, SeenPost)
    assert (post.remote_id, post.text, post.author.remote_id, post.url) == (
        seen.remote_id,
        seen.text,
        seen.author.remote_id,
        seen.url,
    )


def test_what_was_said_to_few_is_left_out(tmp_path: Path) -> None:
    direct = note(1, to=["https://elsewhere.example/users/paul"], cc=[])
    followers = note(2, to=[f"{ME}/followers"], cc=[])
    told = list(read_archive(packed(tmp_path / "a.zip", files(direct, followers))))
    assert [one.remote_id for one in told if isinstance(one, SeenPost)] == [f"{ME}/statuses/2"]


def test_likes_have_no_date_and_are_no_facts(tmp_path: Path) -> None:
    likes = {"likes.json": {"orderedItems": ["https://elsewhere.example/users/paul/statuses/1"]}}
    told = list(read_archive(packed(tmp_path / "a.zip", files(**likes))))
    assert told == [Refused("likes.json", "impossible_date")]


@pytest.mark.parametrize(
    ("activity", "reason"),
    [
        (3, "missing_field"),
        ({}, "missing_field"),
        ({"type": "Create", "actor": ME}, "missing_field"),
        (note(1, id=""), "missing_field"),
        (note(1, published="yesterday"), "impossible_date"),
        (note(1, published=None), "missing_field"),
        (repost(object=None), "missing_field"),
        (repost(published="2026-13-01T00:00:00Z"), "impossible_date"),
    ],
)
def test_what_cannot_be_a_fact_is_refused_alone(tmp_path: Path, activity: Any, reason: str) -> None:
    told = list(read_archive(packed(tmp_path / "a.zip", files(note(7), activity, note(8)))))
    assert [type(one) for one in told] == [SeenPost, Refused, SeenPost]
    assert told[1] == Refused("outbox.json, 2", reason)
    assert reason in REASON_SENTENCES


def test_activities_of_other_sorts_are_passed_over(tmp_path: Path) -> None:
    assert list(read_archive(packed(tmp_path / "a.zip", files({"type": "Delete", "actor": ME})))) == []


@pytest.mark.parametrize(
    ("members", "refused"),
    [
        ({}, [Refused("a.zip", "not_json")]),
        ({"outbox.json": b"<html>"}, [Refused("outbox.json", "not_json"), Refused("a.zip", "not_json")]),
        ({"outbox.json": b"[" * 100_000}, [Refused("outbox.json", "not_json"), Refused("a.zip", "not_json")]),
        ({"outbox.json": b"[]"}, []),
        ({"outbox.json": b'{"orderedItems": 3}'}, []),
        (
            {"outbox.json": b'{"orderedItems": [{"type": "Create"}]}'},
            [Refused("outbox.json, 1", "missing_field")],
        ),
    ],
)
def test_an_archive_of_something_else_is_refused(
    tmp_path: Path, members: dict[str, bytes], refused: list[Refused]
) -> None:
    assert list(read_archive(packed(tmp_path / "a.zip", members))) == refused


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"no archive at all")
    assert Refused("a.zip", "damaged") in list(read_archive(path))


def test_names_that_lead_elsewhere_lead_nowhere(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.tar.gz", {"../../outbox.json": files(note(1))["outbox.json"]} | files(note(2))
    )
    told = [one for one in read_archive(path) if isinstance(one, SeenPost)]
    assert len(told) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.tar.gz"]


def test_an_archive_within_a_folder_is_read(tmp_path: Path) -> None:
    within = {f"export/{name}": content for name, content in files(note(1)).items()}
    assert len(list(read_archive(packed(tmp_path / "a.zip", within)))) == 1
