"""What an account's calls cost this month, in words and US dollars, and the form that sets how much they may."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from portevoix.measures.metric import Unit
from portevoix.networks.metering import ceiling_of, month_of, spent
from portevoix.networks.models import Connection, Spending
from portevoix.networks.prices import PricesRefused, is_priced
from portevoix.web import telling

CHARGED: Final = {
    "content_create": gettext_noop("post or reply"),
    "content_create_url": gettext_noop("post with an address"),
    "content_manage": gettext_noop("post taken away"),
    "interaction_create": gettext_noop("repost sent"),
    "interaction_delete": gettext_noop("repost taken back"),
    "media_metadata": gettext_noop("description of a picture"),
    "owned_read": gettext_noop("own post or mention read"),
    "post_read": gettext_noop("other post read"),
    "user_read": gettext_noop("profile read"),
}
"""What the lists of prices that are delivered charge for."""


@dataclass(frozen=True)
class Costs:
    """What an account's calls cost this month, what they may, and on what, each in US dollars.

    `problem` says why the network is not called: what it charges cannot be read.
    """

    spent: str
    ceiling: str
    share: int
    lines: tuple[tuple[str, int, str], ...]
    form: forms.Form
    problem: str


class CeilingForm(forms.Form):
    """How much an account's calls may cost in a month."""

    amount = forms.DecimalField(
        label=_("Ceiling a month, in US dollars"), min_value=0, max_digits=9, decimal_places=2
    )


def costs_of(connection: Connection, *, now: datetime) -> Costs | None:
    """Return what the calls of a connection cost in the month of `now`; None where its network charges nothing."""
    problem = ""
    try:
        if not is_priced(connection.account.network):
            return None
    except PricesRefused as refused:
        problem = refused.advice
    used, ceiling = spent(connection, now), ceiling_of(connection)
    rows = Spending.objects.filter(account=connection.account_id, month=month_of(now)).order_by("-amount")
    return Costs(
        spent=_dollars(used),
        ceiling=_dollars(ceiling),
        share=min(100, round(100 * used / ceiling)) if ceiling else 100,
        lines=tuple((_charged(row.what), row.count, _dollars(row.amount)) for row in rows),
        form=CeilingForm(initial={"amount": ceiling.quantize(Decimal("0.01"))}),
        problem=problem,
    )


def _charged(what: str) -> str:
    """Return what was charged in words; a list of the company's own may charge for things without any here."""
    return gettext(CHARGED[what]) if what in CHARGED else what.replace("_", " ")


def _dollars(amount: Decimal) -> str:
    return f"{telling.figure(float(amount), Unit.RATIO)}\N{NO-BREAK SPACE}$"
