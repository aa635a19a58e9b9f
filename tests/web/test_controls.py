"""Controls of forms that are drawn once."""

from typing import Any

import pytest
from django import forms
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from portevoix.web import controls
from portevoix.web.controls import CONTROLS
from portevoix.web.settings.accounts import ConnectForm
from portevoix.web.settings.forms import InvitationForm, PasswordForm, TenureForm

CHOICES = (("", _("not read")), ("1", _("Voice")), ("2", "<b>"))


class _Form(forms.Form):
    grade = forms.ChoiceField(choices=CHOICES, required=False)
    words = forms.CharField(widget=forms.Textarea({"rows": 2}), required=False)


class _Kept(_Form):
    default_renderer = CONTROLS


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    controls._drawn.cache_clear()


def _told(form: type[forms.Form], **initial: Any) -> str:
    return "".join(str(field) for field in form(initial=initial))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("initial", [{}, {"grade": "1", "words": "Ada"}, {"words": "<script>"}])
def test_a_control_that_is_kept_is_what_would_be_drawn_anew(language: str, initial: dict[str, str]) -> None:
    with translation.override(language):
        assert _told(_Kept, **initial) == _told(_Kept, **initial) == _told(_Form, **initial)
        assert controls._drawn.cache_info().hits == 2


def test_another_language_or_choice_is_drawn_by_itself() -> None:
    told = []
    for language in ("en", "fr"):
        with translation.override(language):
            told += [_told(_Kept, grade=grade) for grade in ("", "1")]
    assert len(set(told)) == 4


def test_text_that_is_marked_as_safe_is_told_from_text_that_is_not() -> None:
    assert "<b>" in _told(_Kept, words=mark_safe("<b>"))
    assert "<b>" not in _told(_Kept, words="<b>")


def test_a_long_text_is_not_kept() -> None:
    long = "a" * (controls.LONGEST + 1)
    assert long in _told(_Kept, words=long)
    assert controls._drawn.cache_info().currsize == 1


def test_only_so_many_are_kept() -> None:
    for number in range(controls.KEPT + 10):
        _Kept(initial={"words": str(number)})["words"].as_widget()
    assert controls._drawn.cache_info().currsize == controls.KEPT


@pytest.mark.parametrize("form", [ConnectForm, InvitationForm, PasswordForm, TenureForm])
def test_what_people_are_asked_about_themselves_and_secrets_are_not_kept(form: type[forms.Form]) -> None:
    assert form.default_renderer is None
