"""What a network brings so that its connector can be held to the contract of all connectors.

A new connector adds one `ConnectorCase` to `all_cases()`; `test_contract.py` does the rest, and the capability
table of the documentation is written from the same classes.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pytest

from portevoix.core.http import Transport
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import Capabilities, Draft, Gesture, Kind, PublishedRef
from portevoix.networks.errors import NetworkError
from portevoix.networks.registry import connected, connector_class

if TYPE_CHECKING:
    from tests.networks.walk import Wire

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


class ConnectorCase(ABC):
    """One account on one network, played in a folder, and the switches that make things go wrong.

    A switch acts on the next call only, whichever it is. A case overrides those that its capabilities call for
    (`docs/networks/adding-a-network.md` has the table); the others are never turned. One whose connector speaks
    HTTP says so, and plays the network over a `Wire`: the suite walks every call through every answer.
    `looks_first` are the writing calls that ask before they write: each is walked at its look and at its write.
    `own_meanings` are those that this network gives a status, by call and status: an error, or None where the
    call succeeds all the same.
    """

    speaks_http: ClassVar[bool] = False
    wire: "Wire | None" = None
    looks_first: frozenset[str] = frozenset()
    own_meanings: Mapping[tuple[str, int], type[NetworkError] | None] = MappingProxyType({})

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def connector(self) -> Connector:
        """Return a connector of the account under test. It is closed by whoever asks."""

    @abstractmethod
    def bad_options(self) -> list[Options]:
        """Return options that the connector must refuse."""

    def secret(self) -> str:
        """Return the credentials, which nothing may show; '' for a door through which nothing is published."""
        return ""

    def unreachable(self) -> None:
        """Let the next call not reach the network."""
        raise NotImplementedError

    def lose_answer(self) -> None:
        """Let the next call be carried out, and its answer be lost."""
        raise NotImplementedError

    def limit_rate(self) -> None:
        """Let the network refuse the next call until later."""
        raise NotImplementedError

    def revoke(self) -> None:
        """Let the network take the credentials no longer, from now on."""
        raise NotImplementedError

    def refused_draft(self) -> Draft:
        """Return a draft of valid length that the network refuses for its content."""
        raise NotImplementedError

    def targets(self) -> Mapping[Gesture, str]:
        """Return something for each gesture that may be given."""
        raise NotImplementedError

    def somebody(self) -> str:
        """Return the id of an account that exists."""
        return self.targets()[Gesture.FOLLOW]

    def quoted(self) -> str:
        """Return the id of a publication that this account may quote."""
        raise NotImplementedError

    def list_members(self) -> list[str]:
        """Return the ids of two accounts that a list may hold."""
        raise NotImplementedError

    def listed(self, ref: PublishedRef) -> set[str]:
        """Return the accounts that a list holds on the network."""
        raise NotImplementedError

    def take_back(self, kind: Kind, ref: PublishedRef) -> str:
        """Let one of those who did `kind` to a post take it back; return whose account it is."""
        raise NotImplementedError

    def typed(self) -> Mapping[str, str]:
        """Return what a person types to connect the account under test."""
        raise NotImplementedError

    def agree(self, url: str) -> Mapping[str, str]:
        """Agree, as a person does at the address of a sign-in; return the query with which one comes back."""
        raise NotImplementedError

    def transport(self) -> Transport | None:
        """Return what carries the requests of a sign-in."""
        return self.wire

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        """Let others react to a post; return instants, in order, by which ever more has happened."""
        raise NotImplementedError

    def close(self) -> None:  # noqa: B027  (most cases have nothing to put away)
        """Put the stage away."""


def all_cases() -> dict[str, type[ConnectorCase]]:
    """Return the case of each connected network, by its key: the first that its `case.py` defines."""
    return {network.key: _case_of(network.key) for network in connected()}


def _case_of(key: str) -> type[ConnectorCase]:
    module = import_module(f"tests.networks.{key}.case")  # late: cases import this module
    own = (found for found in vars(module).values() if getattr(found, "__module__", "") == module.__name__)
    return next(found for found in own if isinstance(found, type) and issubclass(found, ConnectorCase))


def having(ability: Callable[[Capabilities], object]) -> pytest.MarkDecorator:
    """Run a test for each network whose capabilities have `ability`."""
    keys = [key for key in all_cases() if ability(connector_class(key).capabilities)]
    return pytest.mark.parametrize("case", keys, indirect=True)
