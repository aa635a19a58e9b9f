"""The Django application of `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the models of `people`."""

    name = "portevoix.people"
    label = "people"

    def ready(self) -> None:
        """Make the cards known."""
        from portevoix.people import cards  # noqa: F401, PLC0415
