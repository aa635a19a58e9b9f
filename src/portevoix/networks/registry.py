"""The networks that Porte-voix knows. One line a network; its folder and its line are all there is of it.

A network without a connector is *import-only*: its accounts exist, and its facts come from files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portevoix.networks.connector import Connector


@dataclass(frozen=True)
class Network:
    """A network: its key, the name people know it by, and the dotted path of its connector, if it has one."""

    key: str
    label: str
    connector: str = ""

    @property
    def is_import_only(self) -> bool:
        """Return whether facts of this network come from files alone."""
        return not self.connector


NETWORKS: dict[str, Network] = {
    network.key: network
    for network in (
        Network("sandbox", "Sandbox", "portevoix.networks.sandbox.connector.SandboxConnector"),
        Network("manual", "Manual", "portevoix.networks.manual.connector.ManualConnector"),
        Network("mastodon", "Mastodon", "portevoix.networks.mastodon.connector.MastodonConnector"),
        Network("bluesky", "Bluesky", "portevoix.networks.bluesky.connector.BlueskyConnector"),
        Network("x", "X", "portevoix.networks.x.connector.XConnector"),
        Network("linkedin", "LinkedIn", "portevoix.networks.linkedin.connector.LinkedInConnector"),
        Network("facebook", "Facebook", "portevoix.networks.facebook.connector.FacebookConnector"),
        Network("wordpress", "WordPress", "portevoix.networks.wordpress.connector.WordPressConnector"),
        Network("ghost", "Ghost", "portevoix.networks.ghost.connector.GhostConnector"),
        Network("rss", "RSS / Atom", "portevoix.networks.rss.connector.RssConnector"),
    )
}


def network_choices() -> list[tuple[str, str]]:
    """Return (key, label) of every network, for models and forms."""
    return [(network.key, network.label) for network in NETWORKS.values()]


def connector_class(key: str) -> "type[Connector]":
    """Return the connector class of network `key`. Raises KeyError for an unknown or import-only network."""
    network = NETWORKS[key]
    if network.is_import_only:
        raise KeyError(f"{key} has no connector: its facts come from files")
    module, _dot, name = network.connector.rpartition(".")
    found: type[Connector] = getattr(import_module(module), name)
    return found


def is_linkable(key: str) -> bool:
    """Return whether accounts of network `key` are linked by signing in to it."""
    if NETWORKS[key].is_import_only:
        return False
    return connector_class(key).capabilities.reaches_network


def opening() -> list[str]:
    """Return the keys of the networks inside the product, which open an account for whoever asks."""
    keys = (network.key for network in connected())
    return [key for key in keys if connector_class(key).capabilities.can_open_accounts]


def connected() -> Iterator[Network]:
    """Yield the networks that have a connector."""
    return (network for network in NETWORKS.values() if not network.is_import_only)
