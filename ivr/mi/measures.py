"""The sums of a period, by line and by queue, counted from calls and their facts. Pure.

Enters: the calls that arrived in the period, each with the facts that open queues, answer and queue it again. Leaves:
`Sums`, of which ``line.is_whole`` and ``queue.is_whole`` hold whatever happened. Source: R-MI-3; docs/measures.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.events import CallEnd

SHORT: Final = timedelta(seconds=5)
"""Who gives up within this, of arriving in the menu or of beginning to wait, is a short abandon (R-MI-3)."""
OUTBOUND: Final = "outbound"
COUNTED_STEPS: Final = ("queued", "transferred", "opened", "answered", OUTBOUND)
"""The facts that the sums are made of."""
CALLED_BACK: Final = CallEnd.CALLED_BACK.value
_NEXT_KEY: Final = re.compile(r", (?=(?:agent|team|segment):)")


@dataclass(frozen=True, slots=True)
class Fact:
    """One step of a call's journey, as it was appended; ``at``: when, where that is counted too."""

    step: str
    data: Mapping[str, str]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallTold:
    """One call: what its row says, and its facts of `COUNTED_STEPS` in the order they were appended."""

    line: str
    arrived_at: datetime
    first_waiting_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    end: str | None
    facts: tuple[Fact, ...] = ()

    @property
    def was_offered(self) -> bool:
        """Somebody called a line; an agent's own call is no line's, though it may come to wait in a queue."""
        return all(fact.step != OUTBOUND for fact in self.facts)


@dataclass(slots=True)
class LineSums:
    """One line's calls: ``offered`` is the sum of all the others, each call under exactly one."""

    offered: int = 0
    answered: int = 0
    abandoned_menu: int = 0
    abandoned_queue: int = 0
    abandoned_short: int = 0
    closed: int = 0
    unknown_number: int = 0
    called_back: int = 0
    sent_outside: int = 0
    fault: int = 0
    still_there: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether what was offered is all accounted for."""
        return _adds_up(self)


@dataclass(slots=True)
class QueueSums:
    """One queue's calls: ``entered`` is the sum of all the others."""

    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    overflowed: int = 0
    called_back: int = 0
    closed: int = 0
    fault: int = 0
    still_waiting: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether what has entered is all accounted for."""
        return _adds_up(self)


@dataclass(slots=True)
class Sums:
    """By line, and by queue key (``team:Maintenance 1``)."""

    lines: dict[str, LineSums] = field(default_factory=dict)
    queues: dict[str, QueueSums] = field(default_factory=dict)

    def add(self, other: Sums) -> None:
        """Count another period's calls too: a call belongs to one of them only, so the sums of both hold together."""
        for name, line in other.lines.items():
            _add(self.lines.setdefault(name, LineSums()), line)
        for key, queue in other.queues.items():
            _add(self.queues.setdefault(key, QueueSums()), queue)


@dataclass(slots=True)
class Turn:
    """One turn of a call in the queues: from being queued until it is answered, queued anew, or over.

    ``before``: the queues of its earlier turns, which are open still. ``answered``: the scope it was answered through;
    ``""`` when by somebody who was in none of its queues.
    """

    before: tuple[str, ...] = ()
    opened: list[str] = field(default_factory=list)
    answered: str | None = None
    began_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def queues(self) -> tuple[str, ...]:
        """Where the call is entered: what was opened in this turn; if nothing was, what is open from before."""
        return tuple(self.opened) or self.before


_LINE_PLACES: Final = {
    CallEnd.ANSWERED.value: "answered",
    CallEnd.CLOSED.value: "closed",
    CallEnd.UNKNOWN_NUMBER.value: "unknown_number",
    CallEnd.SENT_OUTSIDE.value: "sent_outside",
    CallEnd.FAULT.value: "fault",
    CALLED_BACK: "called_back",
}
_QUEUE_PLACES: Final = {CallEnd.CLOSED.value: "closed", CallEnd.FAULT.value: "fault"}
_ELSEWHERE: Final = frozenset({CallEnd.SENT_OUTSIDE.value, CallEnd.UNKNOWN_NUMBER.value})


def sums_of(calls: Iterable[CallTold]) -> Sums:
    """Count these calls."""
    sums = Sums()
    for call in calls:
        if call.was_offered:
            line = sums.lines.setdefault(call.line, LineSums())
            line.offered += 1
            _count(line, line_place(call))
        for key, place in queue_places(call):
            queue = sums.queues.setdefault(key, QueueSums())
            queue.entered += 1
            _count(queue, place)
    return sums


