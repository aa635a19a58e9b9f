"""The archive that a person downloads from X tells the same facts as X's API, under the same numbers."""

import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portevoix.ledger.rules import identity_key
from portevoix.networks.archives import Refused
from portevoix.networks.contracts import Counted, Event, Kind, PostKind, Reading, SeenPost
from portevoix.networks.x.archive import read_archive
from tests.networks.x.case import XCase
from tests.networks.x.world import LEA, ME

MADE = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ACCOUNT = {
    "account": {
        "accountId": ME,
        "username": "marion_x",
        "accountDisplayName": "Marion",
        "email": "a@b.example",
    }
}
MANIFEST = (
    'window.__THAR_CONFIG = {"archiveInfo": {"sizeBytes": "1", "generationDate": "2026-11-20T08:30:00.000Z"}}'
)
POST = {
    "id_str": "1050118621198921728",
    "full_text": "Été &amp; hiver https://t.co/a1",
    "created_at": "Wed Oct 10 20:19:24 +0000 2018",
    "lang": "fr",
    "favorite_count": "42",
    "retweet_count": "3",
    "entities": {
        "urls": [{"url": "https://t.co/a1", "expanded_url": "https://example.org/a"}],
        "user_mentions": [],
    },
}
ANSWER = {
    "id_str": "1050118621198921800",
    "full_text": "@lea_x @paul_x merci",
    "created_at": "Wed Oct 10 21:00:00 +0000 2018",
    "in_reply_to_status_id_str": "77",
    "in_reply_to_user_id_str": LEA,
    "entities": {"user_mentions": [{"id_str": LEA}, {"id_str": "3003"}, {"id_str": ME}, {"id_str": "-1"}]},
}


def script(name: str, listed: list[Any]) -> str:
    return f"window.YTD.{name}.part0 = {json.dumps(listed)}"


def packed(tmp_path: Path, files: Mapping[str, str | bytes]) -> Path:
    path = tmp_path / "twitter-2026-11-20.zip"
    whole = {"data/account.js": script("account", [ACCOUNT]), "data/manifest.js": MANIFEST, **files}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return path


def tweets(*posts: Any, wrapped: bool = True) -> str:
    return script("tweets", [{"tweet": one} if wrapped else one for one in posts])


def told(path: Path) -> list[SeenPost | Event | Reading | Refused]:
    return list(read_archive(path))


def test_a_post_is_told_whole_with_what_it_had_reached(tmp_path: Path) -> None:
    seen, *readings = told(packed(tmp_path, {"data/tweets.js": tweets(POST)}))
    assert isinstance(seen, SeenPost)
    assert (seen.remote_id, seen.text, seen.language) == (
        POST["id_str"],
        "Été & hiver https://example.org/a",
        "fr",
    )
    assert seen.at == datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)
    assert (seen.author.remote_id, seen.author.handle, seen.kind) == (ME, "marion_x", PostKind.POST)
    assert seen.url == "https://x.com/i/web/status/1050118621198921728"
    assert readings == [
        Reading(ME, Counted.LIKES, 42, MADE, str(POST["id_str"])),
        Reading(ME, Counted.REPOSTS, 3, MADE, str(POST["id_str"])),
    ]


def test_an_answer_is_an_act_towards_each_whom_it_reaches(tmp_path: Path) -> None:
    seen, reply, mention = told(packed(tmp_path, {"data/tweets.js": tweets(ANSWER)}))
    assert isinstance(seen, SeenPost)
    assert isinstance(reply, Event)
    assert isinstance(mention, Event)
    assert (seen.kind, seen.in_reply_to) == (PostKind.REPLY, "77")
    assert (reply.kind, reply.target_id, reply.object_id) == (Kind.REPLY, LEA, "77")
    assert (mention.kind, mention.target_id, mention.object_id) == (Kind.MENTION, "3003", "")
    assert reply.remote_id == mention.remote_id == seen.remote_id


def test_the_archive_and_the_api_tell_one_fact(tmp_path: Path, data_folder: Path) -> None:
    case = XCase(data_folder)
    world = case.network.world
    ours = world.make(ME, "Our post")
    theirs = world.make(LEA, "An answer", parent=ours.id)
    with case.connector() as door:
        (by_api,) = door.read_events("", world.clock.replace(hour=23)).items
    author = {"account": {"accountId": LEA, "username": "lea_x"}}
    answer = {
        "id_str": theirs.id,
        "full_text": "@marion_x An answer",
        "created_at": theirs.at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "in_reply_to_status_id_str": ours.id,
        "in_reply_to_user_id_str": ME,
        "entities": {"user_mentions": [{"id_str": ME}]},
    }
    files = {"data/account.js": script("account", [author]), "data/tweets.js": tweets(answer)}
    (_seen, by_archive) = told(packed(tmp_path, files))
    assert isinstance(by_archive, Event)
    keys = {
        identity_key(one.kind, one.target_id, 0, one.object_id, one.remote_id) for one in (by_api, by_archive)
    }
    assert len(keys) == 1
    assert (by_api.actor.remote_id, by_api.at) == (by_archive.actor.remote_id, by_archive.at)


