"""Who has an activity of a call, and what it suggests (R-ACT)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.acd import activities, ledger, outbound, parties, toolbar, transfers
from ivr.domain.activities import ActivityRow, Outcome, outcome_words, whom
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.events import CallEnd, CallState, OfferState, WorkChanged
from ivr.domain.ids import AgentId, CallId
from ivr.domain.outbound import Order
from ivr.domain.oversight import Switch
from ivr.domain.queueing import CallRow
from ivr.domain.routes import general
from ivr.domain.talking import Target
from ivr.store.memory import MemoryStore
from ivr.store.ports import Tx
from tests.unit.acd.world import GENERALIST, GENERALIST_2, IDLE_LOGOUT_S, LIMITS, NAMES, NINE, call_row, staff_rows

CALL = CallId("call0001")
LATER = NINE + timedelta(seconds=30)


@pytest.fixture
def store() -> MemoryStore:
    """Two generalists, the first Available longer, and a call about an employer that rings the first."""
    made = MemoryStore()
    made.rows.agents = {row.agent_id: row for row in staff_rows()}
    for agent_id in (GENERALIST, GENERALIST_2):
        made.transact(_available, agent_id)
    made.transact(_arrives)
    return made


def _available(tx: Tx, agent_id: AgentId) -> None:
    toolbar.log_in(tx, agent_id, f"PJSIP/{7000 + agent_id}", NINE)
    now = NINE + timedelta(milliseconds=agent_id)
    toolbar.ask(tx, agent_id, StateRequest(AgentState.AVAILABLE), "agent", now, IDLE_LOGOUT_S)


def _arrives(tx: Tx) -> None:
    ledger.arrive(tx, replace(call_row(CALL, NINE), employer_id=4))
    ledger.enqueue(tx, CALL, general(NAMES), NINE, LIMITS)


def _of(store: MemoryStore) -> dict[AgentId, ActivityRow]:
    return {row.agent_id: row for row in store.rows.activities.values()}


def _call(store: MemoryStore) -> CallRow:
    return store.rows.calls[CALL]


def _answers(tx: Tx) -> None:
    call = tx.call(CALL)
    assert call is not None
    assert call.offer_id is not None
    assert ledger.answer_offer(tx, call.offer_id, NINE)


def test_it_is_there_with_the_ringing_and_linked_to_whom_the_call_is_about(store: MemoryStore) -> None:
    """R-ACT-1, R-EMP-1: the employer's record; not taken before the answer."""
    row = _of(store)[GENERALIST]
    assert (row.kind, row.record_id, row.direction, row.began_at) == ("employer", 4, "inbound", NINE)
    assert row.taken_at is None
    store.transact(_answers)
    assert _of(store)[GENERALIST].taken_at == NINE
    assert set(_of(store)) == {GENERALIST}


def test_who_does_not_answer_has_none(store: MemoryStore) -> None:
    """R-RONA: dropped; the next whom it rings has one."""
    offer_id = _call(store).offer_id
    assert offer_id is not None
    store.transact(ledger.end_offer, offer_id, OfferState.NO_ANSWER, LATER, LIMITS)
    assert set(_of(store)) == {GENERALIST_2}
    store.transact(ledger.end_call, CALL, CallEnd.ABANDONED_QUEUE, LATER, LIMITS)
    assert _of(store) == {}


def test_after_call_work_that_runs_out_leaves_it_open(store: MemoryStore) -> None:
    """R-ACT-3: the system closes nothing."""
    store.transact(_answers)
    store.transact(ledger.end_call, CALL, CallEnd.ANSWERED, LATER, LIMITS)
    agent = store.rows.agents[GENERALIST]
    assert agent.state is AgentState.AFTER_CALL_WORK
    assert store.transact(toolbar.work_over, GENERALIST, agent.since, LATER + timedelta(minutes=10), IDLE_LOGOUT_S)
    assert store.rows.agents[GENERALIST].state is AgentState.AVAILABLE
    assert _of(store)[GENERALIST].closed_at is None


def _transferred(tx: Tx) -> None:
    asking = transfers.Asking(CALL, GENERALIST, Target("agent", str(7000 + GENERALIST_2)), "arrears")
    reserved = transfers.consult(tx, asking, LATER)
    assert isinstance(reserved, transfers.Reserved)
    assert parties.answer(tx, reserved.row.party_id, LATER)
    assert transfers.take_over(tx, reserved.row.party_id, NAMES, "agent 7004", LATER, LIMITS)


def test_a_transfer_suggests_call_transferred_to_the_first_and_gives_the_second_one(store: MemoryStore) -> None:
    """R-XFER-4: the second's is attached to the same record."""
    store.transact(_answers)
    store.transact(_transferred)
    first, second = _of(store)[GENERALIST], _of(store)[GENERALIST_2]
    assert (first.suggested, first.closed_at) == (Outcome.CALL_TRANSFERRED, None)
    assert (second.suggested, second.taken_at, second.kind, second.record_id) == (None, LATER, "employer", 4)


def test_what_the_first_has_attached_goes_with_the_call(store: MemoryStore) -> None:
    """R-XFER-4: a caller who was found by searching is found for the next, too."""
    store.rows.calls[CALL] = replace(_call(store), employer_id=None)
    store.transact(_answers)
    row = _of(store)[GENERALIST]
    store.transact(lambda tx: tx.change_activity(row.activity_id, kind="client", record_id=9, case_id=3))
    store.transact(_transferred)
    second = _of(store)[GENERALIST_2]
    assert (second.kind, second.record_id, second.case_id) == ("client", 9, 3)


