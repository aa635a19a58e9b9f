"""The forms of Settings."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from portevoix.people.models import Brand, Role, User
from portevoix.people.queries import taking_part
from portevoix.programme.kinds import TenureRole
from portevoix.web.forms import NO_ADDRESS


def _day(**attributes: Any) -> forms.DateInput:
    return forms.DateInput({"type": "date", **attributes}, format="%Y-%m-%d")


class LastDay(forms.DateField):
    """A last day that has a day after it."""

    widget = _day()

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Last day"), **options)
        latest = date.max - timedelta(days=1)
        self.validators.append(MaxValueValidator(latest, _("This day is too far away.")))


class RoleForm(forms.Form):
    """A role, and until when it lasts."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=_day(),
        help_text=_("Empty: no end. A consultant's access always ends, within 12 months."),
    )


class InvitationForm(RoleForm):
    """Who is invited, and the first role."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages=NO_ADDRESS,
    )
    field_order = ("name", "email", "role", "expires_on")


if TYPE_CHECKING:
    _Choice = forms.ModelChoiceField[User]
else:
    _Choice = forms.ModelChoiceField


class Person(_Choice):
    """A choice of people, each told by name and address."""

    def label_from_instance(self, obj: Any) -> str:
        """Return how the person `obj` is told."""
        return f"{obj.name} ({obj.email})" if obj.name else str(obj.email)


class TenureForm(forms.Form):
    """Who begins to hold a voice, how, from the first day to the last."""

    person = Person(label=_("Who"), queryset=User.objects.none(), empty_label=None)
    role = forms.ChoiceField(label=_("How"), choices=TenureRole)
    from_on = forms.DateField(label=_("First day"), widget=_day())
    last_on = LastDay(required=False, help_text=_("Empty: no end yet."))

    def __init__(self, brand: Brand, on: date, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"initial": {"from_on": on}, **options})
        people = self.fields["person"]
        if isinstance(people, forms.ModelChoiceField):
            people.queryset = taking_part(brand, on=on)

    @property
    def to_on(self) -> date | None:
        """Return the first day on which it no longer lasts, None for no end."""
        return after(self.cleaned_data["last_on"])


class EndForm(forms.Form):
    """The last day of somebody's time with a voice."""

    last_on = LastDay()


def after(day: date | None) -> date | None:
    """Return the day after `day`, one that LastDay takes; None for none."""
    return day + timedelta(days=1) if day else None


class NameForm(forms.Form):
    """How somebody is called."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )


class PasswordForm(forms.Form):
    """The present password, and the next one."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["new"].help_text = " ".join(password_validators_help_texts())
