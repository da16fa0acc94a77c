"""What is on record of one call, and the time line that is made of it. Pure.

A lane is named ``caller``, ``ivr``, ``queue``, ``agent:7001`` or ``outside:interpreter``; an agent by staff number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

CALLER: Final = "caller"
IVR: Final = "ivr"
QUEUE: Final = "queue"
AGENT: Final = "agent:"
OUTSIDE: Final = "outside:"
Values = Mapping[str, str]


class During(StrEnum):
    """What a lane's time is spent with. One lane has one at a time."""

    MENU = "menu"
    """The caller hears prompts, and keys."""
    WAITS = "waits"
    """In a queue, or while phones ring for them; the queue's own lane has the same."""
    RINGS = "rings"
    TALKS = "talks"
    HELD = "held"
    """With music: the caller, or whom the agent consults."""
    HOLDS = "holds"
    """The agent, who has put the caller on hold and talks with nobody."""
    CONSULTS = "consults"
    """The agent, whom the caller cannot hear, with whom they ask."""
    CONSULTED = "consulted"
    INTERPRETER = "interpreter"
    LISTENING = "listening"
    WHISPERING = "whispering"
    JOINED = "joined"
    AWAY = "away"
    """The caller has hung up and waits to be rung back."""
    DIALS = "dials"
    """The agent, who makes the call."""
    AFTER_CALL_WORK = "after_call_work"


@dataclass(frozen=True, slots=True)
class Fact:
    """One step of the call's journey, as it was appended; agents in it by staff number."""

    at: datetime
    step: str
    data: Values


@dataclass(frozen=True, slots=True)
class StateFact:
    """A change of state of an agent who took part. ``of_call``: whether it is this call that brought it about."""

    staff_number: str
    at: datetime
    before: str
    after: str
    code: str | None
    of_call: bool


@dataclass(frozen=True, slots=True)
class CallTold:
    """The call's row. ``caller``: the last three digits; of a call that an agent made, of the number called."""

    call_id: str
    line: str
    brand: str
    language: str
    kind: str | None
    caller: str
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """All that is on record of one call; ``names``: the agents', by staff number."""

    call: CallTold
    facts: tuple[Fact, ...]
    states: tuple[StateFact, ...] = ()
    names: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a lane. ``end``: None while it lasts; ``values``: what its words are made of."""

    lane: str
    begin: datetime
    end: datetime | None
    what: During
    values: Values


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that was played; ``value``: of its placeholder, if it has one that may be known."""

    name: str
    language: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened. ``number``: its place among all, from 1; ``what``: the key of its words."""

    number: int
    lane: str
    at: datetime
    what: str
    values: Values
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """A call from its arrival to the end of its last After Call Work; ``end``: None while any of it goes on."""

    call: CallTold
    begin: datetime
    end: datetime | None
    lanes: tuple[str, ...]
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    names: Values

    def until(self, now: datetime) -> datetime:
        """Where a picture of it ends."""
        return max(now, self.begin) if self.end is None else self.end
