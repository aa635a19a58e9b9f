"""The Django application of `networks`."""

from django.apps import AppConfig


class NetworksConfig(AppConfig):
    """Registers the models of `networks` and its rights."""

    name = "portevoix.networks"
    label = "networks"

    def ready(self) -> None:
        """Make the rights and the cards known."""
        from portevoix.networks import cards, rights  # noqa: F401, PLC0415
