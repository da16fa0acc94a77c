"""Any caller at all: whatever is keyed, whenever, and whenever they hang up, against any phones.

Every call ends at a person or with the caller's hang-up; none asks for ever; nothing is left behind.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ivr.domain.agents import AgentState
from ivr.domain.cases import Client, OpenCase
from ivr.domain.events import CallEnd, CallState
from ivr.domain.ids import CaseId, ClientId
from tests.unit.acd.world import APPLICATIONS, GENERALIST, GENERALIST_2, MATE, OWNER, PAYROLL, THIRD_PARTY, WELSH
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import APPLICATIONS_LINE, EMPLOYERS, GENERAL, WELSH_LINE, SmallHelpline
from tests.unit.virtual_time import now, run_virtual

SCIN = "120000000019"
LONGEST_DIALOGUE_S = 400.0
"""Two attempts at the menu and at the SCIN, every prompt heard out, every digit at the last moment."""

keys = st.one_of(
    st.text("0123456789*#", max_size=14), st.sampled_from(["1" + SCIN, "1", SCIN, "2", "3", "4", "1999999999999", "*#"])
)
behaviours = st.sampled_from(["answer", "ring", "reject", "silent", "unregistered"])
phones = st.builds(Phone, behaviours, st.sampled_from([0.0, 0.05, 1.0, 14.99]), st.sampled_from([None, 0.0, 5.0]))


@dataclass(frozen=True)
class Caller:
    """``presses``: seconds from one press to the next, and what is keyed; ``goes_at_s``: None stays."""

    dnis: str
    presses: tuple[tuple[float, str], ...]
    goes_at_s: float | None


callers = st.builds(
    Caller,
    st.sampled_from([GENERAL, GENERAL, APPLICATIONS_LINE, EMPLOYERS, WELSH_LINE]),
    st.lists(st.tuples(st.floats(0, 30), keys), max_size=8).map(tuple),
    st.one_of(st.none(), st.floats(0, 200)),
)
STAFF = (OWNER, MATE, GENERALIST, APPLICATIONS, WELSH, PAYROLL, THIRD_PARTY)
staffs = st.lists(st.tuples(st.sampled_from(STAFF), phones), max_size=4, unique_by=lambda one: one[0])


def _known(line: SmallHelpline) -> None:
    case = OpenCase(CaseId(1), "9001", date(2026, 1, 1), OWNER, "M1", "Maintenance", "rp")
    line.store.clients[SCIN] = Client(ClientId(7), "cmg", (case,))


async def _lives(line: SmallHelpline, channel_id: str, caller: Caller) -> None:
    """One caller's keys, and perhaps their hang-up."""
    began = now()
    if caller.goes_at_s is not None:
        line.at(caller.goes_at_s, lambda: line.pbx.hangs_up(channel_id))
    for pause_s, digits in caller.presses:
        await asyncio.sleep(pause_s)
        if channel_id in line.pbx.channels:
            line.pbx.keys(channel_id, digits)
    await asyncio.sleep(max(0.0, began + LONGEST_DIALOGUE_S - now()))


async def _story(people: list[Caller], staff: list[tuple[object, Phone]]) -> None:
    line = SmallHelpline()
    _known(line)
    for agent_id, phone in staff:
        line.agent(agent_id, phone)  # type: ignore[arg-type]  # ids as drawn
    names = [f"c{number}" for number in range(len(people))]
    for name, caller in zip(names, people, strict=True):
        line.caller_arrives(name, caller.dnis)
    await asyncio.gather(*(_lives(line, name, caller) for name, caller in zip(names, people, strict=True)))
    for name, caller in zip(names, people, strict=True):
        _came_to_something(line, name, caller)
    await _everybody_is_served(line)
    assert not line.pbx.continued
    await line.over()


def _came_to_something(line: SmallHelpline, name: str, caller: Caller) -> None:
    """By now: waiting for a person or with one, or ended; and asked at most twice for each thing."""
    call = line.call(name)
    assert call.state in {CallState.WAITING, CallState.RINGING, CallState.TALKING, CallState.ENDED}
    if call.state is CallState.ENDED:
        assert call.end is CallEnd.ANSWERED or caller.goes_at_s is not None
    heard = [prompt.split("/")[1] for prompt in line.heard(name) if "/" in prompt]
    assert sum(prompt == "menu-existing-case" for prompt in heard) <= 2
    assert sum(prompt == "ask-scin" or prompt.startswith("scin-") for prompt in heard) <= 2


async def _everybody_is_served(line: SmallHelpline) -> None:
    """Who still waits reaches the first person who comes: by overflow, at the latest, everybody can be helped."""
    for agent_id in (GENERALIST_2, PAYROLL, WELSH):
        endpoint = f"PJSIP/{7000 + agent_id}"
        line.pbx.phones[endpoint] = Phone(after_s=1, talks_s=1)
        if line.row(agent_id).endpoint == "":
            line.agent(agent_id, line.pbx.phones[endpoint])

    def waits() -> bool:
        return any(call.state in {CallState.WAITING, CallState.RINGING} for call in line.calls())

    for _ in range(60):
        for agent_id in (GENERALIST_2, PAYROLL, WELSH):
            _ready(line, agent_id)
        await asyncio.sleep(20)
        if not waits():
            return
    raise AssertionError([call for call in line.calls() if call.state is not CallState.ENDED])


def _ready(line: SmallHelpline, agent_id: object) -> None:
    row = line.row(agent_id)  # type: ignore[arg-type]  # as above
    if row.state in {AgentState.NOT_READY, AgentState.AFTER_CALL_WORK}:
        line.ask(row.agent_id, AgentState.AVAILABLE)


@given(people=st.lists(callers, min_size=1, max_size=3), staff=staffs)
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_every_call_ends_at_a_person_or_with_the_callers_hang_up(
    people: list[Caller], staff: list[tuple[object, Phone]]
) -> None:
    """R-MENU-4, R-DTMF-3, R-RONA-4, R-WAIT-1: no dead end, no endless loop, nobody stuck, nothing left."""
    with capture_logs() as logs:
        run_virtual(_story(people, staff))
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
