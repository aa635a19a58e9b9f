"""The one door from `measures` to an engine: values of every line of a month. Pages never load this module."""

from collections.abc import Callable, Sequence
from datetime import datetime

from portevoix.core.patience import Patience
from portevoix.core.periods import Month
from portevoix.ledger import engine as engines
from portevoix.ledger.actions.project import project
from portevoix.measures.basis import Basis, months_of
from portevoix.measures.evaluate import Question, evaluate, settle
from portevoix.measures.metric import Value

LineValues = dict[tuple[int, int | None], dict[str, Value]]
"""{(brand id, voice id or None): {metric id: value}}."""


def compute(
    bases: Sequence[Basis],
    month: Month,
    *,
    now: Callable[[], datetime],
    engine: str,
    patience: Patience,
    known_until_us: int | None = None,
) -> dict[Month, LineValues]:
    """Return the settled values of every line of `bases` in `month` and in the one before.

    Facts are those that count at present or, with `known_until_us`, those that counted then. `engine` is a name of
    `ledger.engine.ENGINES`; empty, the one of the settings. Raises ProjectionUnderWay when another process is
    still writing the projection after `patience`.
    """
    project(now=now, patience=patience)
    return {each: _computed(bases, each, engine, known_until_us) for each in months_of(month)}


def _computed(bases: Sequence[Basis], month: Month, engine: str, known_until_us: int | None) -> LineValues:
    lines = tuple(line for basis in bases for line in basis.lines[month])
    question = Question(
        lines=lines,
        held=tuple(held for basis in bases for held in basis.held),
        brand_ids=tuple(basis.brand.pk for basis in bases),
        known_until_us=known_until_us,
    )
    with engines.opened(engine) as opened:
        found = evaluate(opened, question)
    covered = {basis.brand.pk: basis.covered[month] for basis in bases}
    return {
        (line.brand_id, line.voice_id): settle(line, values, covered[line.brand_id])
        for line, values in zip(lines, found, strict=True)
    }
