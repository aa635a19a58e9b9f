"""The catalogue: the closed list of metrics, in the order in which tables show them."""

from typing import Final

from portevoix.measures.catalogue import audience, published, received
from portevoix.measures.metric import Grain, Metric

METRICS: Final[tuple[Metric, ...]] = (*audience.METRICS, *received.METRICS, *published.METRICS)
BY_ID: Final = {metric.id: metric for metric in METRICS}


def of_grain(grain: Grain) -> tuple[Metric, ...]:
    """Return the metrics that aggregate the relation of `grain`."""
    return tuple(metric for metric in METRICS if metric.grain is grain)


def version() -> str:
    """Return a text that changes whenever a metric is added, removed or changes its version."""
    return " ".join(f"{metric.id}:{metric.version}" for metric in METRICS)
