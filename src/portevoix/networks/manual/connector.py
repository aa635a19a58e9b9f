"""The manual door: it prepares what a person posts, and takes back the link."""

from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.core.http import Transport
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import Capabilities, Draft, Limits, PublishedRef, TextMeasure
from portevoix.networks.errors import NotSupported
from portevoix.networks.manual import text as counting
from portevoix.networks.manual.config import ASKS, read_limits
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.text import whole_text

LONGEST_LINK = 500


class ByHand(NotSupported):
    """Nothing is sent by itself on this network: a person posts it."""

    @property
    def advice(self) -> str:
        """Return what to do, for the person."""
        return _(
            "Porte-voix cannot post here by itself. Copy the prepared text, post it yourself, "
            "then paste the link of your post back here."
        )


def prepared_text(draft: Draft) -> str:
    """Return all of `draft` as one text, to be copied and posted by a person."""
    return whole_text(draft)


def ref_from_link(link: str) -> PublishedRef:
    """Return where a publication is, from the link that a person pasted back. Raises UserError if it is none."""
    wrong = UserError(_("This is not the link of a post. Copy it from your browser’s address bar."))
    try:
        parts = urlsplit(link.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    is_link = parts.scheme in ("http", "https") and "." in host.strip(".") and "@" not in parts.netloc
    if not is_link or len(link) > LONGEST_LINK or any(letter.isspace() for letter in link.strip()):
        raise wrong
    place = host if port is None else f"{host}:{port}"
    url = urlunsplit((parts.scheme, place, parts.path or "/", parts.query, parts.fragment))
    return PublishedRef(url, url)


class ManualConnector(Connector):
    """An account on a network without a usable API. Its one option is `text_length`; it has no credentials."""

    key = "manual"
    asks = ASKS
    capabilities = Capabilities(is_manual=True, reaches_network=False)

    def __init__(
        self,
        options: Options,
        credentials: str = "",
        *,
        transport: Transport | None = None,
        meter: Meter = UNMETERED,
    ) -> None:
        super().__init__(options, credentials, transport=transport, meter=meter)
        self._limits = read_limits(options)

    def limits(self, now: datetime) -> Limits:
        """Return the limits that somebody gave for this account."""
        return self._limits

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text`, against the account's own limit if none is given."""
        return counting.measure(text, limits or self._limits)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Raise ByHand, whose advice tells the person what to do."""
        raise ByHand("manual has no publish")
