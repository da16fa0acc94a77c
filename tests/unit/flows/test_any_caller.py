"""Any caller at all: any line, whatever is keyed, whenever; whoever answers, comes, goes; whenever the line closes.

Every call ends at a person, with a message that says why not, or with the caller's hang-up. Nobody is left in silence,
nobody is asked for ever, nothing is left behind, and no log has what was keyed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ivr.domain.agents import AgentState
from ivr.domain.cases import Client, OpenCase
from ivr.domain.events import CallEnd, CallState
from ivr.domain.ids import AgentId, CaseId, ClientId, EmployerId
from ivr.domain.lines import Entry, Line
from ivr.domain.opening import Doors
from ivr.domain.waiting import Place
from ivr.records.look_ups import EmployerRecord
from tests.unit import small_helpline
from tests.unit.acd.world import APPLICATIONS, GENERALIST, GENERALIST_2, MATE, OWNER, PAYROLL, THIRD_PARTY, WELSH
from tests.unit.fake_pbx import Phone
from tests.unit.flows.earshot import SILENCE_S, Earshot, times_said
from tests.unit.small_helpline import APPLICATIONS_LINE, DIRECT, EMPLOYERS, GENERAL, WELSH_LINE, SmallHelpline
from tests.unit.virtual_time import now, run_virtual

CASES_LINE, THIRD_PARTY_LINE, NOWHERE = "03069990111", "03069990112", "03069990999"
MORE_LINES: Final = {
    CASES_LINE: Line("cases", (CASES_LINE,), "nicms", "en", Entry.EXISTING_CASE, "always"),
    THIRD_PARTY_LINE: Line("third-parties", (THIRD_PARTY_LINE,), "cmg", "cy", Entry.THIRD_PARTY, "always"),
}
NUMBERS: Final = (
    GENERAL, GENERAL, APPLICATIONS_LINE, EMPLOYERS, WELSH_LINE, CASES_LINE, THIRD_PARTY_LINE, DIRECT, NOWHERE,
)  # fmt: skip
"""A number for each way in; a further entry kind is a further number here."""
ONE_CASE, SEVERAL, GROUP, NO_CASE = "120000000019", "120000000027", "120000000035", "120000000085"
ERN, EARN, TRN = "340000000011", "440000000037", "560000000013"
TWINS_BORN, YOUNG_BORN = "14032012", "30062018"
REFERENCES = (ONE_CASE, SEVERAL, GROUP, NO_CASE, ERN, EARN, TRN, "999999999999", TWINS_BORN, YOUNG_BORN, "31022012")
LONGEST_DIALOGUE_S = 300.0
"""Two attempts at the menu, the SCIN and a date of birth, every prompt heard out, every digit at the last moment."""
ASKED_AT_MOST = {"menu": 2, "scin": 2, "date of birth": 2, "ern": 2, "trn": 2, "greeting": 1, "way on": 1, "closed": 2}
"""R-MENU-4, R-DTMF-1: attempts; the closed message in each language."""
WELSH_FIRST: Final = {WELSH_LINE, THIRD_PARTY_LINE}
"""R-MENU-1: greeted in Welsh, then in English."""

keys = st.one_of(
    st.text("0123456789*#", max_size=14),
    st.sampled_from(["1", "2", "3", "4", "#", "*#", "3#"]),
    st.sampled_from(REFERENCES),
    st.builds("{}{}{}".format, st.sampled_from("13"), st.sampled_from(REFERENCES), st.sampled_from(["", *REFERENCES])),
    st.builds("1{}{}".format, st.just(SEVERAL), st.sampled_from(["", TWINS_BORN, YOUNG_BORN, "31022012", "1203"])),
)
behaviours = st.sampled_from(["answer", "ring", "reject", "silent", "unregistered"])
phones = st.builds(Phone, behaviours, st.sampled_from([0.0, 0.05, 1.0, 14.99]), st.sampled_from([None, 0.0, 5.0]))


@dataclass(frozen=True)
class Caller:
    """``presses``: seconds from one press to the next, and what is keyed; ``goes_at_s``: None stays."""

    dnis: str
    presses: tuple[tuple[float, str], ...]
    goes_at_s: float | None


@dataclass(frozen=True)
class Shift:
    """Something an agent does at the toolbar."""

    at_s: float
    agent_id: AgentId
    wants: AgentState


callers = st.builds(
    Caller,
    st.sampled_from(NUMBERS),
    st.lists(st.tuples(st.one_of(st.floats(0, 20), st.sampled_from([0.1, 1.0, 3.9, 5.9, 6.1])), keys), max_size=8).map(
        tuple
    ),
    st.one_of(st.none(), st.floats(0, 200)),
)
STAFF = (OWNER, MATE, GENERALIST, APPLICATIONS, WELSH, PAYROLL, THIRD_PARTY)
staffs = st.lists(st.tuples(st.sampled_from(STAFF), phones), max_size=4, unique_by=lambda one: one[0])
wishes = st.sampled_from([AgentState.AVAILABLE, AgentState.NOT_READY, AgentState.LOGGED_OUT])
shifts = st.lists(st.builds(Shift, st.floats(0, 200), st.sampled_from(STAFF), wishes), max_size=6)
closings = st.one_of(st.none(), st.tuples(st.floats(0, 150), st.sampled_from([Doors.CLOSED, Doors.HOLIDAY])))


@dataclass(frozen=True)
class Day:
    """What happens on one day. ``closes``: when, and why."""

    people: list[Caller]
    staff: list[tuple[AgentId, Phone]]
    shifts: list[Shift]
    closes: tuple[float, Doors] | None


days = st.builds(Day, st.lists(callers, min_size=1, max_size=3), staffs, shifts, closings)


def _case(number: int, owner: AgentId | None, role: str = "rp") -> OpenCase:
    opened_on = date(2026, 1, number)
    return OpenCase(CaseId(number), f"90{number}", opened_on, owner, "M1", "Maintenance", role)  # type: ignore[arg-type]


def _records(line: SmallHelpline) -> None:
    """Somebody under each reference; twins in two cases of two owners."""
    twins, young = date(2012, 3, 14), date(2018, 6, 30)
    line.store.clients = {
        ONE_CASE: Client(ClientId(1), "cmg", (_case(1, OWNER),)),
        SEVERAL: Client(ClientId(2), "cmg", (_case(2, OWNER), _case(3, MATE), _case(4, None))),
        GROUP: Client(ClientId(3), "nicms", (_case(5, MATE, "pp"), _case(6, MATE, "pp"))),
        NO_CASE: Client(ClientId(4), "cmg", ()),
    }
    line.store.born = {CaseId(2): (twins,), CaseId(3): (twins, date(2015, 1, 1)), CaseId(4): (young,)}
    line.store.employers = {
        ERN: EmployerRecord(EmployerId(1), None, PAYROLL),
        EARN: EmployerRecord(None, 1, None),
    }
    line.store.representatives = {TRN: 1}


# --- what people do -----------------------------------------------------------------------------------------------


async def _lives(line: SmallHelpline, caller: Caller, ear: Earshot) -> None:
    """One caller's keys, and perhaps their hang-up."""
    began, channel_id = now(), ear.channel_id
    line.caller_arrives(channel_id, caller.dnis)
    if caller.goes_at_s is not None:
        line.at(caller.goes_at_s, lambda: line.pbx.hangs_up(channel_id))
    for pause_s, digits in caller.presses:
        await asyncio.sleep(pause_s)
        if channel_id in line.pbx.channels:
            line.pbx.keys(channel_id, digits)
            ear.pressed_at = now() + 0.1 * len(digits)
    await asyncio.sleep(max(0.0, began + LONGEST_DIALOGUE_S - now()))


