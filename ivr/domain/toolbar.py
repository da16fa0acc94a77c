"""The toolbar's table: what may be asked in each state, why the rest may not, and what the system does (R-STATE-12).

It is the only place that knows. `judge` decides by it, the API publishes it, docs/states.md is drawn from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from ivr.domain.agents import (
    AUX_CODES,
    ON_THE_PHONE,
    AgentState,
    Denied,
    Now,
    Pending,
    StateRequest,
    SystemReason,
    Verdict,
)


class Action(StrEnum):
    """What an agent may ask for, or a team leader for them."""

    LOG_IN = "log_in"
    AVAILABLE = "available"
    NOT_READY = "not_ready"
    LOG_OUT = "log_out"
    ANSWER = "answer"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    TRANSFER = "transfer"
    END = "end"
    OUTBOUND = "outbound"


class Part(StrEnum):
    """What an agent who is on a call is to it."""

    OWN = "own"
    GUEST = "guest"
    """A colleague's call: they are consulted, or a team leader listens, whispers or has joined."""
    ASKING = "asking"
    """Their own, and the phone of whom they consult still rings."""
    MAKING = "making"
    """Their own, to somebody who has not answered yet."""


@dataclass(frozen=True, slots=True)
class Takes:
    """It takes effect at once. ``withdraws_offer``: the call that rings goes to another agent, and it is no RONA."""

    to: AgentState
    withdraws_offer: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """It is pending until the call's After Call Work ends; a later request replaces it (R-STATE-5)."""

    to: AgentState


@dataclass(frozen=True, slots=True)
class Same:
    """It is so already: asked again it changes nothing."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be asked for; ``why`` is in words for the person who asks."""

    why: str


Rule = Takes | Waits | Same | Refused


@dataclass(frozen=True, slots=True)
class May:
    """One action in one state, as a page needs it. ``to``: the state it leads to, at once or when what it waits for
    is over.
    """

    action: Action
    allowed: bool
    why: str | None = None
    to: AgentState | None = None
    is_pending: bool = False
    withdraws_offer: bool = False
    codes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Passing:
    """What the system does by itself in a state. ``reason``: the system's, that goes with Not Ready."""

    when: str
    to: AgentState | None
    words: str = ""
    reason: SystemReason | None = None


_S = AgentState
_A = Action
_NO_CALL: Final = Refused("there is no call")
_ON_CALL: Final = Refused("a call is up: end it first")
_PENDING: Final[Mapping[Action, Rule]] = MappingProxyType(
    {_A.NOT_READY: Waits(_S.NOT_READY), _A.LOG_OUT: Waits(_S.LOGGED_OUT)}
)
_CALL_UP: Final[Mapping[Action, Rule]] = MappingProxyType(
    {
        _A.LOG_IN: Same("you are logged in already"),
        _A.AVAILABLE: Refused("Available cannot be chosen while a call is up; it comes after the call's work"),
        _A.ANSWER: Refused("no call rings"),
        _A.TRANSFER: Takes(_S.ON_CALL),
        _A.END: Takes(_S.AFTER_CALL_WORK),
        _A.OUTBOUND: _ON_CALL,
        **_PENDING,
    }
)
_NO_CALL_UP: Final[Mapping[Action, Rule]] = MappingProxyType(
    {
        _A.LOG_IN: Same("you are logged in already"),
        _A.AVAILABLE: Takes(_S.AVAILABLE),
        _A.NOT_READY: Takes(_S.NOT_READY),
        _A.LOG_OUT: Takes(_S.LOGGED_OUT),
        _A.ANSWER: Refused("no call rings"),
        _A.HOLD: _NO_CALL,
        _A.RETRIEVE: _NO_CALL,
        _A.TRANSFER: _NO_CALL,
        _A.END: _NO_CALL,
        _A.OUTBOUND: Takes(_S.ON_CALL),
    }
)
_RINGING: Final = Refused("a call rings: answer it first, or ask for Not Ready")
_LOG_IN_FIRST: Final = Refused("log in first")

TABLE: Final[Mapping[AgentState, Mapping[Action, Rule]]] = MappingProxyType(
    {
        _S.LOGGED_OUT: {
            **dict.fromkeys(_A, _LOG_IN_FIRST),
            _A.LOG_IN: Takes(_S.NOT_READY),
            _A.LOG_OUT: Same("you are logged out already"),
        },
        _S.NOT_READY: _NO_CALL_UP,
        _S.AVAILABLE: {**_NO_CALL_UP, _A.AVAILABLE: Same("you are Available already")},
        _S.RESERVED: {
            **_NO_CALL_UP,
            _A.AVAILABLE: _RINGING,
            _A.NOT_READY: Takes(_S.NOT_READY, withdraws_offer=True),
            _A.LOG_OUT: Takes(_S.LOGGED_OUT, withdraws_offer=True),
            _A.ANSWER: Takes(_S.ON_CALL),
            _A.HOLD: Refused("the call is not answered yet"),
            _A.RETRIEVE: Refused("the call is not answered yet"),
            _A.TRANSFER: Refused("the call is not answered yet"),
            _A.END: Refused("the call is not answered yet; Not Ready lets it go to another agent"),
            _A.OUTBOUND: _RINGING,
        },
        _S.ON_CALL: {**_CALL_UP, _A.HOLD: Takes(_S.ON_HOLD), _A.RETRIEVE: Refused("nobody is on hold")},
        _S.ON_HOLD: {
            **_CALL_UP,
            _A.HOLD: Same("the caller is on hold already"),
            _A.RETRIEVE: Takes(_S.ON_CALL),
        },
        _S.AFTER_CALL_WORK: _NO_CALL_UP,
    }
)
"""R-STATE-12: for each state every action."""

