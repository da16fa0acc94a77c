"""What happened to a call, with the moment, and how it ended. Pure.

Moments are seconds of the monotonic clock, the same for every phone of one process, so that two phones' marks compare.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ivr.errors import IvrError
from ivr.softphone.sip_message import Message, Response

_CAUSE = re.compile(r"Q\.850\s*;.*?cause\s*=\s*(\d+)", re.IGNORECASE)

Side = Literal["us", "them"]
How = Literal["bye", "cancel", "refused", "failed", "expired"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that happened: ``name`` as listed at ``Journal``, at ``at`` (monotonic seconds)."""

    name: str
    at: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended.

    ``by``: who ended it. ``how``: ``bye`` (after answer), ``cancel`` (the caller, before it), ``refused`` (a final
    response other than 2xx; ``status`` is its code), ``failed`` (no answer from the network: status 408),
    ``expired`` (the session timer found the other side gone).
    ``cause``: the Q.850 cause of the Reason header, if there was one; ``reasons``: those headers as they came.
    """

    by: Side
    how: How
    at: float
    status: int = 0
    cause: int | None = None
    reasons: tuple[str, ...] = ()


class CallEnded(IvrError):
    """The call ended while something else was awaited of it; ``ending`` says how."""

    error_id = "softphone.call_ended"

    def __init__(self, awaited: str, ending: Ending) -> None:
        """``awaited``: what was waited for."""
        status = f" {ending.status}" if ending.status else ""
        super().__init__(f"{awaited}: the call ended ({ending.how}{status}, by {ending.by})")
        self.ending = ending


class Journal:
    """A call's marks in order.

    Names: ``invite``, ``100``, ``180`` … (any response to it), ``ack``, ``key`` (detail: the digit, when its end went
    out), ``keyed`` (by a ``CallPlan``, masked), ``stream`` (detail: the SSRC, with its first packet), ``heard digit``,
    ``held``, ``resumed``, ``re-invite``, ``update`` (theirs), ``refresh`` (ours), ``refer`` (ours; detail: to whom),
    ``referred`` (detail: the status told), ``told`` (to answer or hold), ``cancel``, ``bye``, ``ended``.
    """

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self._marks: list[Mark] = []

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._marks)

    def __getitem__(self, index: int) -> Mark:
        return self._marks[index]

    def __len__(self) -> int:
        return len(self._marks)

    def note(self, name: str, detail: str = "", at: float | None = None) -> Mark:
        """``name`` happened, now or at ``at``."""
        mark = Mark(name, time.monotonic() if at is None else at, detail)
        self._marks.append(mark)
        return mark

    def all(self, name: str) -> list[Mark]:
        """Every mark of that name, oldest first."""
        return [mark for mark in self._marks if mark.name == name]

    def first(self, name: str) -> float | None:
        """When ``name`` first happened; None if it never did."""
        return next((mark.at for mark in self._marks if mark.name == name), None)

    def last(self, name: str) -> float | None:
        """When ``name`` last happened; None if it never did."""
        return next((mark.at for mark in reversed(self._marks) if mark.name == name), None)


def ending_from(message: Message | None, by: Side, how: How) -> Ending:
    """The ending that ``message`` (a BYE, a CANCEL or a final response) brings."""
    reasons = tuple(message.headers.all("reason")) if message else ()
    causes = [int(found[1]) for reason in reasons if (found := _CAUSE.search(reason))]
    status = message.status if isinstance(message, Response) else 0
    return Ending(by, how, time.monotonic(), status, causes[0] if causes else None, reasons)
