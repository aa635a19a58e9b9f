"""The Django application of `programme`."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Registers the models of `programme` and its sweep."""

    name = "portevoix.programme"
    label = "programme"

    def ready(self) -> None:
        """Let the worker know the sweep."""
        from portevoix.programme import tasks  # noqa: F401, PLC0415
