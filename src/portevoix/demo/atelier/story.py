"""What happens to the programme, scene by scene, each thing by the product's own action and at its own instant."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from portevoix.core import clock
from portevoix.demo.atelier import programme, study
from portevoix.demo.atelier.calendar import Calendar
from portevoix.demo.atelier.cast import (
    BY_SLUG,
    DEPUTY,
    GUEST,
    LEAD,
    PARTS,
    PEOPLE,
    SLUG,
    SUCCESSOR,
    Part,
    Person,
)
from portevoix.demo.atelier.network import Network
from portevoix.demo.atelier.plan import CLOSES, ENTERS, SETTLES, SUCCEEDS
from portevoix.networks.actions.linking import link
from portevoix.networks.models import Account
from portevoix.people.actions import choose_language, grant, invite, use_sign_in_link
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import Brand, Role, User
from portevoix.programme.actions import end_tenure, move_voice, revoke_consent, start_tenure
from portevoix.programme.actions.public import change_public_page
from portevoix.programme.models import TenureRole, Voice
from portevoix.programme.states import VoiceState

SILENT: Final = "hugo"
"""The account that told nothing for some weeks, and then all at once."""
BROKEN: Final = "nadia"
"""The account that has just ceased to be open to us."""
GUEST_UNTIL: Final = 9
"""The scene in which a guest's access is extended: nobody is given one for a whole life."""


class Deed(NamedTuple):
    """Something that is done at the instant `at`."""

    at: datetime
    do: Callable[[], object]


def person(email: str) -> User:
    """Return the person of that address."""
    return User.objects.get(email=email)


def lead() -> User:
    """Return the lead of the programme."""
    return person(LEAD)


GUEST_AT_FIRST: Final = timedelta(days=90)
"""For how long a guest is invited, before the access is prolonged."""
PUBLIC_PAGE: Final[dict[str, Any]] = {
    "introduction": (
        "Atelier Formation parle sur les réseaux par plusieurs voix. Voici toutes celles qui sont à nous ; "
        "si un compte n’est pas sur cette page, il n’est pas de nous."
    ),
    "charter": (
        "Nos voix portent le nom de la marque et disent qui les anime. Elles citent leurs sources, "
        "remercient, répondent, et n’ajoutent pas à leurs chiffres ce qu’elles se disent entre elles.\n\n"
        "Derrière chaque prénom, il y a une personne de l’entreprise dont c’est une part du métier ; "
        "son visage est un dessin, et sa vie privée est à elle."
    ),
    "contact_email": "bonjour@atelier-formation.example",
    "contact_url": "",
}
"""What the company says of its voices to whoever asks."""


def company() -> Brand:
    """Return the company's brand."""
    return Brand.objects.get(slug=SLUG)


def voice_of(part: Part) -> Voice:
    """Return the voice that plays `part`."""
    return Voice.objects.select_related("brand").get(brand__slug=SLUG, slug=part.slug)


