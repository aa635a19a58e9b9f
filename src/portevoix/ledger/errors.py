"""What goes wrong with facts and their files."""

from portevoix.core.errors import UserError


class ImportRefused(UserError):
    """A file cannot be imported at all: nothing of it was stored."""


class ImportUnderWay(UserError):
    """Another process is importing the same file at this moment."""


class ImportStopped(UserError):
    """An import was asked to stop; what it stored is kept, and the same command goes on."""


class NotArchivable(UserError):
    """A month cannot be archived yet."""


class EngineMissing(UserError):
    """The chosen engine is not installed."""


class ProjectionUnderWay(UserError):
    """Another process is projecting at this moment."""
