"""The sandbox's own window: whose accounts a person may use there, and one account's posts as it shows them."""

from dataclasses import dataclass

from django.http import Http404

from portevoix.core.cards import Viewer
from portevoix.networks.contracts import Counted
from portevoix.networks.models import Account
from portevoix.networks.queries import training_holdings
from portevoix.networks.window import Glimpse
from portevoix.people.models import Role
from portevoix.programme.models import Voice


@dataclass(frozen=True)
class Usable:
    """An account that the person may use, and the voice that holds it."""

    account: Account
    voice: Voice


def usable(viewer: Viewer) -> list[Usable]:
    """Return the accounts that `viewer` may use: the own voices', and all of them for who runs the programme.

    Named voices' accounts are not among them: they would stand beside personas.
    """
    runs = viewer.user.is_superuser or Role.LEAD in viewer.roles
    held = training_holdings(viewer.brand, viewer.now)
    return [Usable(each.account, each.voice) for each in held if runs or each.voice_id in viewer.voices]


def chosen(viewer: Viewer, handle: str) -> Usable:
    """Return the usable account of that handle. Raises Http404, also when it is another's."""
    found = next((each for each in usable(viewer) if each.account.handle == handle), None)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Counts:
    """What a post has brought so far."""

    likes: int
    reposts: int
    replies: int

    @classmethod
    def of(cls, seen: Glimpse) -> "Counts":
        """Return the counts of a post; what is not told is 0, since the sandbox tells everything."""
        told = (seen.counts.get(each, 0) for each in (Counted.LIKES, Counted.REPOSTS, Counted.REPLIES))
        return cls(*told)
