"""The states of what the ledger writes to disk."""

from portevoix.core.states import StateGraph

SEGMENT = StateGraph(
    "segment",
    initial="writing",
    edges={
        "writing": ("live", "grown"),
        "grown": ("live",),  # written while the projection is regrown: live once all of it is
        "live": ("superseded",),
        "superseded": (),
    },
)
