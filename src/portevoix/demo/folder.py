"""The data folder of a demonstration: the file that marks it, what it may hold, and starting it anew."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.core.locks import machine_lock
from portevoix.core.serving import is_served
from portevoix.networks.sandbox.config import default_file
from portevoix.people.models import Brand

MARK: Final = "DEMONSTRATION"
"""The file that makes a data folder a demonstration; `config.settings` looks for it."""
_WHOLE: Final = "whole since "
_FOLDERS: Final = ("projection", "archive", "imports", "files", "mail")


def _mark() -> Path:
    return Path(settings.DATA) / MARK


def mark(*, whole_since: date | None = None) -> None:
    """Write that this folder holds a demonstration and, once all of it is there, since which day (UTC)."""
    lines = [_("This folder holds a demonstration; every page says so.")]
    if whole_since:
        lines.append(f"{_WHOLE}{whole_since.isoformat()}")
    _mark().write_text("\n".join(lines) + "\n", encoding="utf-8")


def whole_since() -> date | None:
    """Return the day on which this demonstration was brought in to its end, or None when it was not."""
    told = _mark().read_text(encoding="utf-8").splitlines() if _mark().exists() else []
    days = [line.removeprefix(_WHOLE) for line in told if line.startswith(_WHOLE)]
    return date.fromisoformat(days[0]) if days else None


def is_begun() -> bool:
    """Return whether something of a demonstration is there that was not brought in to its end."""
    return Brand.objects.exists() and whole_since() is None


def refuse_foreign(brand: str) -> None:
    """Raise UserError when the folder holds something else than the demonstration of the brand `brand`."""
    slugs = set(Brand.objects.values_list("slug", flat=True))
    if not slugs:
        return
    words = {"folder": settings.DATA}
    if not _mark().exists():
        sentence = _(
            "%(folder)s holds a programme of your own. Nothing was changed; give the demonstration another "
            "folder with PORTEVOIX_DATA."
        )
        raise UserError(sentence % words)
    if brand not in slugs:
        sentence = _(
            "%(folder)s holds another demonstration. Nothing was changed; give this one another folder with "
            "PORTEVOIX_DATA, or start anew with --reset."
        )
        raise UserError(sentence % words)


def reset() -> None:
    """Empty the folder of a demonstration; its keys stay. Raises UserError when it holds anything else.

    Whoever is signed in there is signed out: people begin anew as well.
    """
    if Brand.objects.exists() and not _mark().exists():
        refuse_foreign("")
    mark()
    call_command("flush", verbosity=0, interactive=False)
    for name in _FOLDERS:
        shutil.rmtree(Path(settings.DATA) / name, ignore_errors=True)
    for file in default_file().parent.glob(f"{default_file().name}*"):
        file.unlink(missing_ok=True)


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder for bringing a demonstration in.

    Raises UserError when another process is at it, or when its pages are served: their worker would bring in
    today what is only to happen in months that are lived first.
    """
    if is_served():
        sentence = _(
            "The pages of %(folder)s are being served. Nothing was changed; stop them (Ctrl-C there), "
            "then run the same command again."
        )
        raise UserError(sentence % {"folder": settings.DATA})
    with machine_lock("demonstration") as is_alone:
        if not is_alone:
            sentence = _(
                "Another process is bringing this demonstration in. Nothing was changed; wait for it."
            )
            raise UserError(sentence)
        yield
