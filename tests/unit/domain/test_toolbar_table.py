"""The toolbar's table against the rule's own words, cell by cell (R-STATE-12)."""

from __future__ import annotations

import pytest

from ivr.domain.agents import AUX_CODES, AgentState, Denied, Now, Pending, StateRequest
from ivr.domain.toolbar import PARTS, SYSTEM, TABLE, Action, May, Part, judge, may

A, S = Action, AgentState
CALL_UP = {A.TRANSFER: S.ON_CALL, A.END: S.AFTER_CALL_WORK, A.NOT_READY: S.NOT_READY, A.LOG_OUT: S.LOGGED_OUT}
RULE: dict[AgentState, dict[Action, AgentState]] = {
    S.LOGGED_OUT: {A.LOG_IN: S.NOT_READY},
    S.NOT_READY: {
        A.AVAILABLE: S.AVAILABLE,
        A.NOT_READY: S.NOT_READY,
        A.LOG_OUT: S.LOGGED_OUT,
        A.OUTBOUND: S.ON_CALL,
    },
    S.AVAILABLE: {A.NOT_READY: S.NOT_READY, A.LOG_OUT: S.LOGGED_OUT, A.OUTBOUND: S.ON_CALL},
    S.RESERVED: {A.ANSWER: S.ON_CALL, A.NOT_READY: S.NOT_READY, A.LOG_OUT: S.LOGGED_OUT},
    S.ON_CALL: {A.HOLD: S.ON_HOLD, **CALL_UP},
    S.ON_HOLD: {A.RETRIEVE: S.ON_CALL, **CALL_UP},
    S.AFTER_CALL_WORK: {
        A.AVAILABLE: S.AVAILABLE,
        A.NOT_READY: S.NOT_READY,
        A.LOG_OUT: S.LOGGED_OUT,
        A.OUTBOUND: S.ON_CALL,
    },
}
"""The middle column of the rule, written down once more by hand."""
ON_THE_PHONE = {S.ON_CALL, S.ON_HOLD}
REQUESTS = {A.AVAILABLE: StateRequest(S.AVAILABLE), A.NOT_READY: StateRequest(S.NOT_READY, "Break")}
REQUESTS |= {A.LOG_OUT: StateRequest(S.LOGGED_OUT)}


def _of(state: AgentState, action: Action) -> May:
    return next(one for one in may(state) if one.action is action)


@pytest.mark.parametrize("state", list(S))
def test_what_may_be_asked_is_what_the_rule_says(state: AgentState) -> None:
    """R-STATE-12: these and no others; each that may not says why."""
    assert {one.action: one.to for one in may(state) if one.allowed} == RULE[state]
    refused = [one for one in may(state) if not one.allowed]
    assert len(refused) + len(RULE[state]) == len(Action)
    assert all(one.why and len(one.why) > 8 for one in refused)


@pytest.mark.parametrize("state", list(S))
def test_what_waits_and_what_withdraws(state: AgentState) -> None:
    """R-STATE-5: pending during a call; while ringing at once, and the call goes to another agent."""
    for action in (A.NOT_READY, A.LOG_OUT):
        one = _of(state, action)
        assert one.is_pending is (state in ON_THE_PHONE)
        assert one.withdraws_offer is (state is S.RESERVED)
    assert _of(state, A.NOT_READY).codes == (None if state is S.LOGGED_OUT else AUX_CODES)


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", list(REQUESTS))
def test_a_request_gets_what_is_published(state: AgentState, action: Action) -> None:
    """The page and the service cannot disagree: what is allowed is done, what is not is refused with those words."""
    one, verdict = _of(state, action), judge(state, REQUESTS[action])
    match verdict:
        case Now(withdraws_offer=withdraws):
            assert (one.allowed and not one.is_pending) or "already" in (one.why or "")
            assert withdraws is one.withdraws_offer
        case Pending():
            assert one.is_pending
        case Denied(why=why):
            assert why == one.why


def test_every_state_has_an_end() -> None:
    """R-STATE-12, the last column: what the system does is told for every state, and every cell of the table is."""
    assert set(SYSTEM) == set(TABLE) == set(S)
    assert all(SYSTEM.values())
    assert all(set(actions) == set(Action) for actions in TABLE.values())


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.OWN])
@pytest.mark.parametrize("state", list(S))
def test_ones_part_in_a_call_only_takes_away(state: AgentState, part: Part) -> None:
    """R-STATE-12: on a call that is a colleague's, or not answered yet, less may be asked, each with its reason."""
    fewer = {one.action for one in may(state) if one.allowed} - {one.action for one in may(state, part) if one.allowed}
    assert fewer == {action for action in PARTS[part] if state in ON_THE_PHONE and _is_allowed(state, action)}
    assert all(one.why == PARTS[part][one.action].why for one in may(state, part) if one.action in fewer)


def _is_allowed(state: AgentState, action: Action) -> bool:
    return _of(state, action).allowed