_A_COLLEAGUES: Final = Refused("this is a colleague's call: it is theirs to hold and to transfer")
_RINGS: Final = Refused("the phone of whom you consult still rings: wait for the answer, or go back to the caller")
_UNANSWERED: Final = Refused("nobody has answered yet")
PARTS: Final[Mapping[Part, Mapping[Action, Refused]]] = MappingProxyType(
    {
        Part.OWN: MappingProxyType({}),
        Part.GUEST: MappingProxyType(dict.fromkeys((_A.HOLD, _A.RETRIEVE, _A.TRANSFER), _A_COLLEAGUES)),
        Part.ASKING: MappingProxyType(dict.fromkeys((_A.HOLD, _A.RETRIEVE, _A.TRANSFER, _A.END), _RINGS)),
        Part.MAKING: MappingProxyType(dict.fromkeys((_A.HOLD, _A.RETRIEVE, _A.TRANSFER), _UNANSWERED)),
    }
)
"""What may not be asked on a call, by one's part in it, of what the table allows."""

_DIRECT: Final = Passing("direct call answered", _S.ON_CALL, "then back")
_ENDED: Final = Passing(
    "other side gone", _S.AFTER_CALL_WORK, "after a direct call, or one's part in another's, the state before"
)
_LOST: Final = Passing("own phone lost", _S.NOT_READY, reason=SystemReason.UNREACHABLE)
SYSTEM: Final[Mapping[AgentState, tuple[Passing, ...]]] = MappingProxyType(
    {
        _S.LOGGED_OUT: (_DIRECT,),
        _S.NOT_READY: (_DIRECT,),
        _S.AVAILABLE: (
            Passing("offered a call, rung by a direct one, or consulted", _S.RESERVED),
            Passing("90 minutes without a call, after a warning", _S.LOGGED_OUT),
            Passing("phone lost", _S.NOT_READY, reason=SystemReason.UNREACHABLE),
        ),
        _S.RESERVED: (
            Passing("no answer, busy, rejected", _S.NOT_READY, reason=SystemReason.NO_ANSWER),
            Passing("phone lost or unreachable", _S.NOT_READY, reason=SystemReason.UNREACHABLE),
            Passing("caller gone, asker back, direct call unanswered", _S.AVAILABLE, "with the idle time they had"),
        ),
        _S.ON_CALL: (_ENDED, _LOST),
        _S.ON_HOLD: (_ENDED, _LOST),
        _S.AFTER_CALL_WORK: (
            Passing("10 minutes", None, "what is pending, else Available"),
            _DIRECT,
        ),
    }
)
"""R-STATE-12, the last column: what ends each state by itself."""

_ASKED: Final = MappingProxyType(
    {_S.AVAILABLE: _A.AVAILABLE, _S.NOT_READY: _A.NOT_READY, _S.LOGGED_OUT: _A.LOG_OUT},
)


def judge(state: AgentState, request: StateRequest) -> Verdict:
    """What becomes of ``request`` in ``state`` (R-STATE-5, R-STATE-12)."""
    if request.state is AgentState.NOT_READY and request.code not in AUX_CODES:
        return Denied(f"Not Ready needs one of the codes: {', '.join(AUX_CODES)}; found {request.code!r}")
    action = _ASKED.get(request.state)
    if action is None:
        return Denied(f"{request.state} is not a state that can be asked for")
    match TABLE[state][action]:
        case Takes(withdraws_offer=withdraws):
            return Now(withdraws_offer=withdraws)
        case Waits():
            return Pending()
        case Same():
            return Now()
        case Refused(why=why):
            return Denied(why)


def refusal(state: AgentState, action: Action) -> str | None:
    """Why ``action`` changes nothing in ``state``, in words; None when it may be asked for (R-STATE-12)."""
    match TABLE[state][action]:
        case Same(why=why) | Refused(why=why):
            return why
        case _:
            return None


@cache
def may(state: AgentState, part: Part = Part.OWN) -> tuple[May, ...]:
    """Every action in ``state``: whether it may be asked for now, what becomes of it, and why not (R-STATE-12)."""
    return tuple(_may(action, _rule(state, part, action)) for action in Action)


def _rule(state: AgentState, part: Part, action: Action) -> Rule:
    rule = TABLE[state][action]
    on_a_call = state in ON_THE_PHONE and not isinstance(rule, Same | Refused)
    return PARTS[part].get(action, rule) if on_a_call else rule


def _may(action: Action, rule: Rule) -> May:
    codes = AUX_CODES if action is Action.NOT_READY else None
    match rule:
        case Takes(to, withdraws):
            return May(action, allowed=True, to=to, withdraws_offer=withdraws, codes=codes)
        case Waits(to):
            return May(action, allowed=True, to=to, is_pending=True, codes=codes)
        case Same(why) | Refused(why):
            return May(action, allowed=False, why=why)
