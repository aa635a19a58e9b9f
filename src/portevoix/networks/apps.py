"""The Django application of `networks`."""

from django.apps import AppConfig


class NetworksConfig(AppConfig):
    """Registers the models of `networks`, its rights and its sweep."""

    name = "portevoix.networks"
    label = "networks"

    def ready(self) -> None:
        """Make the rights and the cards known, and the sweep to the worker."""
        from portevoix.networks import cards, rights, tasks  # noqa: F401, PLC0415
