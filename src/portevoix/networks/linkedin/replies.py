"""Answers: a comment under a post, or under another comment, in the name of the account."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portevoix.core.http import HttpError
from portevoix.networks.calls import understood
from portevoix.networks.contracts import Draft, PublishedRef
from portevoix.networks.errors import ContentRefused, from_http_error
from portevoix.networks.linkedin.client import LinkedInClient, quoted
from portevoix.networks.linkedin.finding import comments_like
from portevoix.networks.linkedin.posts import comment_in, comment_urn, is_post, post_url, said_at
from portevoix.networks.linkedin.text import COMMENT_LENGTH, length_of, normalized
from portevoix.networks.text import whole_text


def answer(client: LinkedInClient, account: str, draft: Draft, now: datetime) -> PublishedRef:
    """Write `draft` under what it answers. Raises ContentRefused, without a call where LinkedIn would refuse."""
    target = target_of(draft)
    text = normalized(whole_text(draft))
    if not 0 < length_of(text) <= COMMENT_LENGTH:
        sentence = _("LinkedIn takes answers of 1 to %(most)s characters; this text counts %(length)s.")
        told = {"most": COMMENT_LENGTH, "length": length_of(text)}
        raise ContentRefused("a text that LinkedIn does not take", reason=sentence % told)
    made = client.create(_place(target), _body(account, target, text), now=now)
    with understood(writes=True):
        try:
            urn = comment_urn(made.json())
        except HttpError as problem:
            raise from_http_error(problem, writes=True) from problem
    return PublishedRef(urn, post_url(urn), made.served_at or now)


def find(
    client: LinkedInClient, account: str, draft: Draft, since: datetime, now: datetime
) -> tuple[PublishedRef, ...]:
    """Return our own comments under what `draft` answers that may be it, written at `since` or later."""
    comments = [one for page in client.comments(target_of(draft), now) for one in page]
    found = (one for one in comments_like(draft, comments, account) if said_at(one) >= since)
    return tuple(PublishedRef(comment_urn(one), post_url(comment_urn(one)), said_at(one)) for one in found)


def withdraw(client: LinkedInClient, account: str, urn: str, now: datetime) -> None:
    """Take a comment of ours away."""
    if found := comment_in(urn):
        place = f"{_place(found['thread'])}/{found['number']}?actor={quoted(account)}"
        client.ask("DELETE", place, now=now)


def target_of(draft: Draft) -> str:
    """Return what `draft` answers. Raises ContentRefused when that is nothing of LinkedIn."""
    target = draft.in_reply_to
    if not is_post(target) and not comment_in(target):
        raise ContentRefused(
            "nothing of LinkedIn", reason=_("What this answers is neither a post nor a comment on LinkedIn.")
        )
    return target


def _place(target: str) -> str:
    return f"/rest/socialActions/{quoted(target)}/comments"


def _body(account: str, target: str, text: str) -> dict[str, Any]:
    found = comment_in(target)
    body = {"actor": account, "object": found["thread"] if found else target, "message": {"text": text}}
    return {**body, "parentComment": target} if found else body
