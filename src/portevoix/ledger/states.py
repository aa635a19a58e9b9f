"""The states of what the ledger writes to disk."""

from portevoix.core.states import StateGraph

SEGMENT = StateGraph(
    "segment",
    initial="writing",
    edges={"writing": ("live",), "live": ("superseded",), "superseded": ()},
)
