"""Facts as pages show them: with names instead of rows, and addresses only where they can be opened safely."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from portevoix.ledger.models import Actor
from portevoix.measures.facts import AccountRead, Act, Fact, FactPage, Party, Person, Post
from portevoix.measures.metric import Opens, Unit
from portevoix.measures.queries import Figure
from portevoix.networks.queries import Speakers, speakers
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.telling import When


@dataclass(frozen=True)
class Who:
    """An account as it is called on a page. `hue` is the colour of the voice that spoke through it, if any."""

    name: str
    network: str
    url: str
    hue: int | None = None


@dataclass(frozen=True)
class Shown:
    """One fact, drawn once: who, when, what, where to see it, to whom; numbers in the order of columns.

    `tells_accounts` says whether its list tells which of our accounts it is about.
    """

    who: Who
    when: When
    tells_accounts: bool
    to: tuple[Who, ...] = ()
    what: str = ""
    url: str = ""
    post_url: str = ""
    numbers: tuple[str, ...] = ()
    start: When | None = None


def safe_url(url: str) -> str:
    """Return `url` when a browser may be sent there, else an empty text: sources can claim anything.

    Names under `.invalid` (RFC 2606), which the sandbox uses, lead nowhere.
    """
    try:
        parts = urlsplit(url)
        is_there = parts.scheme in ("http", "https") and not (parts.hostname or "").endswith(".invalid")
    except ValueError:
        return ""
    return url if is_there else ""


def has_targets(page: FactPage) -> bool:
    """Return whether a page has to say to whom: it concerns several accounts."""
    return len({held.actor_id for held in page.line.accounts}) > 1


def shown_facts(brand: Brand, page: FactPage, figure: Figure, *, shows_hours: bool) -> list[Shown]:
    """Return the rows of `page` with names. The family is read only where others than the line's voice act."""
    is_alone = figure.voice is not None and figure.metric.opens is not Opens.INTERNAL
    alone = {figure.voice.pk: figure.voice} if figure.voice and is_alone else None
    told = _Cast(brand, page, alone, has_targets(page), shows_hours)
    return [_shown(fact, told) for fact in page.rows]


@dataclass(frozen=True)
class _Cast:
    """Who stands behind the accounts of a page, and how its list tells when and to whom."""

    brand: Brand
    page: FactPage
    alone: Mapping[int, Voice] | None
    tells_accounts: bool
    shows_hours: bool

    @cached_property
    def speakers(self) -> Speakers:
        """Return who ever spoke for the brand; asked for only where somebody else than the line's voice acts."""
        return speakers(self.brand)

    @property
    def voices(self) -> Mapping[int, Voice]:
        """Return the voices that may act here: the line's own where nobody else does."""
        return self.speakers.voices if self.alone is None else self.alone

    def when(self, at_us: int) -> When:
        """Return an instant as the list tells it."""
        return telling.when(telling.from_us(at_us), self.brand.zone, shows_hours=self.shows_hours)

    def who(self, actor: Actor | Party, at_us: int) -> Who:
        """Return how `actor` is called at `at_us`: by the voice's name, if one spoke through it.

        A named voice is never told beside a persona, which would unmask the holder; nor is what that person did
        before or after speaking through the account.
        """
        network = NETWORKS[actor.network].label if actor.network in NETWORKS else actor.network
        voice = self.voices.get(self.page.voice_id_of(actor, at_us) or 0)
        if self.is_colleague(actor, at_us):
            return Who(_("A colleague under the own name"), network, "")
        if voice is None:
            name = actor.display_name or actor.handle or actor.remote_id
            return Who(name, network, safe_url(actor.url))
        return Who(voice.display_name, network, safe_url(actor.url), voice.hue)

    def is_colleague(self, actor: Actor | Party, at_us: int) -> bool:
        """Return whether `actor` is somebody who speaks, or spoke at another time, under the own name."""
        number = self.page.voice_id_of(actor, at_us)
        if number is not None:
            voice = self.voices.get(number)  # of one that is no longer there, nobody knows the kind
            return voice is None or voice.is_named
        return (actor.network, actor.remote_id) in self.speakers.named


def _shown(fact: Fact, cast: _Cast) -> Shown:
    match fact:
        case Act():
            return _act(fact, cast)
        case Person():
            return _person(fact, cast)
        case Post():
            return _post(fact, cast)
        case AccountRead():
            return _account(fact, cast)


def _act(act: Act, cast: _Cast) -> Shown:
    who = cast.who(act.actor, act.at_us)
    is_anonymous = cast.is_colleague(act.actor, act.at_us)
    return Shown(
        who,
        cast.when(act.at_us),
        cast.tells_accounts,
        to=tuple(cast.who(target, act.at_us) for target in act.targets) if cast.tells_accounts else (),
        what=telling.listed(telling.kind(kind) for kind in act.kinds),
        url="" if is_anonymous else safe_url(act.url),
        post_url=safe_url(act.post_url),
    )


def _person(person: Person, cast: _Cast) -> Shown:
    who, last = cast.who(person.actor, person.last_us), cast.when(person.last_us)
    return Shown(who, last, cast.tells_accounts, numbers=(telling.count(person.act_count),))


def _post(post: Post, cast: _Cast) -> Shown:
    numbers = (post.likes, post.reposts, post.replies, post.followers)
    return Shown(
        cast.who(post.author, post.at_us),
        cast.when(post.at_us),
        cast.tells_accounts,
        what=_of_post(post),
        url=safe_url(post.url),
        numbers=tuple(telling.figure(number, Unit.COUNT) for number in numbers),
    )


def _of_post(post: Post) -> str:
    """Return what a post is, marked where it was written outside Porte-voix."""
    kind = telling.kind(post.kind)
    return _("%(what)s, written outside") % {"what": kind} if post.is_outside else kind


def _account(read: AccountRead, cast: _Cast) -> Shown:
    numbers = (read.followers, read.start_followers, read.growth)
    return Shown(
        cast.who(read.actor, read.at_us),
        cast.when(read.at_us),
        cast.tells_accounts,
        numbers=tuple(telling.figure(number, Unit.COUNT) for number in numbers),
        start=None if read.start_us is None else cast.when(read.start_us),
    )