def line_place(call: CallTold) -> str:
    """Under which of the line's sums the call counts. One that was answered stays so, whatever came later; one whose
    caller took a call back was called back, whoever they talked with then.
    """
    if call.answered_at is not None and call.end != CALLED_BACK:
        return "answered"
    if call.end is not None and (place := _LINE_PLACES.get(call.end)) is not None:
        return place
    if call.ended_at is None:
        return "still_there"
    began_at = max(call.first_waiting_at or call.arrived_at, call.arrived_at)  # a place taken over began earlier
    if call.ended_at - began_at < SHORT:
        return "abandoned_short"
    return "abandoned_menu" if call.first_waiting_at is None else "abandoned_queue"


def queue_places(call: CallTold) -> Iterator[tuple[str, str]]:
    """Each queue that was opened for the call, once a turn, and under which of its sums the call counts there."""
    for _turn, key, place in turn_places(call):
        yield key, place


def turn_places(call: CallTold) -> Iterator[tuple[Turn, str, str]]:
    """As `queue_places`, with the turn."""
    turns = turns_of(call.facts)
    for number, turn in enumerate(turns, start=1):
        if number == 1 and call.end == CALLED_BACK:
            decided, place = _called_back(call, turn)
        else:
            decided, place = _outcome(call, turn, is_last=number == len(turns))
        for key in turn.queues:
            yield turn, key, place if decided in {None, key} else "overflowed"


def turns_of(facts: Iterable[Fact]) -> list[Turn]:
    """The call's turns in the queues. After a lost phone (``requeued``) the turn goes on: the call keeps its place."""
    turns: list[Turn] = []
    for fact in facts:
        if fact.step == "queued":
            turns.append(Turn(began_at=fact.at))
        elif fact.step == "transferred":
            turns.append(_turn_at(fact, turns))
        elif fact.step == "opened" and not turns:
            turns.append(Turn(began_at=fact.at))  # a direct call, handed over, whose new agent's phone was lost
        if turns:
            _follow(turns[-1], fact)
    return turns


def _turn_at(fact: Fact, earlier: Sequence[Turn]) -> Turn:
    """A transfer's turn begins at its target, whether that was open or not; without one the call goes on waiting."""
    to = fact.data.get("scope", "")
    before = dict.fromkeys(key for turn in earlier for key in turn.queues)
    return Turn(tuple(before), [to] if to else [], began_at=fact.at)


def _follow(turn: Turn, fact: Fact) -> None:
    if fact.step == "opened":
        turn.opened += [key for key in _NEXT_KEY.split(fact.data.get("scopes", "")) if key not in turn.opened]
    elif fact.step == "answered" and turn.answered is None:
        scope = fact.data.get("scope", "")
        if turn.opened and scope in turn.before and scope not in turn.opened:
            turn.opened.insert(0, scope)
        turn.answered = scope if scope in turn.queues else ""
        turn.answered_at = fact.at


def _called_back(call: CallTold, turn: Turn) -> tuple[str | None, str]:
    """Of the turn in which the caller took a call back, whether they were reached or not."""
    is_over = call.answered_at is not None or call.ended_at is not None
    return (turn.queues[-1] if turn.queues else None, CALLED_BACK) if is_over else (None, "still_waiting")


def _outcome(call: CallTold, turn: Turn, *, is_last: bool) -> tuple[str | None, str]:
    """The queue that decides (None: all of them alike), and what the call is there."""
    last = turn.queues[-1] if turn.queues else None
    if turn.answered is not None:
        return turn.answered or last, "answered"
    if not is_last or call.end in _ELSEWHERE:
        return None, "overflowed"
    if call.ended_at is None:
        return None, "still_waiting"
    return last, _QUEUE_PLACES.get(call.end or "", "abandoned")


def _add(sums: LineSums | QueueSums, more: LineSums | QueueSums) -> None:
    for one in fields(sums):
        setattr(sums, one.name, getattr(sums, one.name) + getattr(more, one.name))


def _count(sums: LineSums | QueueSums, place: str) -> None:
    setattr(sums, place, getattr(sums, place) + 1)


def _adds_up(sums: LineSums | QueueSums) -> bool:
    """The first field against the sum of all the others."""
    whole, *parts = (getattr(sums, one.name) for one in fields(sums))
    return bool(whole == sum(parts))