def _wants(line: SmallHelpline, shift: Shift) -> None:
    """Presses the button, if the toolbar lets them: only who is logged out can log in."""
    if line.row(shift.agent_id).state is not AgentState.LOGGED_OUT:
        line.ask(shift.agent_id, shift.wants, "Break" if shift.wants is AgentState.NOT_READY else None)
    elif shift.wants is AgentState.AVAILABLE:
        line.agent(shift.agent_id, line.pbx.phones.get(f"PJSIP/{7000 + shift.agent_id}"))


def _close(line: SmallHelpline, why: Doors) -> None:
    line.doors = why


async def _story(day: Day) -> None:
    line = SmallHelpline()
    _records(line)
    told = _tell_the_truth_about_staff(line)
    for agent_id, phone in day.staff:
        line.agent(agent_id, phone)
    for shift in day.shifts:
        line.at(shift.at_s, partial(_wants, line, shift))
    if day.closes is not None:
        line.at(day.closes[0], partial(_close, line, day.closes[1]))
    ears = [Earshot(line.pbx, f"c{number}") for number in range(len(day.people))]
    lives = [_lives(line, caller, ear) for caller, ear in zip(day.people, ears, strict=True)]
    listening = [asyncio.create_task(_listens(ear)) for ear in ears]
    await asyncio.gather(*lives)
    for caller, ear in zip(day.people, ears, strict=True):
        _came_to_something(line, day, caller, ear)
    await _everybody_is_served(line)
    assert not line.pbx.continued
    await line.over()
    await asyncio.gather(*listening)
    for caller, ear in zip(day.people, ears, strict=True):
        _was_treated_well(line, caller, ear)
    _nobody_is_sent_away_from_staff(line, told)


