"""The files that networks give to people who ask for their data, and who reads each. One line a sort of file.

What a reader yields are facts as connectors tell them, so that file and network tell one fact.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from portevoix.networks.archives import Refused
from portevoix.networks.contracts import Event, Reading, SeenPost

Item = SeenPost | Event | Reading | Refused


@dataclass(frozen=True)
class Reader:
    """A sort of file: its key, its network, its title, and the dotted path of the function that reads it.

    An archive (`is_archive`) tells whose it is, and all posts of its account. Any other file is read with the
    account that it is of and the instant of its export.
    """

    key: str
    network: str
    title: str
    function: str
    is_archive: bool = True


READERS: Final[dict[str, Reader]] = {
    reader.key: reader
    for reader in (
        Reader(
            "mastodon-archive",
            "mastodon",
            gettext_noop("Archive of a Mastodon account"),
            "portevoix.networks.mastodon.archive.read_archive",
        ),
        Reader(
            "x-archive",
            "x",
            gettext_noop("Archive of an X account"),
            "portevoix.networks.x.archive.read_archive",
        ),
        Reader(
            "x-analytics",
            "x",
            gettext_noop("Analytics of X, post by post (CSV)"),
            "portevoix.networks.x.analytics.read_analytics",
            is_archive=False,
        ),
        Reader(
            "linkedin-analytics",
            "linkedin",
            gettext_noop("Analytics of a LinkedIn Page, its posts (XLS, XLSX, CSV)"),
            "portevoix.networks.linkedin.analytics.read_analytics",
            is_archive=False,
        ),
    )
}


def items(
    reader: Reader, path: Path, *, name: str = "", account: str = "", at: datetime | None = None
) -> Iterator[Item]:
    """Yield what the file at `path` tells, always in the same order. Raises OSError when there is none.

    `name` is how people call the file, where its path does not say; `account` is the id of the account that it is
    of and `at` when it was exported, where the file does not tell.
    """
    module, _dot, function = reader.function.rpartition(".")
    read = getattr(import_module(module), function)
    for item in read(path) if reader.is_archive else read(path, account=account, at=at):
        is_named = isinstance(item, Refused) and name and item.place.startswith(path.name)
        yield replace(item, place=name + item.place.removeprefix(path.name)) if is_named else item
