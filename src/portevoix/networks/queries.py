"""Readings of networks and accounts."""

from django.utils.translation import gettext as _

from portevoix.core.errors import NotFound
from portevoix.networks.registry import NETWORKS


def known_network(key: str) -> str:
    """Return `key` when it names a network of the registry. Raises NotFound otherwise, naming those there are."""
    if key not in NETWORKS:
        sentence = _("There is no network %(key)s; there are: %(known)s.")
        raise NotFound(sentence % {"key": key, "known": ", ".join(NETWORKS)})
    return key
