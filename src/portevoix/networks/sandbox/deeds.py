"""What members do on the sandbox, each in one transaction: publish, edit, withdraw, give."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from portevoix.core.clock import MICROSECOND, from_us
from portevoix.networks.contracts import OURS, Draft, Gesture, Kind, Media
from portevoix.networks.errors import ContentRefused
from portevoix.networks.sandbox import rows
from portevoix.networks.sandbox.people import number_of
from portevoix.networks.sandbox.rows import Member, Post
from portevoix.networks.sandbox.text import LIMITS, measure
from portevoix.networks.sandbox.timeline import View
from portevoix.networks.text import whole_text, words_for

VISIBILITY_LAG = timedelta(seconds=2)
FORBIDDEN_WORD = "quicksand"
"""A text with this word is refused, so that trainees meet a refusal."""
_MENTION = re.compile(r"(?<![\w@/.])@(\w(?:[\w.-]*\w)?)")
_WITHDRAWN = {
    Gesture.LIKE: Kind.LIKE_WITHDRAWN,
    Gesture.REPOST: Kind.REPOST_WITHDRAWN,
    Gesture.FOLLOW: Kind.FOLLOW_WITHDRAWN,
}


def _refused(reason: str) -> ContentRefused:
    return ContentRefused("sandbox: content refused", reason=reason)


def _accepted(draft: Draft) -> str:
    """Return the text to publish. Raises ContentRefused."""
    text = whole_text(draft)
    measured = measure(text)
    if not measured.length:
        raise _refused(_("There is no text."))
    if not measured.valid:
        numbers = {"length": measured.length, "limit": measured.limit}
        raise _refused(_("The text has %(length)s characters; %(limit)s are allowed.") % numbers)
    if FORBIDDEN_WORD in text.lower():
        raise _refused(_("The word “%(word)s” is forbidden here.") % {"word": FORBIDDEN_WORD})
    return text


def _check_media(view: View, me: Member, draft: Draft) -> None:
    ready = [rows.upload_ready_us(view.db, me.id, one.remote_id) for one in draft.media]
    if not all(one is not None and one <= view.now_us for one in ready):
        raise _refused(_("A picture of this post is not on the network."))
    if len(draft.media) > (LIMITS.media_count or 0):
        raise _refused(_("A post takes %(limit)s media at most.") % {"limit": LIMITS.media_count})
    if any(len(one.alternative_text) > (LIMITS.alternative_text_length or 0) for one in draft.media):
        limit = {"limit": LIMITS.alternative_text_length}
        raise _refused(_("An alternative text has %(limit)s characters at most.") % limit)


def upload(view: View, me: Member, media: Media, upload_id: str) -> int:
    """Keep a picture of `me` for a post to come; return from when on (UTC microseconds) a post may have it.

    Raises ContentRefused without a text for who cannot see it.
    """
    words_for(media)
    rows.add_upload(view.db, upload_id, me.id, media, view.now_us)
    return view.now_us


def ready_us(view: View, me: Member, upload_id: str) -> int:
    """Return from when on a post may have a picture of `me`. Raises ContentRefused when there is none."""
    known = rows.upload_ready_us(view.db, me.id, upload_id)
    if known is None:
        raise _refused(_("A picture of this post is not on the network."))
    return known


def publish(view: View, me: Member, draft: Draft, key: str, made_with: str = OURS) -> Post:
    """Return the post of `me` for `key`, which is made unless it was. Raises ContentRefused."""
    if known := rows.post_by_key(view.db, me.id, key):
        if known.gone_us is not None:
            raise _refused(_("This post was withdrawn from the network."))
        return known
    text = _accepted(draft)
    _check_media(view, me, draft)
    if draft.in_reply_to and not view.publication(draft.in_reply_to):
        raise _refused(_("The publication that this answers is not there any more."))
    if draft.quoting and not view.publication(draft.quoting):
        raise _refused(_("The publication that this quotes is not there any more."))
    post = _new_post(view, me, draft, text, made_with)
    rows.add_post(view.db, post, key)
    rows.keep_media(view.db, post.id, draft.media)
    _notify(view, me, post)
    return post


def _new_post(view: View, me: Member, draft: Draft, text: str, made_with: str) -> Post:
    # Seen later than anything that was told already, so that nobody reacts in a past that was read.
    seen_us = max(view.now_us + VISIBILITY_LAG // MICROSECOND, me.told_us + 1)
    number = rows.posts_ever(view.db, me.id) + 1
    return Post(
        id=f"{me.id}/{number}",
        account=me.id,
        text=text,
        language=draft.language or me.language,
        in_reply_to=draft.in_reply_to,
        asks=int("?" in text),
        at_us=view.now_us,
        seen_us=seen_us,
        gone_us=None,
        quoting=draft.quoting,
        made_with=made_with,
    )


def _notify(view: View, me: Member, post: Post) -> None:
    """Tell the members whom a new post answers, quotes or names."""
    answered, quoted = rows.post(view.db, post.in_reply_to), rows.post(view.db, post.quoting)
    if answered:
        _tell(view, Kind.REPLY, me, answered.account, act=post.id, concerns=answered.id, post=post)
    if quoted and quoted.account != me.id:
        _tell(view, Kind.QUOTE, me, quoted.account, act=post.id, concerns=quoted.id, post=post)
    for target in _named(view, me, post.text):
        concerns = answered.id if answered and answered.account == target else ""
        _tell(view, Kind.MENTION, me, target, act=post.id, concerns=concerns, post=post)


def _named(view: View, me: Member, text: str) -> list[str]:
    """Return the other members whom a text names, once each."""
    found = (rows.member_by_handle(view.db, handle) for handle in _MENTION.findall(text))
    return list(dict.fromkeys(one.id for one in found if one and one.id != me.id))


def _tell(
    view: View, kind: Kind, me: Member, target: str, *, act: str, concerns: str, post: Post | None = None
) -> None:
    """Put an act of `me` into the stream of the member `target`, after whatever was told there already."""
    other = rows.member(view.db, target)
    if other is None:
        return
    told_us = max(post.seen_us if post else 0, view.now_us, other.told_us + 1)
    said = (post.text, post.language) if post else ("", "")
    rows.add_act(view.db, (target, told_us, view.now_us, kind, me.id, act, concerns, *said))


def _own(view: View, me: Member, post_id: str) -> Post | None:
    """Return the post of `me` that has this id, unless it was withdrawn."""
    post = rows.post(view.db, post_id)
    return post if post and post.account == me.id and post.gone_us is None else None


def edit(view: View, me: Member, post_id: str, draft: Draft) -> Post:
    """Replace the content of a post of `me`, and tell those whom it names now. Raises ContentRefused."""
    post = _own(view, me, post_id)
    if post is None:
        raise _refused(_("There is no such post of this account any more."))
    _check_media(view, me, draft)
    edited = replace(post, text=_accepted(draft), language=draft.language or post.language)
    rows.change_words(view.db, edited)
    rows.keep_media(view.db, post_id, draft.media)
    known = rows.named_in(view.db, post_id)
    for target in _named(view, me, edited.text):
        if target not in known:
            _tell(view, Kind.MENTION, me, target, act=post_id, concerns="", post=edited)
    return edited


def remove(view: View, me: Member, remote_id: str) -> None:
    """Withdraw a post or a gesture of `me`, and tell those whom it concerned; else do nothing."""
    if post := _own(view, me, remote_id):
        rows.withdraw_post(view.db, post.id, max(view.now_us, me.told_us))
        for target in rows.told_of(view.db, post.id):
            _tell(view, Kind.DELETED, me, target, act=post.id, concerns=post.id)
        return
    gesture = rows.gesture(view.db, me.id, remote_id)
    if gesture and gesture.gone_us is None:
        rows.withdraw_gesture(view.db, gesture.number, view.now_us)
        _tell_owner(view, me, gesture, _WITHDRAWN[Gesture(gesture.gesture)])


def give(view: View, me: Member, gesture: Gesture, target: str) -> tuple[str, datetime]:
    """Return the id and the instant of a gesture of `me`, made unless it stands. Raises ContentRefused."""
    standing = rows.standing_gesture(view.db, me.id, gesture, target)
    if standing is None:
        if not _can_take(view, me, gesture, target):
            raise _refused(_("What this gesture is for is not there any more."))
        standing = rows.add_gesture(view.db, me.id, gesture, target, view.now_us)
        _tell_owner(view, me, standing, Kind(gesture.value))
    return standing.id, from_us(standing.at_us)


def keep_list(view: View, me: Member, name: str, members: Iterable[str]) -> str:
    """Let the list of `me` called `name` hold exactly `members`, and return its id. Raises ContentRefused."""
    wanted = list(members)
    if not name.strip() or not all(_is_somebody(view, one) for one in wanted):
        raise _refused(_("A list has a name, and holds accounts that are there."))
    return f"{me.id}/list/{rows.keep_list(view.db, me.id, name, wanted)}"


def _is_somebody(view: View, account: str) -> bool:
    return rows.member(view.db, account) is not None or number_of(account) is not None


def _can_take(view: View, me: Member, gesture: Gesture, target: str) -> bool:
    if gesture is not Gesture.FOLLOW:
        return view.publication(target) is not None
    return _is_somebody(view, target) and target != me.id


def _tell_owner(view: View, me: Member, given: rows.Given, kind: Kind) -> None:
    """Tell the member whom a gesture concerns, if it is one."""
    if given.gesture == Gesture.FOLLOW:
        _tell(view, kind, me, given.target, act=given.id, concerns="")
    elif post := rows.post(view.db, given.target):
        _tell(view, kind, me, post.account, act=given.id, concerns=post.id)
