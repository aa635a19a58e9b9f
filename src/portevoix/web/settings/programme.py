"""What a programme is made of, as its page changes it: the brand, its spheres, its ranges."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portevoix.networks.registry import NETWORKS, network_choices
from portevoix.people.models import Brand
from portevoix.programme.actions import Document
from portevoix.programme.kinds import SphereKey
from portevoix.programme.models import Phase, ProductRange, Sphere, Voice
from portevoix.programme.rules import choose_slug
from portevoix.web import telling
from portevoix.web.controls import CONTROLS
from portevoix.web.settings.fields import Lines, Ranked, Text, Whole, Words
from portevoix.web.settings.form import EntryForm

ONE_A_LINE = _("One a line.")
LANGUAGES = _("Two letters each, the main one first: fr, en.")
NEW = "range:"


class BrandForm(EntryForm):
    """The brand: its name, the zone of its days, its languages."""

    default_renderer = CONTROLS

    name = Text(_("Name"), may_lack=False)
    time_zone = Text(
        _("Time zone"),
        may_lack=False,
        help_text=_(
            "Such as Europe/Paris. Days and months are lived in it: when it changes, the figures of open months "
            "are computed anew, and closed months keep theirs."
        ),
    )
    languages = Words(_("Languages"), help_text=LANGUAGES)

    @classmethod
    def of(cls, brand: Brand) -> "BrandForm":
        """Return the form of `brand` as it is stored."""
        stored = {"name": brand.name, "time_zone": brand.time_zone, "languages": brand.languages}
        return cls(initial=stored, place="brand")

    def document(self) -> Document:
        """Return what the form says, as a programme file says it."""
        return {"brand": self.typed}


class SphereForm(EntryForm):
    """One sphere: its objectives."""

    default_renderer = CONTROLS

    objectives = Lines(_("Objectives"), help_text=ONE_A_LINE)

    @classmethod
    def of(cls, key: str, objectives: list[str]) -> "SphereForm":
        """Return the form of the sphere `key`."""
        return cls(initial={"objectives": objectives}, place=f"sphere:{key}")

    def document(self) -> Document:
        """Return what the form says, as a programme file says it."""
        return {"spheres": [{"key": self.place.partition(":")[2], **self.typed}]}


class RangeForm(EntryForm):
    """One range of products, or a new one while `slug` is empty."""

    default_renderer = CONTROLS

    slug = forms.CharField(required=False, widget=forms.HiddenInput)
    name = Text(_("Name"), may_lack=False)
    objectives = Lines(_("Objectives"), help_text=ONE_A_LINE)
    cadence = Whole(_("Posts a week"), help_text=_("Expected of each voice of the range."))
    vocabulary = Lines(_("Vocabulary"), help_text=_("The field's own words, one a line."))
    audience_segments = Lines(
        _("Audience segments"), help_text=_("One a line. Evidence never mixes two: buyers are not learners.")
    )
    preferred_networks = Ranked(
        _("Preferred networks"), choices=network_choices(), help_text=_("The most preferred first.")
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        sent = sum(name.startswith("preferred_networks_") for name in self.data)
        stored = len(self.initial.get("preferred_networks", ())) + 1
        if isinstance(field := self.fields["preferred_networks"], Ranked):
            field.show(max(3, sent, stored))

    @classmethod
    def of(cls, stored: ProductRange | None) -> "RangeForm":
        """Return the form of a stored range, or that of a new one."""
        if stored is None:
            return cls(place=NEW)
        told = {name: getattr(stored, name) for name in cls.base_fields}
        return cls(initial=told, place=f"range:{stored.slug}")

    def document(self, taken: Iterable[str]) -> Document:
        """Return what the form says, as a programme file says it; a new range is none of those `taken`."""
        name = str(self.cleaned_data["name"])
        slug = self.cleaned_data["slug"] or choose_slug(name, set(taken), otherwise="range")
        return {"ranges": [{**self.typed, "slug": slug}]}


@dataclass(frozen=True)
class SphereShown:
    """A sphere on the page; `form` is None for who may not change it."""

    key: str
    label: str
    objectives: list[str]
    form: EntryForm | None


@dataclass(frozen=True)
class RangeShown:
    """A range on the page; its form is there while it is open. `is_used`: a voice or a phase is in it."""

    range: ProductRange
    networks: str
    is_used: bool
    form: EntryForm | None


def sphere_forms(brand: Brand) -> list[SphereForm]:
    """Return the forms of the four spheres as they are stored."""
    stored = dict(Sphere.objects.filter(brand=brand).values_list("key", "objectives"))
    return [SphereForm.of(key, stored.get(key, [])) for key in SphereKey.values]


@dataclass(frozen=True)
class Programme:
    """The page: all of the programme but its phases, its line and its voices."""

    brand: EntryForm | None
    languages: str
    spheres: list[SphereShown]
    ranges: list[RangeShown]
    new_range: EntryForm | None

    @classmethod
    def of(cls, brand: Brand, *, may_change: bool, opened: str, refused: EntryForm | None) -> "Programme":
        """Return the page, the form of the range `opened` open, `refused` in its place as it was sent."""

        def shown(form: EntryForm) -> EntryForm | None:
            sent = refused if refused and refused.place == form.place else form
            return sent if may_change else None

        return cls(
            brand=shown(BrandForm.of(brand)),
            languages=telling.listed(map(telling.language, brand.languages)),
            spheres=[_sphere(form, shown(form)) for form in sphere_forms(brand)],
            ranges=[_range(each, used, shown, opened) for each, used in _ranges(brand)],
            new_range=shown(RangeForm.of(None)),
        )


def _sphere(stored: SphereForm, form: EntryForm | None) -> SphereShown:
    key = SphereKey(stored.place.partition(":")[2])
    return SphereShown(key.value, str(key.label), stored.initial["objectives"], form)


def _ranges(brand: Brand) -> list[tuple[ProductRange, bool]]:
    """Return the ranges of `brand`, each with whether a voice or a phase is in it."""
    used = {
        number
        for model in (Voice, Phase)
        for number in model._default_manager.filter(brand=brand).values_list("product_range", flat=True)
    }
    return [(each, each.pk in used) for each in ProductRange.objects.filter(brand=brand)]


def _range(stored: ProductRange, is_used: bool, shown: Any, opened: str) -> RangeShown:
    form = shown(RangeForm.of(stored))
    is_open = form is not None and (stored.slug == opened or form.is_bound)
    networks = [NETWORKS[key].label for key in stored.preferred_networks if key in NETWORKS]
    return RangeShown(stored, telling.listed(networks), is_used, form if is_open else None)
