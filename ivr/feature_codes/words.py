"""What a phone is told of its agent, in prompts."""

from __future__ import annotations

from typing import Final

from ivr.domain.agents import AUX_CODES, AgentState, SystemReason
from ivr.domain.queueing import AgentRow
from ivr.voice.names import Prompt

STATE: Final = {
    AgentState.LOGGED_OUT: Prompt.AGENT_LOGGED_OUT,
    AgentState.NOT_READY: Prompt.AGENT_NOT_READY,
    AgentState.AVAILABLE: Prompt.AGENT_AVAILABLE,
    AgentState.RESERVED: Prompt.AGENT_RESERVED,
    AgentState.ON_CALL: Prompt.AGENT_ON_CALL,
    AgentState.ON_HOLD: Prompt.AGENT_ON_CALL,
    AgentState.AFTER_CALL_WORK: Prompt.AGENT_AFTER_CALL_WORK,
}
REASON: Final = {
    code: Prompt(f"reason-{code.lower().replace(' ', '-')}")
    for code in (*AUX_CODES, *(reason.value for reason in SystemReason))
}


def state_of(agent: AgentRow) -> tuple[Prompt, ...]:
    """The agent's state, its reason, and whether a change is pending."""
    reason = (REASON[agent.code],) if agent.code in REASON else ()
    waits = (Prompt.AGENT_CHANGE_WAITS,) if agent.pending is not None else ()
    return (STATE[agent.state], *reason, *waits)


def code_of(keyed: str) -> str | None:
    """The AUX code that two digits stand for: 01 is the first of R-STATE-2, 10 the last. None for any others."""
    number = int(keyed) if len(keyed) == 2 and keyed.isascii() and keyed.isdigit() else 0
    return AUX_CODES[number - 1] if 1 <= number <= len(AUX_CODES) else None
