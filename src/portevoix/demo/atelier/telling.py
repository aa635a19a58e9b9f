"""Telling on the terminal how the company's life goes, and how to come in once it is told."""

import logging
import shlex
import sys
import time
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portevoix.core import clock, logs
from portevoix.demo.atelier.calendar import SCENES
from portevoix.demo.atelier.cast import LEAD
from portevoix.demo.atelier.life import Progress, live
from portevoix.people.links import link_for
from portevoix.people.models import Membership, Role

_SHOWN: Final = (Role.AMBASSADOR, Role.MANAGER, Role.EXECUTIVE, Role.CONSULTANT)
"""Roles whose point of view the terminal offers."""


def tell(now: datetime, *, months: int = SCENES) -> None:
    """Live so many of the company's `months` up to `now`, and say on the terminal how far it is."""
    started = time.monotonic()
    logs.configure(logging.ERROR)  # an account that breaks is part of the story
    sentence = _("A training company lives %(months)d months, up to today; nothing leaves this machine.")
    print(sentence % {"months": months}, flush=True)
    live(now, count=months, on_progress=_draw if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    seconds = {"seconds": round(time.monotonic() - started)}
    print(_("The demonstration is ready, after %(seconds)d seconds.") % seconds, flush=True)


def _draw(progress: Progress) -> None:
    words = {
        "number": progress.done + 1,
        "total": progress.total,
        "month": date_format(progress.month.first_day, "YEAR_MONTH_FORMAT"),
    }
    line = _("Month %(number)d of %(total)d: %(month)s") % words
    bar = "█" * (progress.done * 25 // progress.total)
    print(f"\r  {bar:<25} {line:<44}", end="", file=sys.stderr, flush=True)


def greeting(base_url: str) -> str:
    """Return what to print once the pages answer: a link for the lead, and how others come in."""
    command = f"PORTEVOIX_DATA={shlex.quote(str(settings.DATA))} portevoix sign-in-link"
    lines = [
        _("Porte-voix answers at %(url)s/") % {"url": base_url},
        _("Come in as the lead of the programme; the link works once, within 12 hours:"),
        f"  {link_for(LEAD, base_url)}",
        _("To see it as somebody else does, run this in another terminal, with an address:"),
        f"  {command} …",
        *(f"    {email:<34} {role}" for email, role in _others()),
        f"    {'':<34} " + _("no address: the administrator"),
        _("Ctrl-C stops it."),
    ]
    return "\n".join(lines)


def _others() -> list[tuple[str, str]]:
    """Return one address for each role that is shown, with the role's name."""
    today = clock.now().date()
    found: dict[str, tuple[str, str]] = {}
    for each in Membership.objects.current(today).select_related("user").order_by("pk"):
        if each.role in _SHOWN:
            found.setdefault(each.role, (each.user.email, str(Role(each.role).label)))
    return list(found.values())
