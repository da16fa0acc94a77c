"""What becomes of a request for a state."""

from __future__ import annotations

import pytest

from ivr.domain.agents import AUX_CODES, AgentState, Denied, Now, Pending, StateRequest, Verdict
from ivr.domain.toolbar import judge

AVAILABLE = StateRequest(AgentState.AVAILABLE)
BREAK = StateRequest(AgentState.NOT_READY, "Break")
LOG_OUT = StateRequest(AgentState.LOGGED_OUT)


def test_the_aux_codes_are_the_ten_fixed_ones() -> None:
    """R-STATE-2: the names are fixed."""
    assert len(AUX_CODES) == 10
    assert AUX_CODES[3] == "Customer Related Clerical Work"
    assert AUX_CODES[8] == "Team Leader"


@pytest.mark.parametrize(
    ("state", "request_", "verdict"),
    [
        (AgentState.NOT_READY, AVAILABLE, Now()),
        (AgentState.NOT_READY, BREAK, Now()),
        (AgentState.NOT_READY, LOG_OUT, Now()),
        (AgentState.AVAILABLE, BREAK, Now()),
        (AgentState.AVAILABLE, LOG_OUT, Now()),
        (AgentState.RESERVED, BREAK, Now(withdraws_offer=True)),
        (AgentState.RESERVED, LOG_OUT, Now(withdraws_offer=True)),
        (AgentState.ON_CALL, BREAK, Pending()),
        (AgentState.ON_CALL, LOG_OUT, Pending()),
        (AgentState.ON_HOLD, BREAK, Pending()),
        (AgentState.AFTER_CALL_WORK, AVAILABLE, Now()),
        (AgentState.AFTER_CALL_WORK, BREAK, Now()),
        (AgentState.AFTER_CALL_WORK, LOG_OUT, Now()),
    ],
)
def test_the_table_of_states(state: AgentState, request_: StateRequest, verdict: Verdict) -> None:
    """R-STATE-12, R-STATE-5."""
    assert judge(state, request_) == verdict


@pytest.mark.parametrize(
    ("state", "request_"),
    [
        (AgentState.LOGGED_OUT, AVAILABLE),
        (AgentState.LOGGED_OUT, BREAK),
        (AgentState.RESERVED, AVAILABLE),
        (AgentState.ON_CALL, AVAILABLE),
        (AgentState.ON_HOLD, AVAILABLE),
        (AgentState.AVAILABLE, StateRequest(AgentState.NOT_READY)),
        (AgentState.AVAILABLE, StateRequest(AgentState.NOT_READY, "Redirect on no answer")),
        (AgentState.AVAILABLE, StateRequest(AgentState.ON_CALL)),
        (AgentState.AVAILABLE, StateRequest(AgentState.RESERVED)),
    ],
)
def test_anything_else_is_refused_with_the_reason(state: AgentState, request_: StateRequest) -> None:
    """R-STATE-12; a system's reason is not for agents to choose (R-STATE-2)."""
    verdict = judge(state, request_)
    assert isinstance(verdict, Denied)
    assert len(verdict.why) > 8
