"""The journal in words: names instead of numbers, a voice where a person acted for one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from portevoix.core.periods import Month
from portevoix.networks.models import Account
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import ActorKind, Brand, JournalEntry, Role, User
from portevoix.programme.kinds import TenureRole
from portevoix.programme.models import Tenure, Voice
from portevoix.programme.queries import cast
from portevoix.programme.states import VoiceState
from portevoix.web import telling
from portevoix.web.settings.holders import days
from portevoix.web.settings.journal_sentences import DETAILED, FIELDS, ROWS, SENTENCES
from portevoix.web.telling import When

_ROLES: Final = {**dict(Role.choices), **dict(TenureRole.choices)}
_STATES: Final = dict(VoiceState.choices)


@dataclass(frozen=True)
class Line:
    """One line of the journal, drawn once; `asks` is where one asks who acted, '' where none may be asked.

    The hour at which a voice acted would tell who: its day alone is shown.
    """

    when: When
    sentence: str
    asks: str


def about(brand: Brand, lines: QuerySet[JournalEntry], *, is_named: bool) -> QuerySet[JournalEntry]:
    """Return those of `lines` that touch a named voice of `brand`, or all the others.

    The two never stand in one list: beside a persona, a named voice would unmask the holder.
    """
    named = dict(Voice.objects.filter(brand=brand, kind="named").values_list("pk", "slug"))
    subjects = _subjects_of(brand, list(named))
    touching = Q(subject__in=subjects) | Q(actor_subject__in=subjects)
    touching |= Q(subject__in=_accounts_once_of(brand, list(named.values())))
    # A voice that was taken away is in no table any more; only named ones have consents.
    touching |= Q(action__startswith="programme.consent.")
    touching |= Q(action="programme.changed", facts__kinds__icontains="consents")
    touching |= Q(action="programme.voice.removed", facts__is_named=True)
    return lines.filter(touching) if is_named else lines.exclude(touching)


def _subjects_of(brand: Brand, voices: list[int]) -> list[str]:
    """Return the subjects under which lines speak of `voices`, their tenures and their accounts."""
    tenures = Tenure.objects.filter(voice__in=voices).order_by().values_list(Value("tenure"), "pk")
    accounts = Account.objects.filter(brand=brand, holdings__voice__in=voices).order_by()
    found = tenures.union(accounts.values_list(Value("account"), "pk"))
    return [f"{kind}:{number}" for kind, number in (*(("voice", number) for number in voices), *found)]


def _accounts_once_of(brand: Brand, slugs: list[str]) -> QuerySet[JournalEntry, str]:
    """Return the subjects of accounts that lines gave to the voices `slugs`, taken back since or not."""
    given = JournalEntry.objects.filter(brand=brand, action__startswith="networks.account.")
    return given.filter(facts__voice__in=slugs).order_by().values_list("subject", flat=True)


@dataclass(frozen=True)
class Names:
    """What the subjects of some lines are called. Voices of the other kind than the list's have no name here."""

    brand: Brand
    entries: tuple[JournalEntry, ...]
    is_named: bool

    def _numbers(self, kind: str) -> set[int]:
        subjects = (each for entry in self.entries for each in (entry.subject, entry.actor_subject))
        parts = (subject.partition(":") for subject in subjects)
        return {int(number) for found, _colon, number in parts if found == kind and number.isdecimal()}

    @cached_property
    def _voices(self) -> dict[int, Voice]:
        return {voice.pk: voice for voice in cast(self.brand) if voice.is_named == self.is_named}

    @cached_property
    def _by_slug(self) -> dict[str, Voice]:
        return {voice.slug: voice for voice in self._voices.values()}

    @cached_property
    def _users(self) -> dict[int, User]:
        return User.objects.in_bulk(self._numbers("user"))

    @cached_property
    def _accounts(self) -> dict[int, Account]:
        return Account.objects.filter(brand=self.brand).in_bulk(self._numbers("account"))

    @cached_property
    def _tenures(self) -> dict[int, int]:
        wanted = Tenure.objects.filter(pk__in=self._numbers("tenure"), voice__brand=self.brand)
        return dict(wanted.values_list("pk", "voice_id"))

    def voice(self, number: int) -> str:
        """Return what the voice of that number is called."""
        found = self._voices.get(number)
        return found.display_name if found else _("a voice")

    def voice_of_slug(self, slug: str) -> str:
        """Return what the voice of that slug is called."""
        found = self._by_slug.get(slug)
        return found.display_name if found else _("a voice")

    def _user(self, number: int) -> str:
        found = self._users.get(number)
        return str(found) if found else _("somebody whose account is gone")

    def _account(self, number: int) -> str:
        found = self._accounts.get(number)
        if found is None:
            return _("an account that is gone")
        return f"{found.handle or found.remote_id} ({NETWORKS[found.network].label})"

    def subject(self, subject: str) -> str:
        """Return what "voice:12", "user:3", "month:2026-10"… is called."""
        kind, _colon, rest = subject.partition(":")
        if kind == "brand":
            return self.brand.name
        if kind == "month":
            return telling.month(Month.parse(rest))
        naming: dict[str, Callable[[int], str]] = {
            "voice": self.voice,
            "tenure": lambda number: self.voice(self._tenures.get(number, 0)),
            "user": self._user,
            "account": self._account,
        }
        return naming[kind](int(rest)) if kind in naming and rest.isdecimal() else rest or telling.NO_VALUE

    def actor(self, entry: JournalEntry) -> str:
        """Return who acted: a person, a voice in place of whoever holds it, or the installation itself."""
        if entry.actor_kind == ActorKind.SYSTEM:
            return _("The installation")
        if entry.actor_kind == ActorKind.VOICE:
            return _("The voice %(name)s") % {"name": self.subject(entry.actor_subject)}
        return str(entry.actor) if entry.actor else _("Somebody whose account is gone")


