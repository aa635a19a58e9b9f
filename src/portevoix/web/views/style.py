"""The parts that pages are made of, on one page: what a new page takes, and what a change of the look changes."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portevoix.programme.models import Voice, VoiceKind
from portevoix.programme.palette import PALETTE
from portevoix.web.forms import SampleForm
from portevoix.web.requests import SignedIn
from portevoix.web.toasts import tell

NAMES: Final = (
    "Alma", "Basile", "Cléo", "Diego", "Elsa", "Farid", "Gina", "Hana", "Isaac", "Jeanne", "Karim", "Léa",
    "Malo", "Nour", "Oscar", "Prune", "Quentin", "Rosa", "Samir", "Tess", "Ugo", "Violette", "Wanda", "Yann",
)  # fmt: skip
COURSE: Final = (3.0, 4.0, 4.0, 6.0, 5.0, None, 7.0, 8.0, 7.0, 9.0, 12.0, 11.0)
"""A year of some figure, with a month in which nobody looked."""


def _cast() -> list[Voice]:
    """Return one persona a colour, stored nowhere."""
    return [
        Voice(slug=name.lower(), first_name=name, kind=VoiceKind.PERSONA, hue=hue)
        for hue, name in zip(range(len(PALETTE)), NAMES, strict=True)
    ]


@login_required
@require_http_methods(["GET", "POST"])
def page(request: SignedIn) -> HttpResponse:
    """Show every component with its name; what is posted tells a sentence, or shows a form's errors."""
    form = SampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tell(
            request,
            _("Alma is paused."),
            undo=reverse("style"),
            undo_fields={"name": "Alma", "kind": "persona"},
        )
        return redirect("style")
    brand_voice = Voice(slug="brand", name="Acme", kind=VoiceKind.BRAND, hue=15)
    context = {"cast": _cast(), "brand_voice": brand_voice, "course": COURSE, "form": form}
    return render(request, "web/style.html", context, status=400 if form.errors else 200)