class Story:
    """All that is decided in a life, on the calendar `calendar` and the network `network`."""

    def __init__(self, calendar: Calendar, network: Network) -> None:
        self._calendar = calendar
        self._network = network

    def deeds(self) -> list[Deed]:
        """Return what is done up to now, in no order."""
        told = (
            *self._beginnings(),
            *self._people(),
            *self._agreements(),
            *self._voices(),
            *self._accidents(),
        )
        return [deed for deed in told if deed.at < self._calendar.now]

    def _on(self, scene: int, day: int, hour: int, do: Callable[[], object], minute: int = 0) -> Deed:
        return Deed(self._calendar.at(self._calendar.day(scene, day), hour, minute), do)

    # The brand and its people

    def _beginnings(self) -> Iterator[Deed]:
        yield self._on(0, 1, 8, self._found)
        yield self._on(0, 1, 8, partial(self._invite, PEOPLE[0]), 10)

    def _found(self) -> None:
        programme.write(programme.beginning(self._calendar), by=SYSTEM)

    def _people(self) -> Iterator[Deed]:
        for place, each in enumerate(PEOPLE[1:]):
            yield self._on(each.scene, 1, 9, partial(self._invite, each), place)
            if each.guest_days is not None:
                yield self._on(GUEST_UNTIL, 1, 9, partial(self._extend, each), 40)

    def _invite(self, whom: Person) -> None:
        by: By = SYSTEM if whom.role is Role.LEAD else lead()
        first_end = (clock.now() + GUEST_AT_FIRST).astimezone(self._calendar.zone).date()
        invited = invite(
            company(),
            name=whom.name,
            email=whom.email,
            role=whom.role,
            expires_on=None if whom.guest_days is None else first_end,
            by=by,
            now=clock.now(),
        )
        came_in = use_sign_in_link(invited.token, now=clock.now()) if invited.token else invited.user
        choose_language(came_in, whom.language, by=came_in)

    def _extend(self, guest: Person) -> None:
        until = self._calendar.now + timedelta(days=guest.guest_days or 0)
        on = until.astimezone(self._calendar.zone).date()
        grant(person(guest.email), company(), guest.role, by=lead(), expires_on=on)

    # What was agreed

    def _agreements(self) -> Iterator[Deed]:
        calendar = self._calendar
        yield self._on(0, 1, 14, self._study)
        yield self._on(0, 1, 17, self._adopt)
        yield self._on(2, 3, 10, self._show_to_the_public)
        yield self._on(3, 5, 11, partial(self._agree, programme.expertise(calendar)))
        yield self._on(4, 8, 11, self._compare)
        yield self._on(12, 8, 11, self._read_again)
        yield self._on(6, 5, 11, partial(self._agree, programme.second_line()), 10)
        yield self._on(10, 7, 11, partial(self._agree, programme.relations(calendar)), 20)
        yield self._on(11, 7, 11, partial(self._agree, programme.second_test(calendar)), 30)

    def _agree(self, document: programme.Document) -> None:
        programme.write(document, by=lead())

    def _show_to_the_public(self) -> None:
        change_public_page(company(), is_open=True, **PUBLIC_PAGE, by=lead())

    def _study(self) -> None:
        study.write(company(), self._calendar, by=person(GUEST))

    def _adopt(self) -> None:
        study.adopt(company(), by=lead())

    def _compare(self) -> None:
        study.compare(company(), by=lead())

    def _read_again(self) -> None:
        study.begin_again(company(), self._calendar, by=person(GUEST))

    # The lives of voices

    def _voices(self) -> Iterator[Deed]:
        for place, part in enumerate(PARTS):
            yield from self._life(part, place)
        slug, successor, scene = SUCCESSOR
        yield self._on(scene, SUCCEEDS, 14, partial(self._succeed, BY_SLUG[slug], successor))
        yield Deed(self._calendar.now - timedelta(days=12), self._bridge)

    def _life(self, part: Part, place: int) -> Iterator[Deed]:
        yield self._on(part.enters, 2, 10, partial(self._enter, part), place)
        yield self._on(part.enters, ENTERS, 10, partial(self._move, part, VoiceState.TRIAL), place)
        if part.settles is not None:
            yield self._on(part.settles, SETTLES, 10, partial(self._move, part, VoiceState.ACTIVE), place)
        if part.closes is not None:
            yield self._on(part.closes, CLOSES, 16, partial(self._close, part), place)

    def _enter(self, part: Part) -> None:
        """Let a voice begin: its accounts on the network, its entry in the programme, and who holds it."""
        brand = programme.write(programme.voice(part, self._calendar), by=lead())
        biography = str(part.words["biography"])
        for presence in part.presences:
            token = self._network.open(presence, name=part.public_name, biography=biography)
            account = Account.objects.get(brand=brand, remote_id=presence.id)
            options = {"account": presence.id}
            link(account, options=options, credentials=token, by=lead(), now=clock.now())
        self._hold(part, part.first_holder, TenureRole.PRINCIPAL)

    def _hold(self, part: Part, email: str, role: TenureRole, *, days: int | None = None) -> None:
        voice, today = voice_of(part), self._today()
        until = None if days is None else today + timedelta(days=days)
        start_tenure(voice, holder=person(email), role=role, from_on=today, to_on=until, by=lead())

    def _today(self) -> date:
        return clock.now().astimezone(self._calendar.zone).date()

    def _move(self, part: Part, state: VoiceState) -> None:
        move_voice(voice_of(part), state, by=lead(), on=self._today())

    def _close(self, part: Part) -> None:
        """Close a persona, whose accounts it holds no more; a person of the own name takes the consent back."""
        if part.is_named:
            revoke_consent(voice_of(part), on=self._today(), by=person(part.first_holder))
            return
        self._move(part, VoiceState.CLOSED)
        self._agree(programme.ended(part, self._calendar, on=CLOSES + 1))
        for tenure in voice_of(part).tenures.current(self._today()):
            end_tenure(tenure, to_on=self._today() + timedelta(days=1), by=lead())

    def _succeed(self, part: Part, successor: str) -> None:
        for tenure in voice_of(part).tenures.current(self._today()):
            end_tenure(tenure, to_on=self._today(), by=lead())
        self._hold(part, successor, TenureRole.PRINCIPAL)

    def _bridge(self) -> None:
        slug, deputy = DEPUTY
        self._hold(BY_SLUG[slug], deputy, TenureRole.DEPUTY, days=21)

    # Accidents

    def _accidents(self) -> Iterator[Deed]:
        """Yield a silence, mended only after its month was closed, and an account that broke just now."""
        calendar = self._calendar
        silent, after = (
            calendar.silent.first_day.replace(day=22),
            calendar.silent.next.first_day.replace(day=14),
        )
        yield Deed(calendar.at(silent, 7), partial(self._network.change_locks, SILENT))
        yield Deed(calendar.at(after, 9), partial(self._reconnect, SILENT))
        yield Deed(calendar.now - timedelta(hours=40), partial(self._network.change_locks, BROKEN))

    def _reconnect(self, account_id: str) -> None:
        account = Account.objects.get(brand=company(), remote_id=account_id)
        token = self._network.change_locks(account_id)
        link(account, options={"account": account_id}, credentials=token, by=lead(), now=clock.now())
