"""State graphs are checked before anything can rest on them."""

import pytest

from portevoix.core.states import StateGraph

DOOR = StateGraph("door", initial="open", edges={"open": ("shut",), "shut": ("open", "walled"), "walled": ()})


def test_a_graph_knows_what_may_follow() -> None:
    assert DOOR.allows("open", "shut")
    assert not DOOR.allows("open", "walled")
    assert not DOOR.allows("walled", "open")


def test_a_graph_knows_where_a_state_comes_from_and_where_it_ends() -> None:
    assert DOOR.states == ("open", "shut", "walled")
    assert DOOR.sources("open") == ("shut",)
    assert DOOR.final == {"walled"}


def test_a_state_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match=r"undeclared states \['ajar'\]"):
        StateGraph("door", initial="open", edges={"open": ("ajar",)})


def test_an_initial_state_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="undeclared"):
        StateGraph("door", initial="ajar", edges={"open": ()})


def test_a_state_that_nothing_leads_to_is_refused() -> None:
    with pytest.raises(ValueError, match=r"nothing leads to \['walled'\]"):
        StateGraph("door", initial="open", edges={"open": ("open",), "walled": ("open",)})


def test_a_graph_cannot_be_changed_after_its_check() -> None:
    with pytest.raises(TypeError):
        DOOR.edges["open"] = ("walled",)  # type: ignore[index]  # that is what is tried