def test_archives_of_before_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("account.js", script("account", [ACCOUNT]))
        archive.writestr("tweet.js", tweets(POST, wrapped=False))
    (seen,) = told(path)
    assert isinstance(seen, SeenPost)


def test_an_archive_in_parts_and_in_a_folder_is_read_whole(tmp_path: Path) -> None:
    files = {
        "mine/data/tweets.js": tweets(POST),
        "mine/data/tweets-part1.js": f"window.YTD.tweets.part1 = {json.dumps([{'tweet': ANSWER}])};\n",
        "mine/data/deleted-tweets.js": tweets({**POST, "id_str": "5"}),
        "mine/data/like.js": script("like", [{"like": {"tweetId": "9", "fullText": "x"}}]),
    }
    seen = [one.remote_id for one in told(packed(tmp_path, files)) if isinstance(one, SeenPost)]
    assert seen == [POST["id_str"], ANSWER["id_str"]]


def test_followers_are_counted_as_of_the_archive(tmp_path: Path) -> None:
    listed = [{"follower": {"accountId": str(count)}} for count in range(3)]
    (reading,) = told(packed(tmp_path, {"data/follower.js": script("follower", listed)}))
    assert reading == Reading(ME, Counted.FOLLOWERS, 3, MADE)


def test_an_archive_that_tells_no_day_gives_no_counts(tmp_path: Path) -> None:
    files = {"data/manifest.js": "window.__THAR_CONFIG = {", "data/tweets.js": tweets(POST)}
    (seen,) = told(packed(tmp_path, {**files, "data/follower.js": script("follower", [{}])}))
    assert isinstance(seen, SeenPost)


def test_pictures_and_quoted_posts_leave_no_address_behind(tmp_path: Path) -> None:
    post = {
        **POST,
        "full_text": "Look https://t.co/q1 https://t.co/p1",
        "quoted_status_id_str": "88",
        "entities": {
            "urls": [{"url": "https://t.co/q1", "expanded_url": "https://twitter.com/lea_x/status/88"}],
            "media": [{"url": "https://t.co/p1", "expanded_url": "https://twitter.com/m/status/1/photo/1"}],
        },
    }
    seen = told(packed(tmp_path, {"data/tweets.js": tweets(post)}))[0]
    assert isinstance(seen, SeenPost)
    assert (seen.text, seen.quoting) == ("Look", "88")


def test_reposts_are_not_told_since_they_name_no_source(tmp_path: Path) -> None:
    repost = {**POST, "full_text": "RT @lea_x: Bonjour"}
    assert told(packed(tmp_path, {"data/tweets.js": tweets(repost)})) == []


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        ({**POST, "created_at": "yesterday"}, "impossible_date"),
        ({**POST, "created_at": None}, "impossible_date"),
        ({**POST, "id_str": "../../etc"}, "missing_field"),
        ({**POST, "favorite_count": "many"}, "missing_field"),
        ({**POST, "entities": [3]}, "missing_field"),
        ({"full_text": "No number"}, "missing_field"),
        ({}, "missing_field"),
        (3, "missing_field"),
    ],
)
def test_a_post_that_is_none_is_refused_and_the_others_are_told(
    tmp_path: Path, post: Any, reason: str
) -> None:
    path = packed(tmp_path, {"data/tweets.js": tweets(post, ANSWER)})
    refused, seen, *_acts = told(path)
    assert refused == Refused("data/tweets.js, 1", reason)
    assert isinstance(seen, SeenPost)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "alert(1)",
        "window.YTD.tweets.part0 = {}",
        "window.YTD.tweets.part0 = [nothing]",
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: str | bytes) -> None:
    assert told(packed(tmp_path, {"data/tweets.js": content})) == [Refused("data/tweets.js, 1", "not_json")]


def test_what_stands_before_a_break_is_told(tmp_path: Path) -> None:
    whole = tweets(POST, ANSWER)
    cut = told(packed(tmp_path, {"data/tweets.js": whole[: whole.index(str(ANSWER["id_str"]))]}))
    assert isinstance(cut[0], SeenPost)
    assert cut[-1] == Refused("data/tweets.js, 2", "not_json")


@pytest.mark.parametrize(
    "account", ["[]", "nothing", '[{"account": {"accountId": "me"}}]', '[{"account": 3}]']
)
def test_an_archive_of_nobody_is_refused(tmp_path: Path, account: str) -> None:
    files = {"data/account.js": f"window.YTD.account.part0 = {account}", "data/tweets.js": tweets(POST)}
    assert told(packed(tmp_path, files)) == [Refused("account.js", "missing_field")]


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.zip"
    path.write_bytes(b"no archive")
    assert told(path) == [Refused("photo.zip", "damaged")]
