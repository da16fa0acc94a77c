"""Steps of a call's journey that move nobody: arrival, the menu, what was keyed, whom it is about, mute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from ivr.domain.events import CallChanged
from ivr.domain.ids import CallId
from ivr.domain.numbers import masked
from ivr.domain.queueing import CallRow
from ivr.store.ports import Attempt, Tx

T = TypeVar("T")
REFERENCES: Final = frozenset({"scin", "ern", "trn"})
"""What may show its last three digits in a fact; a date of birth shows none (R-DTMF-5)."""


def arrive(tx: Tx, row: CallRow) -> None:
    """A call has come in on a line: it has a row from here on (R-MI-3 counts it by ``arrived_at``)."""
    tx.add_call(row)
    tx.call_fact(row.call_id, row.arrived_at, "arrived", {"line": row.line, "dnis": masked(row.dnis)})
    tx.emit(CallChanged(row.call_id, row.state))


def choose_menu(tx: Tx, call_id: CallId, choice: str, now: datetime) -> None:
    """The caller chose an option of the menu (R-MENU-2)."""
    tx.note_call(call_id, menu_choice=choice)
    tx.call_fact(call_id, now, "chose", {"option": choice})


def note_attempt(tx: Tx, call_id: CallId, what: str, number: int, outcome: str, keyed: str, now: datetime) -> None:
    """One try at keying something. The digits stay with the call's row (R-DTMF-3); the fact has at most the last three
    of a reference and none of a date (R-DTMF-5).

    ``what``: ``scin``, ``ern``, ``trn`` or ``date_of_birth``; ``number``: 1 for the first try; ``outcome``: R-DTMF-2.
    """
    tx.add_attempt(Attempt(call_id, what, number, outcome, keyed, now))
    data = {"what": what, "number": str(number), "outcome": outcome}
    if keyed and what in REFERENCES:
        data["keyed"] = masked(keyed)
    tx.call_fact(call_id, now, "attempted", data)


def mute(tx: Tx, call_id: CallId, staff_number: str, now: datetime, *, muted: bool) -> None:
    """Whose call it is has muted themselves, or is heard again."""
    tx.call_fact(call_id, now, "muted" if muted else "unmuted", {"agent": staff_number})


def identify(
    tx: Tx,
    call_id: CallId,
    *,
    pop: str | None = None,
    client_id: int | None = None,
    case_id: int | None = None,
    employer_id: int | None = None,
    employer_agent_id: int | None = None,
    representative_id: int | None = None,
    now: datetime | None = None,
) -> None:
    """Which records the call is about, and what opens on the agent's screen (``pop``, R-POP-1).

    Only what is given is set. With ``now`` the journey has a step of it, by internal ids.
    """
    given = {
        "client_id": client_id,
        "case_id": case_id,
        "employer_id": employer_id,
        "employer_agent_id": employer_agent_id,
        "representative_id": representative_id,
        "pop": pop,
    }
    known = {name: value for name, value in given.items() if value is not None}
    if not known:
        return
    tx.note_call(call_id, **known)
    if now is not None:
        tx.call_fact(call_id, now, "identified", {name: str(value) for name, value in known.items()})


def together(tx: Tx, earlier: Sequence[Callable[[Tx], object]], step: Callable[[Tx], T]) -> T:
    """What was noted before, and then ``step``, in one transaction."""
    for noted in earlier:
        noted(tx)
    return step(tx)
