"""Voices as their pages set them up: who they are, their colour, their life."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from portevoix.networks.queries import accounts_at
from portevoix.people.models import Brand
from portevoix.programme.actions import Document
from portevoix.programme.file.typed import Typed
from portevoix.programme.kinds import SphereKey, VoiceKind
from portevoix.programme.models import Consent, ProductRange, Voice
from portevoix.programme.queries import family, owned_family
from portevoix.programme.rules import HUES, choose_hue, choose_slug, names_brand
from portevoix.programme.states import VOICE, VoiceState
from portevoix.web.controls import CONTROLS
from portevoix.web.family import Address, address_of
from portevoix.web.settings.fields import Choice, Day, Flag, Text, Whole, Words
from portevoix.web.settings.form import EntryForm

OWNED: Final = "voices"
NAMED: Final = "colleagues"
"""The two lists: named voices never stand beside the brand's own."""
_KINDS: Final = [(kind.value, kind.label) for kind in (VoiceKind.PERSONA, VoiceKind.BRAND)]
_GESTURES: Final = {
    VoiceState.TRIAL: gettext_noop("Begin the trial"),
    VoiceState.ACTIVE: gettext_noop("End the trial: active from now on"),
    VoiceState.PAUSED: gettext_noop("Pause"),
}
_TOLD: Final = {
    VoiceState.TRIAL: gettext_noop("%(name)s is on trial."),
    VoiceState.ACTIVE: gettext_noop("%(name)s is active."),
    VoiceState.PAUSED: gettext_noop("%(name)s is paused. Nothing is lost; it goes on when you say so."),
    VoiceState.CLOSED: gettext_noop("%(name)s is closed. Its history is kept."),
}


def among(brand: Brand, which: str) -> Any:
    """Return the voices of one of the two lists of `brand`, `which` being OWNED or NAMED."""
    return owned_family(brand) if which == OWNED else family(brand).filter(kind=VoiceKind.NAMED)


def list_of(brand: Brand, which: str) -> str:
    """Return the address of one of the two lists of `brand`."""
    return reverse("settings_voices" if which == OWNED else "settings_colleagues", args=[brand.slug])


def page_of(brand: Brand, voice: Voice) -> str:
    """Return the address at which `voice`, of `brand`, is set up."""
    name = "settings_colleague" if voice.is_named else "settings_voice"
    return reverse(name, args=[brand.slug, voice.slug])


@dataclass(frozen=True)
class Row:
    """A voice in its list, the accounts through which it speaks, and the address of its page."""

    voice: Voice
    addresses: tuple[Address, ...]
    href: str


def rows(brand: Brand, which: str, *, now: datetime) -> list[Row]:
    """Return one of the two lists of `brand` at `now`."""
    held = accounts_at(brand, now)
    return [
        Row(voice, tuple(map(address_of, held.get(voice.pk, []))), page_of(brand, voice))
        for voice in among(brand, which)
    ]


