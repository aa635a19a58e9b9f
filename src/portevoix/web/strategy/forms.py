"""The forms with which a study is written, and what each is told before and after."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portevoix.core.errors import UserError
from portevoix.core.periods import Month
from portevoix.measures.catalogue import METRICS
from portevoix.measures.queries import BRAND_LINE
from portevoix.people.models import Brand
from portevoix.programme.kinds import SCALES, Criterion
from portevoix.programme.models import Voice
from portevoix.programme.queries import owned_family
from portevoix.programme.study.content import Coding, Rival, Section, Step
from portevoix.web import telling
from portevoix.web.controls import CONTROLS

LONGEST: Final = 20_000
"""Characters of one text at most: what is longer is two sections."""


def is_done(form: forms.Form, write: Callable[[dict[str, Any]], Any]) -> bool:
    """Return whether `form` is right and `write` took it; what it refuses is told above the fields."""
    if not form.is_valid():
        return False
    try:
        write(form.cleaned_data)
    except UserError as problem:
        form.add_error(None, str(problem))
        return False
    return True


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class SectionForm(forms.Form):
    """A section's title and text."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        required=False,
        widget=_long(16),
        help_text=_("A blank line parts paragraphs; “- ” begins a list; [words](https://…) is a link."),
    )


class StepForm(forms.Form):
    """A step: what, where, when, and what came out of it."""

    title = forms.CharField(label=_("Title"), max_length=120)
    country = forms.CharField(label=_("Country"), max_length=60, required=False)
    from_on = _day(label=_("From"), required=False)
    until_on = _day(label=_("Until"), required=False, help_text=_("The last day, included."))
    outcome = forms.CharField(
        label=_("What came out of it"), max_length=2_000, required=False, widget=_long(5)
    )


class FigureForm(forms.Form):
    """Which figure stands beside a section: of the brand, or of a voice that it owns."""

    month = forms.CharField(
        label=_("Month"),
        required=False,
        widget=forms.TextInput({"type": "month", "pattern": r"\d{4}-\d{2}"}),
        help_text=_("Empty: always the last one known."),
    )

    def __init__(self, brand: Brand, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._voices = {voice.slug: voice for voice in owned_family(brand)}
        lines = [(BRAND_LINE, telling.line(None))]
        lines += [(slug, telling.line(voice)) for slug, voice in self._voices.items()]
        metrics = [(each.id, _(each.label)) for each in METRICS]
        self.fields["metric"] = forms.ChoiceField(label=_("Figure"), choices=metrics)
        self.fields["line"] = forms.ChoiceField(label=_("Whose"), choices=lines)
        self.order_fields(["metric", "line", "month"])

    def clean_month(self) -> str:
        """Return the month as it was written, if it is one."""
        month: str = self.cleaned_data["month"]
        try:
            return str(Month.parse(month)) if month else ""
        except ValueError as problem:
            raise forms.ValidationError(_("This is not a month: write it like 2026-10.")) from problem

    @property
    def voice(self) -> Voice | None:
        """Return the voice that was chosen, None for the brand's own line."""
        return self._voices.get(self.cleaned_data["line"])


class ReasonForm(forms.Form):
    """Why a version is made."""

    reason = forms.CharField(
        label=_("Because"),
        max_length=300,
        help_text=_("For instance: the visits abroad are over; the committee of June decides on it."),
    )


class RivalForm(forms.Form):
    """A rival, and what was read of it: for each criterion a grade, its evidence and the day of reading."""

    default_renderer = CONTROLS

    name = forms.CharField(label=_("Name"), max_length=120)
    country = forms.CharField(label=_("Country"), max_length=60, required=False)
    site = forms.URLField(label=_("Site"), max_length=300, required=False, assume_scheme="https")

    def __init__(self, today: str, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._today = today
        for criterion in Criterion:
            self.fields.update(_reading(criterion))

    def readings(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Yield each criterion's name with its three fields."""
        for criterion in Criterion:
            fields = [self[f"{criterion}_{part}"] for part in ("grade", "evidence", "read_on")]
            yield str(criterion.label), fields

    def codings(self) -> list[Coding]:
        """Return what was read; a grade without a day was read today."""
        return [self._coding(criterion) for criterion in Criterion if self.cleaned_data[f"{criterion}_grade"]]

    def _coding(self, criterion: Criterion) -> Coding:
        told, read_on = self.cleaned_data, self.cleaned_data[f"{criterion}_read_on"]
        return Coding(
            criterion=str(criterion),
            grade=int(told[f"{criterion}_grade"]),
            evidence=told[f"{criterion}_evidence"],
            read_on=read_on.isoformat() if read_on else self._today,
        )


def _reading(criterion: Criterion) -> dict[str, forms.Field]:
    scale = [(str(grade), word) for grade, word in enumerate(SCALES[criterion])]
    return {
        f"{criterion}_grade": forms.ChoiceField(
            label=_("Grade"), required=False, choices=[("", _("not read")), *scale]
        ),
        f"{criterion}_evidence": forms.CharField(
            label=_("Evidence"), required=False, max_length=1_000, widget=_long(2)
        ),
        f"{criterion}_read_on": _day(label=_("Read on"), required=False),
    }


def told_of(part: Section | Step | Rival) -> dict[str, str]:
    """Return what the fields of the form of a section, step or rival say of it."""
    if isinstance(part, Step):
        return {name: getattr(part, name) for name in StepForm.base_fields}
    return {"title": part.title, "text": part.text} if isinstance(part, Section) else _told_rival(part)


def _told_rival(rival: Rival) -> dict[str, str]:
    fields = {"name": rival.name, "country": rival.country, "site": rival.site}
    for coding in rival.codings:
        fields[f"{coding.criterion}_grade"] = str(coding.grade)
        fields[f"{coding.criterion}_evidence"] = coding.evidence
        fields[f"{coding.criterion}_read_on"] = coding.read_on
    return fields
