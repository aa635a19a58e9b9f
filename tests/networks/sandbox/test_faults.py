"""Faults of the sandbox are ordered, happen once, and mean the same for every call."""

import pytest

from portevoix.networks.contracts import (
    Draft,
    Gesture,
)
from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.sandbox.connector import SandboxConnector
from portevoix.networks.sandbox.faults import Fault
from tests.networks import walk
from tests.networks.sandbox.case import SandboxCase
from tests.networks.sandbox.stage import HOUR, MINUTE, NOW, Stage, counts, publish

ON_DEMAND: list[tuple[Fault, type[NetworkError], type[NetworkError], bool]] = [
    (Fault.UNREACHABLE, Unreachable, Unreachable, False),
    (Fault.LOST_ANSWER, OutcomeUnknown, Unreachable, True),
    (Fault.RATE_LIMITED, RateLimited, RateLimited, False),
    (Fault.REFUSED, ContentRefused, Unreachable, False),
    (Fault.GARBLED, OutcomeUnknown, UnexpectedReply, True),
    (Fault.SLOW, OutcomeUnknown, Unreachable, True),
]


def test_every_fault_that_is_felt_can_be_ordered() -> None:
    assert {one[0] for one in ON_DEMAND} == set(Fault) - {Fault.PROCESSING}


@pytest.mark.parametrize(("fault", "writing", "reading", "is_done"), ON_DEMAND)
def test_a_fault_on_demand_happens_once(
    stage: Stage, fault: Fault, writing: type[NetworkError], reading: type[NetworkError], is_done: bool
) -> None:
    stage.backstage.order("marion", fault, times=2, said="Not like this.")
    with pytest.raises(writing):
        stage.marion.publish(Draft("Text."), key="k", now=NOW)
    with pytest.raises(reading):
        stage.marion.read_posts("", NOW)
    assert bool(stage.marion.find(Draft("Text."), key="k", since=NOW, now=NOW + HOUR)) is is_done


@pytest.mark.parametrize(("fault", "writing", "reading", "is_done"), ON_DEMAND)
@pytest.mark.parametrize("name", walk.claimed(SandboxConnector.capabilities))
@pytest.mark.parametrize("case", ["sandbox"], indirect=True)
def test_a_fault_on_demand_means_the_same_for_every_call(
    case: SandboxCase,
    door: SandboxConnector,
    name: str,
    fault: Fault,
    writing: type[NetworkError],
    reading: type[NetworkError],
    is_done: bool,
) -> None:
    walk.walk(case, door, name, lambda: case.backstage.order("marion", fault), (writing, reading))


def test_a_fault_meets_the_call_and_the_account_that_it_was_ordered_for(stage: Stage) -> None:
    stage.backstage.order("marion", Fault.UNREACHABLE, verb="publish")
    stage.backstage.order("marion", Fault.UNREACHABLE, verb="events")
    stage.paul.verify(NOW)
    publish(stage.paul, "Not me.")
    stage.marion.verify(NOW)
    with pytest.raises(Unreachable):
        publish(stage.marion, "Me.")
    stage.backstage.calm("marion")
    assert stage.marion.read_events("", NOW).items


def test_a_lost_answer_on_any_write_was_carried_out(stage: Stage) -> None:
    ref = publish(stage.marion, "Before.")
    for verb in ("edit", "give", "remove"):
        stage.backstage.order("marion", Fault.LOST_ANSWER, verb=verb)
    with pytest.raises(OutcomeUnknown):
        stage.marion.update(ref, Draft("After."), now=NOW + MINUTE)
    assert stage.marion.read_thread(ref, NOW + HOUR)[0].text == "After."
    with pytest.raises(OutcomeUnknown):
        stage.marion.give(Gesture.FOLLOW, "paul", now=NOW)
    assert counts(stage.paul, ref, NOW + HOUR)["followers"] == 1
    with pytest.raises(OutcomeUnknown):
        stage.marion.withdraw(ref, now=NOW + HOUR)
    assert stage.marion.read_posts("", NOW + HOUR).items == ()
