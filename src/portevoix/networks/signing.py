"""How an account comes to be connected: what a person does at the network, what comes back, how long it lasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portevoix.networks.contracts import Profile


@dataclass(frozen=True)
class GuideStep:
    """One step of what a person does before an account is connected: `title` and `text` are translated when shown.

    `link` is where on the network it is done, '' where it depends on the server. `copy` is what has to be pasted
    there: "redirect" for the address to which the network sends people back, '' for nothing.
    """

    title: str
    text: str
    link: str = ""
    copy: str = ""


@dataclass(frozen=True)
class SignIn:
    """A sign-in that has begun: at `url` the person agrees; `pending` is kept, encrypted, until the return."""

    url: str
    pending: str = field(repr=False)


@dataclass(frozen=True)
class Signed:
    """An account that a sign-in opens. One sign-in may open several (Pages): a person chooses.

    `is_personal`: the network's own rules keep it for the real person whose name it bears, so that no persona may
    speak through it.
    """

    profile: Profile
    options: Mapping[str, object]
    credentials: str = field(repr=False)
    is_personal: bool = False


@dataclass(frozen=True)
class Access:
    """How long credentials last, as far as they tell. None: no end is known.

    From `renew_at` on they are renewed before they are used, by themselves; at `ends_at` a person has to sign in
    again.
    """

    renew_at: datetime | None = None
    ends_at: datetime | None = None


FOREVER = Access()
