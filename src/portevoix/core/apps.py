"""The Django application of `core`."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the models of `core`."""

    name = "portevoix.core"
    label = "core"