async def _listens(ear: Earshot) -> None:
    await asyncio.sleep(0)
    await ear.listen()


def _tell_the_truth_about_staff(line: SmallHelpline) -> dict[Any, int | None]:
    """R-RONA-4: what is said to waiting callers depends on whether anybody eligible is logged in; what they were told
    last.
    """
    store, truth = line.store, line.store.read
    told: dict[Any, int | None] = {}

    async def read(step: object, call_id: Any, at: object) -> Place:
        agents = [agent for agent in store.rows.agents.values() if agent.state is not AgentState.LOGGED_OUT]
        keys = {str(scope.key) for scope in store.rows.scopes[call_id] if scope.reach.value == "open"}
        of = [{f"agent:{one.agent_id}", f"team:{one.team}", f"segment:{one.segment}"} for one in agents]
        store.position = 1 if any(keys & each for each in of) else None
        told[call_id] = store.position
        return await truth(step, call_id, at)

    store.read = read  # type: ignore[method-assign, assignment]  # the store's own read, told the truth
    return told


# --- what came of it ----------------------------------------------------------------------------------------------


def _came_to_something(line: SmallHelpline, day: Day, caller: Caller, ear: Earshot) -> None:
    """By now: waiting for a person or with one, or ended as it may."""
    call = line.call(ear.channel_id)
    assert call.state in {CallState.WAITING, CallState.RINGING, CallState.TALKING, CallState.ENDED}
    if call.state is not CallState.ENDED:
        return
    assert call.end in _ends(day, caller), call
    if call.end is CallEnd.ANSWERED:
        at_once = any(phone.talks_s == 0 for _agent_id, phone in day.staff)
        assert at_once or any(ear.channel_id in together for together in line.pbx.connected)
    if call.end in {CallEnd.CLOSED, CallEnd.UNKNOWN_NUMBER} and caller.goes_at_s is None:
        assert line.heard(ear.channel_id)[-1].split("/")[1].startswith(("closed", "not-in-use"))


def _ends(day: Day, caller: Caller) -> set[CallEnd]:
    """How this caller's call may end: never by a fault, and abandoned by the caller alone."""
    ends = {CallEnd.UNKNOWN_NUMBER} if caller.dnis == NOWHERE else {CallEnd.ANSWERED}
    if day.closes is not None and caller.dnis not in {NOWHERE, DIRECT}:
        ends.add(CallEnd.CLOSED)
    if caller.goes_at_s is not None:
        ends |= {CallEnd.ABANDONED_MENU, CallEnd.ABANDONED_QUEUE}
    return ends


def _was_treated_well(line: SmallHelpline, caller: Caller, ear: Earshot) -> None:
    """R-DTMF-1, R-WAIT-2: asked at most twice for each thing, never left in silence, nor spoken to in a talk."""
    heard = line.heard(ear.channel_id)
    said = times_said(heard)
    at_most = ASKED_AT_MOST | ({"greeting": 2} if caller.dnis in WELSH_FIRST else {})
    assert {thing: times for thing, times in said.items() if times > at_most.get(thing, times)} == {}
    assert said["announcement"] <= 2 + now() / line.services.rules.waiting.announce_every_s
    assert not ear.disturbed
    assert ear.longest_s <= SILENCE_S, (caller, ear.longest_s, ear.after)


