"""Any day with direct calls beside the queue's, any phones, any buttons: nobody stuck, nothing left (R-LINE-4)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.events import CallEnd, OfferState
from ivr.domain.ids import AgentId
from tests.unit.acd.world import GENERALIST, MATE, OWNER
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import DIRECT, GENERAL, SmallHelpline
from tests.unit.virtual_time import run_virtual

DAY_S: Final = 150.0
PEOPLE: Final = (OWNER, MATE, GENERALIST)
REDIRECTED: Final = {OfferState.NO_ANSWER, OfferState.BUSY, OfferState.REJECTED}


@dataclass(frozen=True)
class Caller:
    """Comes at ``at_s``, and goes ``stays_s`` later unless somebody has answered and hung up before."""

    dnis: str
    at_s: float
    stays_s: float


@dataclass(frozen=True)
class Press:
    """Somebody does something at the toolbar."""

    who: AgentId
    at_s: float
    wants: AgentState


instants = st.one_of(st.floats(0, DAY_S), st.sampled_from([0.0, 1.0, 1.1, 15.0, 16.0, 30.0, 31.0]))
phones = st.builds(
    Phone,
    st.sampled_from(["answer", "ring", "reject", "silent", "unregistered"]),
    st.sampled_from([0.0, 0.05, 1.0, 14.99]),
    st.sampled_from([None, 0.0, 5.0, 20.0]),
)
callers = st.builds(Caller, st.sampled_from([DIRECT, DIRECT, GENERAL]), instants, st.floats(0, DAY_S))
presses = st.builds(Press, st.sampled_from(PEOPLE), instants, st.sampled_from([*AgentState][:3]))
staffs = st.tuples(*(phones for _ in PEOPLE))


def _press(line: SmallHelpline, press: Press) -> None:
    if line.row(press.who).state is AgentState.LOGGED_OUT:
        line.agent(press.who, line.pbx.phones[f"PJSIP/{7000 + press.who}"])
    else:
        line.ask(press.who, press.wants, "Lunch" if press.wants is AgentState.NOT_READY else None)


async def _story(people: list[Caller], staff: tuple[Phone, ...], pressed: list[Press]) -> None:
    line = SmallHelpline()
    line.pbx.phones = {f"PJSIP/{7000 + who}": phone for who, phone in zip(PEOPLE, staff, strict=True)}
    for number, caller in enumerate(people):
        line.at(caller.at_s, partial(line.caller_arrives, f"c{number}", caller.dnis))
        line.at(caller.at_s + caller.stays_s, partial(line.pbx.hangs_up, f"c{number}"))
    for press in pressed:
        line.at(press.at_s, partial(_press, line, press))
    for _ in range(int(DAY_S / 10)):
        await asyncio.sleep(10)
        await line.switchboard.reconcile()
    assert line.switchboard.defects == 0
    assert not line.pbx.continued
    _nobody_is_redirected_by_a_direct_call(line)
    await line.over()
    assert {call.end for call in line.calls()} <= {CallEnd.ANSWERED, CallEnd.ABANDONED_MENU, CallEnd.ABANDONED_QUEUE}


def _nobody_is_redirected_by_a_direct_call(line: SmallHelpline) -> None:
    """As many people are Not Ready for no answer as offers of the queue came back."""
    redirected = [fact for fact in line.store.rows.agent_facts if fact.code == SystemReason.NO_ANSWER]
    in_states = [fact for fact in redirected if fact.before is AgentState.RESERVED]
    assert len(in_states) == len([offer for offer in line.offers() if offer.state in REDIRECTED])


@given(st.lists(callers, min_size=1, max_size=5), staffs, st.lists(presses, max_size=8))
@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happens_nobody_is_stuck(people: list[Caller], staff: tuple[Phone, ...], pressed: list[Press]) -> None:
    """R-LINE-4, R-RONA-1, R-STATE-4, R-WAIT-6: no fault, no defect that only the reconciler finds, nothing left."""
    with capture_logs() as logs:
        run_virtual(_story(people, staff, pressed))
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
