"""The Django application of `measures`."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Registers the models of `measures`, its rights and its sweep."""

    name = "portevoix.measures"
    label = "measures"

    def ready(self) -> None:
        """Make the rights and the cards known, and the sweep to the worker."""
        from portevoix.measures import cards, rights, tasks  # noqa: F401, PLC0415
