"""The archive that a person downloads from X: JavaScript files, each of which puts one list into a variable.

What it tells has the numbers that the API tells, so that both are one fact. Posts become publications, and acts
where they answer or name others; how many liked and reposted them, and how many follow, is told as of the day of
the archive. Reposts of the account name no source, and its likes have no instants: neither is told.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from portevoix.networks.archives import Member, Refused, Wanted, members
from portevoix.networks.contracts import ActorRef, Counted, Event, Kind, PostKind, Reading, SeenPost
from portevoix.networks.x.config import is_id
from portevoix.networks.x.posts import Told, language_of, post_url, user_url, written

_DATE: Final = "%a %b %d %H:%M:%S %z %Y"
_FILES: Final = re.compile(
    r"(?:.*/)?(?:data/)?(account|manifest|tweets?(?:-part\d+)?|follower(?:-part\d+)?)\.js\Z"
)
_FIRST_ITEM: Final = re.compile(r"\s*(?:[\w.$]+(?:\[\"?[\w.]+\"?\])?\s*=\s*)?\[\s*")
_BETWEEN: Final = re.compile(r"\s*,\s*")
_LAST: Final = re.compile(r"\s*\]\s*;?\s*\Z")
_OBJECT: Final = re.compile(r"\s*(?:[\w.$]+\s*=\s*)?(?=\{)")
_COUNTED: Final = ((Counted.LIKES, "favorite_count"), (Counted.REPOSTS, "retweet_count"))


@dataclass(frozen=True)
class Owner:
    """Whose archive it is, and when it was made (None where it does not tell)."""

    actor: ActorRef
    made_at: datetime | None


def read_archive(path: Path) -> Iterator[SeenPost | Event | Reading | Refused]:
    """Yield what the archive at `path` tells, and what in it is no fact. Raises OSError when there is no file."""
    owner = _owner(path)
    if isinstance(owner, Refused):
        yield owner
        return
    followers, has_followers = 0, False
    for member in members(path, _is_wanted("tweet", "follower")):
        if isinstance(member, Refused):
            yield member
        elif _kind_of(member.name) == "tweet":
            yield from _posts(member, owner)
        else:
            has_followers = True
            for item in items(member):
                if isinstance(item, Refused):
                    yield item
                else:
                    followers += 1
    if has_followers and owner.made_at:
        yield Reading(owner.actor.remote_id, Counted.FOLLOWERS, followers, owner.made_at)


def _kind_of(name: str) -> str:
    """Return what a file of the archive holds: 'account', 'manifest', 'tweet', 'follower'; '' for all else."""
    told = _FILES.match(name)
    return told[1].partition("-")[0].removesuffix("s") if told else ""


def _is_wanted(*kinds: str) -> Wanted:
    return lambda name: _kind_of(name) in kinds


def _owner(path: Path) -> Owner | Refused:
    """Return whose archive it is, or why that cannot be known."""
    actor, made_at = None, None
    for member in members(path, _is_wanted("account", "manifest")):
        if isinstance(member, Refused):
            return member
        if _kind_of(member.name) == "manifest":
            made_at = _made_at(member)
        else:
            actor = _account(next(items(member), None))
    return Owner(actor, made_at) if actor else Refused("account.js", "missing_field")


def _account(item: Told | Refused | None) -> ActorRef | None:
    told = item.get("account", item) if isinstance(item, dict) else None
    if not isinstance(told, dict):
        return None
    number, name = told.get("accountId"), str(told.get("username") or "")
    if not is_id(number):
        return None
    return ActorRef(
        str(number), name, str(told.get("accountDisplayName") or ""), user_url(name) if name else ""
    )


def _made_at(manifest: Member) -> datetime | None:
    """Return when the archive was made, None where its manifest does not tell."""
    text = manifest.content.decode("utf-8-sig", "replace")
    start = _OBJECT.match(text)
    try:
        told, _end = json.JSONDecoder().raw_decode(text, start.end() if start else 0)
        return datetime.fromisoformat(told["archiveInfo"]["generationDate"]).astimezone(UTC)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
        return None


def items(member: Member) -> Iterator[dict[str, Any] | Refused]:
    """Yield the objects of the list that a file holds, one by one; where it breaks off, one refusal."""
    text = member.content.decode("utf-8-sig", "replace")
    decoder, begun = json.JSONDecoder(), _FIRST_ITEM.match(text)
    place = begun.end() if begun else len(text)
    number = 0
    while begun and not _LAST.match(text, place):
        try:
            item, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            begun = None
            break
        number += 1
        yield item if isinstance(item, dict) else Refused(f"{member.name}, {number}", "missing_field")
        if following := _BETWEEN.match(text, place):
            place = following.end()
        elif not _LAST.match(text, place):
            begun = None
    if not begun:
        yield Refused(f"{member.name}, {number + 1}", "not_json")


def _posts(member: Member, owner: Owner) -> Iterator[SeenPost | Event | Reading | Refused]:
    for number, item in enumerate(items(member), 1):
        if isinstance(item, Refused):
            yield item
            continue
        try:
            yield from _told_by(item.get("tweet", item), owner)
        except _Undated:
            yield Refused(f"{member.name}, {number}", "impossible_date")
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            yield Refused(f"{member.name}, {number}", "missing_field")


class _Undated(Exception):
    """The date of a post is none."""


def _told_by(post: Told, owner: Owner) -> list[SeenPost | Event | Reading]:
    """Return what one post of the archive tells. Raises LookupError and the like when it is none."""
    if not is_id(post["id_str"]):
        raise ValueError
    if str(post["full_text"]).startswith("RT @"):
        return []
    seen = _seen(post, owner.actor)
    return [seen, *_acts(post, seen), *_readings(post, owner)]


def _seen(post: Told, author: ActorRef) -> SeenPost:
    number, parent = str(post["id_str"]), str(post.get("in_reply_to_status_id_str") or "")
    quoted = str(post.get("quoted_status_id_str") or "")
    addresses = [*((post.get("entities") or {}).get("urls") or ()), *_pictures(post)]
    return SeenPost(
        number,
        author,
        _instant(post["created_at"]),
        PostKind.REPLY if parent else PostKind.POST,
        text=written(str(post["full_text"]), addresses, quoted),
        language=language_of(post),
        url=post_url(number),
        in_reply_to=parent,
        quoting=quoted,
    )


def _pictures(post: Told) -> list[Told]:
    return [*((post.get("entities") or {}).get("media") or ())]


def _instant(text: Any) -> datetime:
    """Return the instant that the archive writes as 'Wed Oct 10 20:19:24 +0000 2018'. Raises _Undated."""
    try:
        return datetime.strptime(text, _DATE).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise _Undated from None


def _acts(post: Told, seen: SeenPost) -> Iterator[Event]:
    """Yield what the account did to others with a post: it answered one, and named some."""
    answered = str(post.get("in_reply_to_user_id_str") or "")
    if seen.in_reply_to and answered and answered != seen.author.remote_id:
        yield _act(Kind.REPLY, seen, answered, object_id=seen.in_reply_to)
    named = [str(one["id_str"]) for one in (post.get("entities") or {}).get("user_mentions") or ()]
    for target in dict.fromkeys(named):
        if target not in (answered if seen.in_reply_to else "", seen.author.remote_id, "-1"):
            yield _act(Kind.MENTION, seen, target)


def _act(kind: Kind, seen: SeenPost, target: str, object_id: str = "") -> Event:
    return Event(
        kind,
        seen.author,
        target,
        seen.at,
        object_id=object_id,
        remote_id=seen.remote_id,
        text=seen.text,
        language=seen.language,
        url=seen.url,
    )


def _readings(post: Told, owner: Owner) -> Iterator[Reading]:
    for counted, name in _COUNTED:
        if owner.made_at and post.get(name) is not None:
            yield Reading(owner.actor.remote_id, counted, int(post[name]), owner.made_at, str(post["id_str"]))
