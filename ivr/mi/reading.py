"""The calls of a period and their facts, read for the sums (R-MI-3). A plain query beside everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select

from ivr.domain.ids import CallId
from ivr.mi.measures import COUNTED_STEPS, CallTold, Fact, Sums, sums_of
from ivr.mi.today import TODAY_STEPS, Part, part_of
from ivr.store import tables as t

_CALL: Final = t.call.c
_FACT: Final = t.call_event.c


@dataclass(frozen=True, slots=True)
class _Which:
    """The statements that read some calls, and their facts; made once, for to make one costs more than to run it."""

    calls: Select[Any]
    facts: Select[Any]

    @classmethod
    def where(cls, *conditions: ColumnElement[bool]) -> _Which:
        """Those calls."""
        told = (_CALL.line, _CALL.arrived_at, _CALL.first_waiting_at, _CALL.answered_at, _CALL.ended_at, _CALL.end)
        facts = (
            select(_FACT.call_id, _FACT.step, _FACT.data, _FACT.at)
            .join(t.call, _CALL.call_id == _FACT.call_id)
            .where(*conditions, _FACT.step.in_(bindparam("steps", expanding=True)))
            .order_by(_FACT.call_id, _FACT.event_id)
        )
        return cls(select(_CALL.call_id, *told).where(*conditions), facts)


_BETWEEN: Final = _Which.where(_CALL.arrived_at >= bindparam("begin"), _CALL.arrived_at < bindparam("end"))
_NAMED: Final = _Which.where(_CALL.call_id.in_(bindparam("call_ids", expanding=True)))


def sums_between(sql: Connection, begin: datetime, end: datetime) -> Sums:
    """The sums of the calls that arrived from ``begin`` on and before ``end``."""
    return sums_of(calls_between(sql, begin, end))


def calls_between(sql: Connection, begin: datetime, end: datetime) -> list[CallTold]:
    """These calls with the facts that are counted, in the order they were appended."""
    return list(_calls(sql, _BETWEEN, COUNTED_STEPS, {"begin": begin, "end": end}).values())


def parts_between(sql: Connection, begin: datetime, end: datetime) -> dict[CallId, Part]:
    """What each call that arrived from ``begin`` on and before ``end`` counts in its day."""
    return _parts(sql, _BETWEEN, {"begin": begin, "end": end})


def parts_of(sql: Connection, call_ids: Collection[CallId]) -> dict[CallId, Part]:
    """What each of these calls counts in its day."""
    if not call_ids:
        return {}
    return _parts(sql, _NAMED, {"call_ids": list(call_ids)})


def first_arrival(sql: Connection, begin: datetime) -> datetime | None:
    """When the first call arrived from ``begin`` on; None: none did."""
    at: datetime | None = sql.scalar(select(func.min(t.call.c.arrived_at)).where(t.call.c.arrived_at >= begin))
    return at


def arrived_since(sql: Connection, begin: datetime) -> frozenset[CallId]:
    """The calls that arrived from ``begin`` on."""
    return frozenset(CallId(one) for one in sql.scalars(select(t.call.c.call_id).where(t.call.c.arrived_at >= begin)))


def staff_numbers(sql: Connection, agent_ids: list[int]) -> dict[int, str]:
    """Whose queue ``agent:7`` is."""
    live = t.agent_live.c
    query = select(live.agent_id, live.staff_number).where(live.agent_id.in_(agent_ids))
    return {row.agent_id: row.staff_number for row in sql.execute(query)}


def _parts(sql: Connection, which: _Which, values: Mapping[str, object]) -> dict[CallId, Part]:
    return {call_id: part_of(call) for call_id, call in _calls(sql, which, TODAY_STEPS, values).items()}


def _calls(
    sql: Connection, which: _Which, steps: Sequence[str], values: Mapping[str, object]
) -> dict[CallId, CallTold]:
    facts: dict[str, list[Fact]] = defaultdict(list)
    for call_id, rows in groupby(sql.execute(which.facts, {**values, "steps": steps}), key=lambda row: row.call_id):
        facts[call_id] = [Fact(row.step, row.data, row.at) for row in rows]
    return {row.call_id: _told(row, facts[row.call_id]) for row in sql.execute(which.calls, values)}


def _told(row: Row[Any], facts: Sequence[Fact]) -> CallTold:
    return CallTold(
        line=row.line,
        arrived_at=row.arrived_at,
        first_waiting_at=row.first_waiting_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        end=row.end,
        facts=tuple(facts),
    )