class _Words(dict[str, str]):
    """The words of a sentence; a fact that an older line does not have is told as no value."""

    def __missing__(self, _key: str) -> str:
        return telling.NO_VALUE


def lines(brand: Brand, entries: Iterable[JournalEntry], *, is_named: bool, may_ask: bool) -> list[Line]:
    """Return `entries` of `brand` in words; where `may_ask`, with where one asks who acted for a voice."""
    some = tuple(entries)
    names = Names(brand, some, is_named)
    return [_line(entry, names, may_ask=may_ask) for entry in some]


def _line(entry: JournalEntry, names: Names, *, may_ask: bool) -> Line:
    words = _Words(_fact_words(entry.facts, names))
    words.update(who=names.actor(entry), what=names.subject(entry.subject))
    sentence, is_of_voice = SENTENCES[entry.action], entry.actor_kind == ActorKind.VOICE
    if changes := _changes(entry):
        words["changes"], sentence = changes, DETAILED[entry.action]
    return Line(
        telling.when(entry.at, names.brand.zone, shows_hours=not is_of_voice),
        _(sentence) % words,
        reverse("journal_actor", args=[names.brand.slug, entry.pk]) if is_of_voice and may_ask else "",
    )


def _changes(entry: JournalEntry) -> str:
    """Return what a line says was changed, "a range (cadence, objectives)", '' where it does not say."""
    fields: dict[str, list[str]] = defaultdict(list)
    for row, name in _written(entry):
        fields[row].append(_(FIELDS[name]) if name in FIELDS else name.replace("_", " "))
    # What the subject of the line is needs no name: "changed Marion on a page: biography".
    told = [_grouped(_(ROWS[row]) if row in ROWS else "", names) for row, names in fields.items()]
    return telling.listed(told)


def _written(entry: JournalEntry) -> list[tuple[str, str]]:
    """Return what a line says was changed as (kind of row, name of a field or of what was done)."""
    facts = entry.facts
    match entry.action:
        case "programme.changed":
            parts = (each.partition(".") for each in facts.get("written", "").split(", ") if each)
            # Every programme gets its four spheres with its first change: nobody added them.
            return [(row, name) for row, _dot, name in parts if (row, name) != ("spheres", "+")]
        case "programme.study.changed":
            return [(entry.subject.partition(":")[0], facts["what"])] if facts.get("what") else []
        case "programme.public_page.changed":
            return [("", name) for name in facts.get("fields", "").split(", ") if name]
    return []


def _grouped(row: str, names: list[str]) -> str:
    told = telling.listed(names)
    return _("%(row)s (%(fields)s)") % {"row": row, "fields": told} if row else told


def _fact_words(facts: dict[str, Any], names: Names) -> dict[str, str]:
    """Return the facts of a line as a sentence tells them."""
    words = {key: _plain(value) for key, value in facts.items() if value is not None}
    for key, labels in (("role", _ROLES), ("before", _STATES), ("after", _STATES)):
        if key in words:
            words[key] = str(labels.get(words[key], words[key]))
    if "month" in words:
        words["month"] = telling.month(Month.parse(words["month"]))
    if "voice" in words:
        words["voice"] = names.voice_of_slug(words["voice"])
    start = facts.get("from_on") or facts.get("given_on")
    if start:
        words["days"] = _days(start, facts.get("to_on") or facts.get("revoked_on"))
    return words


def _plain(value: str | int) -> str:
    """Return a fact as text; numbers grouped, while True and False, which are numbers too, are not counts."""
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return telling.count(int(value)) if is_count else str(value)


def _days(start: str, end: str | None) -> str:
    return days(date.fromisoformat(start), date.fromisoformat(end) if end else None)
