"""Whether a waiting caller may be promised a call back, and be rung then (R-WAIT-3, R-OUT-2, R-OUT-4).

Plain reads on one connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from ivr.domain.dialling import DiallingRules, MayNotRing, RingVerdict, suppressed
from ivr.domain.ids import CallId
from ivr.records.suppressions import Suppressible, in_force, may_ring
from ivr.store import tables as t

_REPRESENTATIVE: Final[tuple[Suppressible, ...]] = ("representative",)
_OTHERS: Final[tuple[Suppressible, ...]] = ("client", "employer")


@dataclass(frozen=True, slots=True)
class RingBack:
    """A call whose caller wants to be rung at ``number``."""

    call_id: CallId
    number: str
    rules: DiallingRules


def may_ring_back(sql: Connection, asked: RingBack) -> RingVerdict:
    """Whether the caller may be rung at that number, by the rules of numbers and of each record that the call has."""
    held = is_suppressed(sql, asked.call_id)
    return may_ring(sql, asked.rules, asked.number) if held is None else held


def is_suppressed(sql: Connection, call_id: CallId) -> MayNotRing | None:
    """Why the caller may not be rung at any number; None: they may. A representative may be rung for whomever."""
    call = sql.execute(select(t.call).where(t.call.c.call_id == call_id)).first()
    if call is None:
        return None
    kinds = _OTHERS if call.representative_id is None else _REPRESENTATIVE
    for kind in kinds:
        record_id = getattr(call, f"{kind}_id")
        held = () if record_id is None else in_force(sql, kind, record_id)
        if held:
            return suppressed(held[0].reason, held[0].words)
    return None
