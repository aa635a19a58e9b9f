"""The Django application of `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers templates, template tags and static files."""

    name = "portevoix.web"
    label = "web"
