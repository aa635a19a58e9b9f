"""The first visit: its four steps, what has been done of them, and what is typed as a programme file would say it.

Pages and file agree because what somebody types is composed as a programme file (`programme.file.typed`) and read
by the file's own reader: the line of a problem says which field of which row it is about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from unicodedata import normalize

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portevoix.networks.models import Holding
from portevoix.networks.registry import NETWORKS, opening
from portevoix.people.models import Brand
from portevoix.programme.file.problems import BadProgrammeFile
from portevoix.programme.file.typed import Placed, Typed
from portevoix.programme.kinds import SphereKey
from portevoix.programme.models import ProductRange, Voice
from portevoix.programme.rules import choose_slug
from portevoix.web.controls import CONTROLS

STEPS: Final = ("brand", "personas", "networks", "post")
FEWEST_ROWS, MOST_ROWS = 3, 30
_FIRST: Final = 1
"""The line of all that comes from no field; the first field is on the next one."""


@dataclass(frozen=True)
class Step:
    """One step: its key, its label, its address ('' before there is a brand), and whether it was done."""

    key: str
    label: str
    href: str
    is_current: bool
    is_done: bool


def steps(brand: Brand | None, current: str) -> list[Step]:
    """Return the four steps as they stand."""
    labels = {
        "brand": _("The brand"),
        "personas": _("The personas"),
        "networks": _("Their networks"),
        "post": _("A first post"),
    }
    done = _done(brand) if brand else set()
    return [Step(key, label, _href(brand, key), key == current, key in done) for key, label in labels.items()]


def _href(brand: Brand | None, step: str) -> str:
    return reverse("start_step", args=[brand.slug, step]) if brand else ""


def _done(brand: Brand) -> set[str]:
    rows = {
        "personas": Voice.objects.filter(brand=brand),
        "networks": Holding.objects.filter(voice__brand=brand),
    }
    return {"brand", *(key for key, found in rows.items() if found.exists())}


def following(brand: Brand, step: str) -> str:
    """Return the address of the step after `step`, or of Today after the last."""
    place = STEPS.index(step) + 1
    return _href(brand, STEPS[place]) if place < len(STEPS) else reverse("today", args=[brand.slug])


class BrandForm(forms.Form):
    """Name, address, zone and languages of a brand, and whether who makes it leads its programme."""

    default_renderer = CONTROLS

    name = forms.CharField(label=gettext_lazy("Name of the brand"), max_length=120)
    slug = forms.CharField(
        label=gettext_lazy("Short name in addresses"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Small letters and hyphens. Left empty, it is made of the name."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        initial="Europe/Paris",
        help_text=gettext_lazy("In which days and months begin, as in Europe/Paris."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        initial=lambda: [get_language()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    leads = forms.BooleanField(
        label=gettext_lazy("I lead this programme"),
        required=False,
        initial=True,
        help_text=gettext_lazy("The lead sees who holds which voice and closes the months."),
    )

    def __init__(self, *arguments: Any, brand: Brand | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if brand:
            for name in ("slug", "leads"):
                del self.fields[name]

    def clean_slug(self) -> str:
        """Return the short name, made of the brand's name where none was typed. A brand's own is refused."""
        found: str = self.cleaned_data["slug"].strip() or slugify(self.cleaned_data.get("name", ""))[:60]
        if Brand.objects.filter(slug=found).exists():
            raise forms.ValidationError(_("There is a brand of this short name already: choose another."))
        return found


class PersonaForm(forms.Form):
    """One row: a persona's first name, the range of products it speaks of, its sphere."""

    default_renderer = CONTROLS

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=60, required=False)
    range = forms.CharField(label=gettext_lazy("Range of products"), max_length=120, required=False)
    sphere = forms.ChoiceField(
        label=gettext_lazy("Sphere"), choices=SphereKey, initial=SphereKey.BUSINESS, required=False
    )


