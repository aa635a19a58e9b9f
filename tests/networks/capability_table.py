"""The table of `docs/networks/capabilities.md`, written from what the contract suite holds connectors to."""

from collections.abc import Iterable
from pathlib import Path

from portevoix.ledger.actions.recount import MOST_FOLLOWERS
from portevoix.networks.contracts import Capabilities, Counted, Gesture, Kind, Looking, Proof
from portevoix.networks.registry import NETWORKS, Network, connector_class

FILE = Path(__file__).parents[2] / "docs" / "networks" / "capabilities.md"
WRITE = "PORTEVOIX_WRITE_DOCS"
YES, NO = "yes", "–"
COLUMNS = (
    *("network", "publishes", "changes", "withdraws", "after a lost answer", "tells who did what"),
    *(
        "tells how many",
        f"notices what was taken back (of up to {MOST_FOLLOWERS:,})",
        "reads own posts",
        "reads profiles",
        "reads threads",
    ),
    *("gives", "pictures", "quotes", "public lists", "tried against"),
)
LOOKING = {
    Looking.KEYED: "asked again by key",
    Looking.FINDABLE: "looked for",
    Looking.NEITHER: "a person decides",
}
PROOF = {
    Proof.REAL: "its own software",
    Proof.ASKED: "its own software, where asked for",
    Proof.DESCRIPTION: "its own description",
    Proof.EXAMPLES: "its documented examples",
}
HEAD = f"""# What each network can do

This table is written by the tests (`make docs` renews it). What it says of a connected
network is tried by the contract that every connector passes (`tests/networks/test_contract.py`): what is
claimed works, and what is not is refused with advice. *Import only*: accounts exist, and their facts come from
files. *By hand*: the text is prepared, a person posts it and pastes the link back; figures come by file.
*Notices what was taken back*: once a day. Of accounts of which more than {MOST_FOLLOWERS:,} followers are known
nobody asks who still follows, nor, of a post with as many acts of a kind, which of them still stand.
*Tried against*: the network's own software runs in `make test-servers`, or does so *where asked for*
(`CONTRIBUTING.md` says how), not in every run; or a stand-in holds every request and reply to the network's own
machine-readable description; or a stand-in was built from the examples of its documentation. Of the last two,
the network itself was never called. Each network's `NOTES.md` cites the pages.

"""


def words(values: Iterable[Kind | Counted | Gesture], every: Iterable[Kind | Counted | Gesture]) -> str:
    """Return the names of `values` in the order of `every`; 'all' when none is missing."""
    chosen, known = set(values), list(every)
    if chosen == set(known):
        return "all"
    return ", ".join(str(one).replace("_", " ") for one in known if one in chosen) or NO


def _mark(is_so: bool) -> str:
    return YES if is_so else NO


def cells(can: Capabilities) -> list[str]:
    """Return the cells of one connected network, after its name."""
    return [
        "by hand" if can.is_manual else _mark(can.can_publish),
        _mark(can.can_update),
        _mark(can.can_withdraw),
        LOOKING[can.looking] if can.can_publish else NO,
        words(can.event_kinds, Kind),
        words(can.readings, Counted),
        words(can.standing_kinds, Kind),
        _mark(can.can_read_posts),
        _mark(can.can_read_profiles),
        _mark(can.can_read_threads),
        words(can.gestures, Gesture),
        _mark(can.can_upload),
        _mark(can.can_quote),
        _mark(can.can_keep_lists),
        PROOF[can.proof] if can.reaches_network else "inside the product",
    ]


def row(network: Network) -> str:
    """Return one line of the table."""
    if network.is_import_only:
        rest = ["import only", *[NO] * (len(COLUMNS) - 2)]
    else:
        rest = cells(connector_class(network.key).capabilities)
    return f"| {' | '.join([f'**{network.label}**', *rest])} |"


def capability_table() -> str:
    """Return the whole page."""
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    lines += [row(network) for network in NETWORKS.values()]
    return HEAD + "\n".join(lines) + "\n"