def _nobody_is_sent_away_from_staff(line: SmallHelpline, told: dict[Any, int | None]) -> None:
    """R-LINE-5: closing ends a wait only when nobody eligible is logged in."""
    sent_away = [call for call in line.calls() if call.end is CallEnd.CLOSED and call.first_waiting_at is not None]
    assert [call for call in sent_away if told[call.call_id] is not None] == []


async def _everybody_is_served(line: SmallHelpline) -> None:
    """Who still waits reaches the first person who comes: by overflow, at the latest, everybody can be helped. The
    direct number's people answer at last.
    """
    for agent_id in (OWNER, MATE, GENERALIST_2, PAYROLL, WELSH):
        line.pbx.phones[f"PJSIP/{7000 + agent_id}"] = Phone(after_s=1, talks_s=1)
    for agent_id in (GENERALIST_2, PAYROLL, WELSH):
        endpoint = f"PJSIP/{7000 + agent_id}"
        if line.row(agent_id).state is AgentState.LOGGED_OUT:
            line.agent(agent_id, line.pbx.phones[endpoint])
    for _ in range(60):
        for leg_id in [one for one in line.pbx.legs() if line.pbx.channels[one].state == "Up"]:
            line.pbx.hangs_up(leg_id)
        for agent_id in (GENERALIST_2, PAYROLL, WELSH):
            _ready(line, agent_id)
        await asyncio.sleep(20)
        if not any(call.state in {CallState.WAITING, CallState.RINGING} for call in line.calls()):
            return
    raise AssertionError([call for call in line.calls() if call.state is not CallState.ENDED])


def _ready(line: SmallHelpline, agent_id: AgentId) -> None:
    if line.row(agent_id).state in {AgentState.NOT_READY, AgentState.AFTER_CALL_WORK}:
        line.ask(agent_id, AgentState.AVAILABLE)


# --- the property ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def _more_lines() -> Iterator[None]:
    """Every entry kind has a number."""
    with pytest.MonkeyPatch.context() as patch:
        for number, line in MORE_LINES.items():
            patch.setitem(small_helpline.LINES, number, line)
        yield


def _alone(dnis: str, keys: str) -> Day:
    """One caller who keys at once and then listens, with nobody there."""
    return Day([Caller(dnis, ((1.0, keys),), None)], [], [], None)


@given(days)
@example(_alone(GENERAL, "1" + SEVERAL))
@example(_alone(GENERAL, "1" + SEVERAL + TWINS_BORN))
@example(_alone(GENERAL, "1" + NO_CASE))
@example(_alone(EMPLOYERS, "4"))
@example(_alone(APPLICATIONS_LINE, "4"))
@example(_alone(THIRD_PARTY_LINE, TRN))
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # to shrink a day takes minutes: add Phase.shrink when you look into one
)
def test_every_call_ends_at_a_person_with_a_reason_or_with_the_callers_hang_up(day: Day) -> None:
    """R-MENU-4, R-DTMF-3, R-DTMF-5, R-LINE-5, R-RONA-4, R-WAIT-1: no dead end, loop, silence or leak."""
    with capture_logs() as logs:
        run_virtual(_story(day))
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    _no_digits(day, logs)


def _no_digits(day: Day, logs: list[Any]) -> None:
    """R-DTMF-5: of what was keyed, no eight digits in a row."""
    written = "\n".join(str({key: value for key, value in entry.items() if key != "call_id"}) for entry in logs)
    keyed = {run for caller in day.people for _pause, digits in caller.presses for run in _runs(digits)}
    assert [run for run in keyed if run in written] == []


def _runs(digits: str) -> list[str]:
    """Eight digits in a row, each that can be found in what was keyed."""
    return [run[at : at + 8] for run in re.findall(r"\d{8,}", digits) for at in range(len(run) - 7)]
