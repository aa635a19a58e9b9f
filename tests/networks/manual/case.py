"""The manual network as a case of the contract."""

from portevoix.networks.connector import Options
from portevoix.networks.manual.connector import ManualConnector
from tests.networks.contract import ConnectorCase


class ManualCase(ConnectorCase):
    """An account somewhere, in a person's hands."""

    def connector(self) -> ManualConnector:
        return ManualConnector({"text_length": 100})

    def bad_options(self) -> list[Options]:
        return [{"text_length": 0}, {"text_length": "long"}, {"text_length": True}, {"token": "x"}]
