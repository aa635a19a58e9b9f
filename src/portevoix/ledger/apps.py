"""The Django application of `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the models of `ledger`, its rights and its sweeps."""

    name = "portevoix.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Make the rights and the cards known, and the sweeps to the worker."""
        from portevoix.ledger import cards, rights, tasks  # noqa: F401, PLC0415
