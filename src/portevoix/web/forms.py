"""The forms of pages."""

from datetime import datetime
from typing import Any, ClassVar, Final

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portevoix.people.models import User
from portevoix.programme.models import EditorialLine, PublicPage, VoiceKind
from portevoix.web.marked import MarkedForm

NO_ADDRESS: Final = {"invalid": _("This is not an e-mail address: write one like ada@example.org.")}
"""In the words of the label above it, which the library's own sentence is not."""


class AccountForm(forms.Form):
    """How somebody is called and signs in: name, e-mail address, password."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages=NO_ADDRESS,
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: Any, has_chosen_address: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if has_chosen_address:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("You sign in with this address; it stays.")
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_email(self) -> str:
        """Return the address that was sent, even where it should not be: the action says that it is not taken."""
        return str(self.data.get("email") or self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Return the cleaned data. The password must not resemble the name or the address just chosen."""
        cleaned = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            candidate = User(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
            try:
                validate_password(password, candidate)
            except ValidationError as problem:
                self.add_error("password", problem)
        return cleaned


class SignInForm(LoginForm):  # type: ignore[misc]  # the library ships no types
    """The library's form in our words, with labels alone: a placeholder that repeats its label is noise."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].error_messages.update(NO_ADDRESS)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SampleForm(forms.Form):
    """One field of each sort, for the page that shows what pages are made of."""

    name = forms.CharField(label=_("First name"), max_length=60, help_text=_("As the public reads it."))
    kind = forms.ChoiceField(label=_("Kind"), choices=VoiceKind.choices)
    words = forms.CharField(label=_("Biography"), widget=forms.Textarea({"rows": 3}), required=False)
    is_shown = forms.BooleanField(label=_("On the public page"), required=False)


class PublicPageForm(MarkedForm):
    """What a brand tells the public of its voices."""

    NAMES: ClassVar = ("introduction", "charter", "contact_email", "contact_url", "is_open")

    introduction = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=2000,
        help_text=_("One or two sentences: who speaks for the brand, and why."),
        widget=forms.Textarea({"rows": 3}),
    )
    charter = forms.CharField(
        label=_("Charter"),
        required=False,
        max_length=6000,
        help_text=_(
            "How your voices speak: their tone, their sources, and that people of the brand run them."
        ),
        widget=forms.Textarea({"rows": 8}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail address for questions"), required=False, error_messages=NO_ADDRESS
    )
    contact_url = forms.URLField(
        label=_("Link for questions"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": _("This is not a link: write one like https://example.org/contact.")},
    )
    is_open = forms.BooleanField(label=_("Anybody may read the page"), required=False)

    @classmethod
    def proposed(cls, page: PublicPage, *, now: datetime) -> dict[str, Any]:
        """Return what the form says before anybody types: what is stored, else what the line in force says."""
        told = {name: getattr(page, name) for name in cls.NAMES}
        if not page.pk:
            line = EditorialLine.objects.filter(brand=page.brand).current(page.brand.day(now))
            told["charter"] = "\n".join(filter(None, (line.tone, *line.courtesy))) if line else ""
        return told

    @classmethod
    def fields_of(cls, page: PublicPage) -> dict[str, str]:
        """Return the fields that would write `page` as it is stored; a box that is not ticked is left out."""
        told = {name: str(getattr(page, name)) for name in cls.NAMES if name != "is_open"}
        return {**told, "is_open": "on"} if page.is_open else told