def test_a_cold_transfer_suggests_it_too(store: MemoryStore) -> None:
    """R-XFER-3, R-XFER-4."""
    store.transact(_answers)
    store.transact(lambda tx: tx.turn(Switch.EMERGENCY, NINE, "leader", is_on=True))
    asking = transfers.Asking(CALL, GENERALIST, Target("segment", "Welsh"), "Welsh")
    assert store.transact(transfers.cold, asking, NAMES, LATER, LIMITS) is None
    assert _of(store)[GENERALIST].suggested is Outcome.CALL_TRANSFERRED


def test_a_consultation_that_was_not_answered_leaves_none(store: MemoryStore) -> None:
    """R-XFER-2, R-RONA-2."""
    store.transact(_answers)
    asking = transfers.Asking(CALL, GENERALIST, Target("agent", str(7000 + GENERALIST_2)), "arrears")
    reserved = store.transact(transfers.consult, asking, LATER)
    assert isinstance(reserved, transfers.Reserved)
    assert set(_of(store)) == {GENERALIST, GENERALIST_2}
    store.transact(parties.end, reserved.row.party_id, OfferState.NO_ANSWER, LATER, LIMITS)
    assert set(_of(store)) == {GENERALIST}


def test_a_call_that_comes_back_goes_on_with_the_same_one(store: MemoryStore) -> None:
    """R-ACT-1: one for each agent; closed meanwhile, it is open again, with what it was closed with suggested."""
    store.transact(_answers)
    row = _of(store)[GENERALIST]
    values = {"closed_at": LATER, "closed_by": GENERALIST, "outcome": Outcome.CALL_TRANSFERRED}
    store.transact(lambda tx: tx.change_activity(row.activity_id, **values))
    store.transact(activities.take_part, CALL, GENERALIST, LATER)
    again = _of(store)[GENERALIST]
    assert (again.activity_id, again.closed_at, again.outcome) == (row.activity_id, None, None)
    assert (again.suggested, again.taken_at) == (Outcome.CALL_TRANSFERRED, NINE)


def test_a_lost_phone_suggests_lost_connection(store: MemoryStore) -> None:
    """R-STATE-8: the caller waits again; the agent's activity stays open."""
    store.transact(_answers)
    assert store.transact(ledger.requeue, CALL, LATER, LIMITS)
    assert _of(store)[GENERALIST].suggested is Outcome.LOST_CONNECTION


@pytest.mark.parametrize(
    ("end", "suggested"), [(CallEnd.NO_ANSWER, Outcome.NO_ANSWER), (CallEnd.BUSY, Outcome.LINE_ENGAGED)]
)
def test_a_call_that_reaches_nobody_suggests_why(end: CallEnd, suggested: Outcome) -> None:
    """R-OUT-1: made with the dialling, and taken once the agent's own phone is answered."""
    store = _dialling()
    assert _of(store)[GENERALIST].direction == "outbound"
    store.transact(outbound.agent_answered, CALL, LATER)
    store.transact(outbound.missed, CALL, end, LATER)
    store.transact(outbound.over, CALL, end, LATER, LIMITS)
    assert (_of(store)[GENERALIST].suggested, _of(store)[GENERALIST].taken_at) == (suggested, LATER)


def test_an_own_phone_that_is_not_answered_leaves_none() -> None:
    """R-ACT-1: they took no part."""
    store = _dialling()
    store.transact(outbound.over, CALL, CallEnd.CANCELLED, LATER, LIMITS)
    assert _of(store) == {}


def _dialling() -> MemoryStore:
    store = MemoryStore()
    store.rows.agents = {row.agent_id: row for row in staff_rows()}
    store.transact(_available, GENERALIST)
    row = replace(call_row(CALL, NINE), state=CallState.DIALLING, agent_channel_id="own", client_id=2)
    store.transact(outbound.begin, row, Order(GENERALIST, "07700900123"), NINE)
    return store


def test_the_agent_is_told(store: MemoryStore) -> None:
    """Their list of open ones is another."""
    told: list[object] = []
    store.listen(told.append)
    store.transact(_answers)
    assert WorkChanged((GENERALIST,)) in told


def test_what_is_stored_stays_and_what_is_shown_follows_the_brand() -> None:
    """R-NI-1: DSD and Choices in Northern Ireland, in both languages; everything else as everywhere."""
    shown = outcome_words(Outcome.SIGNPOSTED_TO_DWP_DEPT, "nicms")
    assert (shown.en, shown.cy) == ("Signposted to DSD Dept", "Wedi'i gyfeirio at adran DSD")
    assert outcome_words(Outcome.SIGNPOSTED_TO_OPTIONS, "nicms").en == "Signposted to Choices (NI)"
    assert outcome_words(Outcome.WRONG_NUMBER, "nicms") == outcome_words(Outcome.WRONG_NUMBER, "cmg")
    assert outcome_words(Outcome.SIGNPOSTED_TO_DWP_DEPT, "cmg").en == "Signposted to DWP Dept"


def test_a_representative_comes_before_the_client_they_call_for() -> None:
    """R-ACT-2."""
    call = replace(call_row(CALL, NINE), client_id=1, representative_id=2)
    assert whom(call) == ("representative", 2)
    assert whom(call_row(CALL, NINE)) == (None, None)