class AccountForm(forms.Form):
    """One row: the account of a voice on a network."""

    default_renderer = CONTROLS

    network = forms.ChoiceField(label=gettext_lazy("Network"), required=False)
    handle = forms.CharField(label=gettext_lazy("Name there"), max_length=200, required=False)
    remote_id = forms.CharField(
        label=gettext_lazy("Id there"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("The network’s own number, where it has one; else leave it empty."),
    )

    def __init__(self, data: QueryDict | None, *, voice: Voice) -> None:
        super().__init__(data, prefix=voice.slug)
        self.voice = voice
        choosable = [(each.key, each.label) for each in NETWORKS.values() if each.key not in opening()]
        self.fields["network"] = forms.ChoiceField(
            label=gettext_lazy("Network"), choices=[("", "–"), *choosable], required=False
        )


@dataclass
class Written:
    """What rows of forms say, as a programme file says it, and from which form and field each value comes."""

    document: dict[str, Typed]
    origins: list[tuple[forms.Form, str]] = field(default_factory=list)

    @classmethod
    def of(cls, brand: Brand) -> "Written":
        """Return what says nothing of `brand` yet."""
        return cls({"brand": {"slug": brand.slug}})

    def placed(self, value: Typed, form: forms.Form, name: str = "") -> Placed:
        """Return `value`, whose problems are told beside the field `name` of `form`, '' for above it."""
        self.origins.append((form, name))
        return Placed(value, _FIRST + len(self.origins))

    def blame(self, bad: BadProgrammeFile) -> None:
        """Say each problem beside the field that it comes from, else above the first form."""
        for problem in bad.problems:
            place = problem.line - _FIRST - 1
            known = 0 <= place < len(self.origins)
            form, name = self.origins[place] if known else (self.origins[0][0], "")
            form.add_error(name or None, problem.at_field)


def brand_file(form: BrandForm, brand: Brand | None) -> Written:
    """Return what the form says of the brand."""
    typed, written = form.cleaned_data, Written({})
    slug = written.placed(brand.slug, form) if brand else written.placed(typed["slug"], form, "slug")
    names = ("name", "time_zone", "languages")
    written.document["brand"] = {
        "slug": slug,
        **{name: written.placed(typed[name], form, name) for name in names},
    }
    return written


def personas_file(brand: Brand, rows: Iterable[PersonaForm]) -> Written:
    """Return the personas that the rows name, and the ranges that the brand does not have yet."""
    named = [row for row in rows if row.cleaned_data.get("first_name")]
    taken = set(Voice.objects.filter(brand=brand).values_list("slug", flat=True))
    stored = ProductRange.objects.filter(brand=brand).values_list("name", "slug")
    known, written = {_alike(name): slug for name, slug in stored}, Written.of(brand)
    new = _new_ranges(named, known)
    slugs = known | {name: slug for name, (slug, _row) in new.items()}
    written.document["ranges"] = [_range(written, *found) for found in new.values()]
    written.document["voices"] = [_persona(written, brand, row, taken, slugs) for row in named]
    return written


def _persona(
    written: Written, brand: Brand, row: PersonaForm, taken: set[str], ranges: Mapping[str, str]
) -> dict[str, Typed]:
    typed = row.cleaned_data
    slug = choose_slug(typed["first_name"], taken, otherwise="persona")
    taken.add(slug)
    entry: dict[str, Typed] = {
        "slug": written.placed(slug, row, "first_name"),
        "first_name": written.placed(typed["first_name"], row, "first_name"),
        "sphere": written.placed(typed["sphere"] or SphereKey.BUSINESS.value, row, "sphere"),
        "languages": written.placed(brand.languages, row, "first_name"),
    }
    if typed["range"]:
        entry["range"] = written.placed(ranges[_alike(typed["range"])], row, "range")
    return entry


def _new_ranges(rows: Iterable[PersonaForm], known: Mapping[str, str]) -> dict[str, tuple[str, PersonaForm]]:
    """Return what rows name and the brand does not have: {name as `_alike` has it: (slug, the first such row)}."""
    taken, new = set(known.values()), dict[str, tuple[str, PersonaForm]]()
    for row in rows:
        name = _alike(row.cleaned_data["range"])
        if name and name not in known and name not in new:
            slug = choose_slug(name, taken, otherwise="range")
            new[name] = slug, row
            taken.add(slug)
    return new


def _alike(name: str) -> str:
    """Return what two names have in common that are the same but for capitals and how letters are composed."""
    return normalize("NFKC", name).casefold()


def _range(written: Written, slug: str, row: PersonaForm) -> dict[str, Typed]:
    return {
        "slug": written.placed(slug, row, "range"),
        "name": written.placed(row.cleaned_data["range"], row, "range"),
    }


def accounts_file(brand: Brand, rows: Iterable[AccountForm]) -> Written:
    """Return the accounts that the rows name."""
    written = Written.of(brand)
    written.document["voices"] = [_account(written, row) for row in rows if is_named(row)]
    return written


def is_named(row: AccountForm) -> bool:
    """Return whether the row names an account: a network, and a name or an id there."""
    typed = row.cleaned_data
    return bool(typed.get("network") and (typed.get("handle") or typed.get("remote_id")))


def _account(written: Written, row: AccountForm) -> dict[str, Typed]:
    typed = row.cleaned_data
    handle = typed["handle"].removeprefix("@")
    account: dict[str, Typed] = {
        "network": typed["network"],
        "remote_id": typed["remote_id"] or handle,
        "handle": handle or None,
    }
    return {
        "slug": written.placed(row.voice.slug, row, "network"),
        "accounts": written.placed([account], row, "handle"),
    }