class VoiceForm(EntryForm):
    """Who a voice is, stored or new."""

    default_renderer = CONTROLS

    first_name = Text(_("First name"))
    name = Text(_("Name to show"), help_text=_("With the brand in it, such as “Marion from Acme”."))
    biography = Text(_("Biography"), is_long=True)
    languages = Words(_("Languages"), help_text=_("Two letters each, the main one first: fr, en."))
    sphere = Choice(_("Sphere"), choices=[("", "–"), *SphereKey.choices])
    range = Choice(_("Range"), choices=())
    watch_domain = Text(_("Watches"), is_long=True, help_text=_("The field whose news it follows."))
    weekly_minutes = Whole(_("Minutes a week"), help_text=_("The time agreed for it."))
    hue = Whole(_("Colour"), may_lack=False, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, ranges: Collection[ProductRange], **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [("", "–"), *((each.slug, each.name) for each in ranges)]
        self.fields["range"].widget = forms.Select(choices=choices)

    @classmethod
    def of(cls, voice: Voice, ranges: Collection[ProductRange]) -> "VoiceForm":
        """Return the form of `voice` as it is stored."""
        told = {name: getattr(voice, name) for name in cls.base_fields if name not in ("sphere", "range")}
        told["sphere"] = voice.sphere.key if voice.sphere else ""
        told["range"] = voice.product_range.slug if voice.product_range else ""
        return cls(ranges=ranges, initial=told)

    def document(self, slug: str) -> Document:
        """Return what the form says of the voice `slug`, as a programme file says it."""
        return {"voices": [{**self.typed, "slug": slug}]}


class NewVoiceForm(VoiceForm):
    """A persona or a voice of the brand's own, which begins as a candidate."""

    kind = Choice(_("Kind"), choices=_KINDS)
    field_order = ("kind",)

    def new_document(self, taken: Collection[str]) -> Document:
        """Return what the form says, as a programme file says it; the voice is none of those `taken`."""
        name = self.typed.get("first_name") or self.typed.get("name") or ""
        slug = choose_slug(str(name), taken, otherwise="voice")
        return {"voices": [{**self.new_entry(), "slug": slug, "state": VoiceState.CANDIDATE.value}]}

    def new_entry(self) -> Mapping[str, Typed]:
        """Return what the form says of the voice besides its slug and state."""
        return {"kind": self.typed["kind"] or VoiceKind.PERSONA.value, **self.typed}


class ConsentForm(EntryForm):
    """The written consent of who speaks under the own name."""

    given_on = Day(_("Consent given on"), may_lack=False, help_text=_("The day on the signed paper."))
    figures_shared = Flag(_("Others than the person may see the figures of this voice."))

    def document(self, slug: str) -> Document:
        """Return what the form says of the voice `slug`, as a programme file says it."""
        return {"voices": [{"slug": slug, "consent": self.typed}]}


class ColleagueForm(VoiceForm):
    """An employee's voice under the own name."""

    name = Text(_("Name to show"), help_text=_("As the person is known."))
    biography = Text(_("Biography"), is_long=True, help_text=_("In the person's own words."))


class NewColleagueForm(ColleagueForm):
    """An employee's voice under the own name, with the consent that allows it."""

    given_on = Day(_("Consent given on"), may_lack=False, help_text=_("The day on the signed paper."))
    figures_shared = Flag(_("Others than the person may see the figures of this voice."))
    apart = frozenset(("given_on", "figures_shared"))

    def new_document(self, taken: Collection[str]) -> Document:
        """Return what the form says, as a programme file says it; the voice is none of those `taken`."""
        slug = choose_slug(str(self.typed.get("name") or ""), taken, otherwise="colleague")
        consent = {name: self.cleaned_data[name] for name in ("given_on", "figures_shared")}
        told = {**self.typed, "slug": slug, "kind": VoiceKind.NAMED.value, "consent": consent}
        return {"voices": [{**told, "state": VoiceState.CANDIDATE.value}]}


def again_from(voice: Voice, ranges: Collection[ProductRange]) -> dict[str, str]:
    """Return what the form of a new voice sends to add `voice` once more."""
    sent = VoiceForm.of(voice, ranges).posted() | {"kind": str(voice.kind)}
    consent = voice.consents.last() if voice.is_named else None
    return sent | ({"given_on": consent.given_on.isoformat(), **shared_if(consent)} if consent else {})


def shared_if(consent: Consent) -> dict[str, str]:
    """Return the field that a form of `consent` sends where its figures are shared."""
    return {"figures_shared": "on"} if consent.is_sharing_figures else {}


@dataclass(frozen=True)
class Hue:
    """A colour of the palette as it is chosen: who has it, and whether it is the one proposed or chosen."""

    index: int
    taken_by: str
    is_proposed: bool
    is_chosen: bool


def hues(brand: Brand, form: EntryForm, *, voice: Voice | None, hides_names: bool) -> list[Hue]:
    """Return the palette, the colour proposed first; those that others have, last.

    A page of a named voice `hides_names`: no persona stands beside it.
    """
    others = [each for each in Voice.objects.open().filter(brand=brand) if each != voice]
    taken: dict[int, str] = {}
    for other in others:
        is_nameless = hides_names or other.is_named
        name = gettext("another voice") if is_nameless else other.first_name or str(other)
        taken.setdefault(other.hue, name)
    proposed = choose_hue(voice.slug if voice else "", [other.hue for other in others])
    wanted = form["hue"].value()
    chosen = str(proposed if wanted in (None, "") else wanted)
    palette = [
        Hue(index, taken.get(index, ""), index == proposed, str(index) == chosen) for index in range(HUES)
    ]
    return sorted(palette, key=lambda hue: (not hue.is_proposed, bool(hue.taken_by)))


@dataclass(frozen=True)
class Move:
    """A step that the life of a voice allows: the state it leads to, and what its button says."""

    state: str
    label: str


def moves(voice: Voice) -> list[Move]:
    """Return the steps that are open to `voice`; closing, which has no way back, is not among them."""
    onward = (VoiceState(state) for state in VOICE.edges[voice.state] if state != VoiceState.CLOSED)
    return [Move(state.value, _gesture(voice.state, state)) for state in onward]


def _gesture(before: str, after: VoiceState) -> str:
    resumes = before == VoiceState.PAUSED and after == VoiceState.ACTIVE
    return gettext("Resume") if resumes else gettext(_GESTURES[after])


def may_close(voice: Voice) -> bool:
    """Return whether `voice` may be closed."""
    return VOICE.allows(voice.state, VoiceState.CLOSED)


def told_of_move(voice: Voice) -> str:
    """Return the sentence that tells in which state `voice` is now."""
    return gettext(_TOLD[VoiceState(voice.state)]) % {"name": voice.display_name}


def undisclosed(brand: Brand, name: str, biography: str) -> list[str]:
    """Return what the public would not be told of a persona of this name and biography, in words."""
    missing = {
        gettext("The name does not say %(brand)s."): names_brand(name, brand.name),
        gettext("The biography does not say that %(brand)s runs this voice."): names_brand(
            biography, brand.name
        ),
    }
    return [sentence % {"brand": brand.name} for sentence, is_told in missing.items() if not is_told]
