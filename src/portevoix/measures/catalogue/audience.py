"""How many follow, at the time of it: the end of the month against its start."""

from typing import Final

from django.utils.translation import gettext_noop as _

from portevoix.measures.metric import Basis, Grain, Metric, Opens, Unit
from portevoix.networks.contracts import Counted

METRICS: Final = (
    Metric(
        id="audience_size",
        version=1,
        grain=Grain.AUDIENCE,
        basis=Basis.READ,
        unit=Unit.COUNT,
        opens=Opens.READINGS,
        label=_("Network size"),
        formula=_(
            "Followers at the last reading of the month, summed over the voice's accounts; of an account that "
            "changed hands, at the last reading while the voice held it."
        ),
        is_not=_("Not unique people: somebody who follows two accounts counts twice."),
        expression=lambda accounts: accounts.followers_end.sum(),
        counted=Counted.FOLLOWERS,
    ),
    Metric(
        id="audience_growth",
        version=2,
        grain=Grain.AUDIENCE,
        basis=Basis.READ,
        unit=Unit.COUNT,
        opens=Opens.READINGS,
        label=_("Network growth"),
        formula=_(
            "Followers at the end of the month minus followers at its start, over the accounts read at both; "
            "of an account that changed hands, from the last reading before the voice took it over to the last "
            "one while it held it. Readings from more than a month before the month are not used."
        ),
        is_not=_("Not the number of new followers: those who left are taken off."),
        expression=lambda accounts: accounts.growth.sum(),
        counted=Counted.FOLLOWERS,
    ),
    Metric(
        id="audience_growth_rate",
        version=2,
        grain=Grain.AUDIENCE,
        basis=Basis.READ,
        unit=Unit.PERCENT,
        opens=Opens.READINGS,
        label=_("Network growth rate"),
        formula=_("Network growth in per cent of the followers from which it starts."),
        is_not=_("Not comparable between a small network and a large one."),
        expression=lambda accounts: (
            accounts.growth.sum().cast("float64") * 100 / accounts.followers_start.sum().nullif(0)
        ),
        counted=Counted.FOLLOWERS,
    ),
)
