"""What an agent of GICH does next with the call that reached them, whatever brought it (R-CB-12). Pure.

The order is the rule's: resolve; else a warm transfer to the right segment; else a call back time; else the request. An
application call that overflowed is offered to Applications first. It guides and forbids nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ivr.domain.routes import ScopeKind


class Step(StrEnum):
    """One thing to do."""

    RESOLVE = "resolve"
    TRANSFER = "transfer"
    CALL_BACK = "call_back"
    """A formal call back, for a caller with a record."""
    APPLICATION = "application"
    """The form for a caller without a record (R-CB-9)."""
    REQUEST = "request"


Reason = Literal["new_application", "existing_case", "other"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the call could go. ``name``: a staff number, a team's or a segment's name; ``segment``: whose that is;
    ``shown``: as people read it; ``available``: somebody there could take it now.
    """

    kind: ScopeKind
    name: str
    shown: str
    segment: str
    available: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """``best``: the one to begin with now; ``to``: whom a transfer is for, if known; ``reason``: for the form."""

    step: Step
    best: bool = False
    to: Place | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the call: whether it is about an application, whether the caller has a record, and which
    ``places`` are right for it, nearest first.
    """

    is_application: bool
    has_record: bool
    places: Sequence[Place]
    menu_choice: str | None = None


def next_steps(now: Situation) -> tuple[NextStep, ...]:
    """In the order in which they are tried; exactly one is best."""
    to = next((place for place in now.places if place.available), now.places[0] if now.places else None)
    later = _later(now)
    if now.is_application:
        is_free = to is not None and to.available
        return (NextStep(Step.TRANSFER, is_free, to), NextStep(later.step, not is_free, reason=later.reason))
    return (NextStep(Step.RESOLVE, best=True), NextStep(Step.TRANSFER, to=to), later, NextStep(Step.REQUEST))


def _later(now: Situation) -> NextStep:
    """How a call back time is agreed."""
    if now.has_record:
        return NextStep(Step.CALL_BACK)
    if now.is_application:
        return NextStep(Step.APPLICATION, reason="new_application")
    return NextStep(Step.APPLICATION, reason="existing_case" if now.menu_choice == "1" else "other")
