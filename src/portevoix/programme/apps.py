"""The Django application of `programme`."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Registers the models of `programme` and its sweep."""

    name = "portevoix.programme"
    label = "programme"

    def ready(self) -> None:
        """Make the cards known, and the sweep to the worker."""
        from portevoix.programme import cards, tasks  # noqa: F401, PLC0415
