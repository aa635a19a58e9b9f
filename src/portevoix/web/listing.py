"""The public list of a brand's personas, as the page of an account that can keep it shows it."""

from dataclasses import dataclass
from datetime import datetime

from portevoix.networks.models import Account
from portevoix.networks.queries import keeps_lists, listed_accounts, may_keep_list, public_list
from portevoix.networks.registry import is_linkable
from portevoix.people.models import User
from portevoix.programme.models import Voice, VoiceKind
from portevoix.programme.rights import allows
from portevoix.web.shown import safe_url


@dataclass(frozen=True)
class Listing:
    """The public list on one network: who keeps it, and how far.

    `keeper` is the account that does, '' when none does; `count` is how many accounts it holds, or would hold.
    """

    keeper: str
    is_here: bool
    may_be_here: bool
    count: int
    kept_at: datetime | None
    url: str
    advice: str


def listing_of(voice: Voice, account: Account, *, by: User, now: datetime) -> Listing | None:
    """Return the public list on the network of `account`; None where it cannot keep it, or `by` may not say so."""
    if voice.kind != VoiceKind.BRAND or not allows("programme.change", by, voice.brand):
        return None
    if not keeps_lists(account, now):
        return None
    kept = public_list(voice.brand, account.network)
    held = listed_accounts(voice.brand, account.network, now) if kept is None else kept.members
    return Listing(
        keeper=(kept.account.handle or kept.account.remote_id) if kept else "",
        is_here=kept is not None and kept.account_id == account.pk,
        may_be_here=may_keep_list(account),
        count=len(held),
        kept_at=kept.kept_at if kept else None,
        url=safe_url(kept.url) if kept and is_linkable(account.network) else "",
        advice=kept.advice if kept else "",
    )
