"""Agent states, codes and requests (R-STATE-1, R-STATE-2); what may be asked in which state is in `toolbar`."""

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


def by_agent(staff_number: str, doing: str = "") -> str:
    """R-STATE-9: the agent caused it, by their toolbar or by ``doing`` something on the phone."""
    return f"agent {staff_number}" + (f": {doing}" if doing else "")


def by_leader(staff_number: str) -> str:
    """R-STATE-9: a team leader caused it."""
    return f"leader {staff_number}"
