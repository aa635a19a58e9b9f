"""What a manual account may know: how long a text its network takes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked, Limits
from portevoix.networks.errors import OptionsRefused

KNOWN = frozenset({"text_length"})
ASKS = (
    Asked(
        "text_length",
        gettext_noop("Longest text, in characters"),
        gettext_noop("Leave it empty where the network sets no limit."),
        is_number=True,
    ),
)


def read_limits(options: Options) -> Limits:
    """Return the limits that `options` tell: `text_length`, a whole number from 1, or nothing.

    Raises OptionsRefused.
    """
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("A manual account knows no option “%(name)s”.") % {"name": min(unknown)})
    length = options.get("text_length")
    if length is None:
        return Limits()
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        raise OptionsRefused(_("The longest text of a manual account is a whole number, 1 or more."))
    return Limits(text_length=length)
