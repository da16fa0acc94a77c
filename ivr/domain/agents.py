"""Agent states: the toolbar's rules as data (R-STATE-1, R-STATE-2, R-STATE-12)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class AgentState(StrEnum):
    """R-STATE-1."""

    LOGGED_OUT = "logged_out"
    NOT_READY = "not_ready"
    AVAILABLE = "available"
    RESERVED = "reserved"
    ON_CALL = "on_call"
    ON_HOLD = "on_hold"
    AFTER_CALL_WORK = "after_call_work"


AUX_CODES: Final = (
    "Break",
    "Coaching",
    "Communications",
    "Customer Related Clerical Work",
    "Emotional Break",
    "Lunch",
    "Non Customer Related Work",
    "Outbound Call Preparation",
    "Team Leader",
    "Training",
)
"""R-STATE-2: the codes an agent may choose; the names are fixed."""


class SystemReason(StrEnum):
    """R-STATE-2: reasons only the system gives."""

    NO_ANSWER = "Redirect on no answer"
    UNREACHABLE = "Phone unreachable"
    NODE_LOST = "Node lost"


@dataclass(frozen=True, slots=True)
class StateRequest:
    """What an agent or leader asks for: ``state`` is available, not_ready (with ``code``) or logged_out."""

    state: AgentState
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """The request takes effect at once; ``withdraws_offer`` when a ringing call goes to another agent."""

    withdraws_offer: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """The request takes effect when the call's After Call Work ends (R-STATE-5)."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The request cannot be granted; ``why`` is in words for the person who asked."""

    why: str


Verdict = Now | Pending | Denied

ON_THE_PHONE: Final = frozenset({AgentState.ON_CALL, AgentState.ON_HOLD})
HELD_BY_A_CALL: Final = ON_THE_PHONE | {AgentState.RESERVED}
"""States that a call or its offer has brought about, and must end."""
_MAY_GO_AVAILABLE: Final = frozenset({AgentState.NOT_READY, AgentState.AFTER_CALL_WORK, AgentState.AVAILABLE})


def judge(state: AgentState, request: StateRequest) -> Verdict:
    """What becomes of ``request`` in ``state`` (R-STATE-5, R-STATE-12)."""
    if request.state is AgentState.NOT_READY and request.code not in AUX_CODES:
        return Denied(f"Not Ready needs one of the codes: {', '.join(AUX_CODES)}; found {request.code!r}")
    if state is AgentState.LOGGED_OUT:
        return Denied("log in first")
    if request.state is AgentState.AVAILABLE:
        return Now() if state in _MAY_GO_AVAILABLE else Denied("Available cannot be chosen while a call is up")
    if request.state not in {AgentState.NOT_READY, AgentState.LOGGED_OUT}:
        return Denied(f"{request.state} is not a state that can be asked for")
    if state in ON_THE_PHONE:
        return Pending()
    return Now(withdraws_offer=state is AgentState.RESERVED)
