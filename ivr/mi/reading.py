"""The calls of a period and their facts, read for the sums (R-MI-3). A plain query beside everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, func, select

from ivr.domain.ids import CallId
from ivr.mi.measures import COUNTED_STEPS, CallTold, Fact, Sums, sums_of
from ivr.mi.today import TODAY_STEPS, Part, part_of
from ivr.store import tables as t


def sums_between(sql: Connection, begin: datetime, end: datetime) -> Sums:
    """The sums of the calls that arrived from ``begin`` on and before ``end``."""
    return sums_of(calls_between(sql, begin, end))


def calls_between(sql: Connection, begin: datetime, end: datetime) -> list[CallTold]:
    """These calls with the facts that are counted, in the order they were appended."""
    return list(_calls(sql, (t.call.c.arrived_at >= begin, t.call.c.arrived_at < end), COUNTED_STEPS).values())


def parts_between(sql: Connection, begin: datetime, end: datetime) -> dict[CallId, Part]:
    """What each call that arrived from ``begin`` on and before ``end`` counts in its day."""
    found = _calls(sql, (t.call.c.arrived_at >= begin, t.call.c.arrived_at < end), TODAY_STEPS)
    return {call_id: part_of(call) for call_id, call in found.items()}


def parts_of(sql: Connection, call_ids: Collection[CallId]) -> dict[CallId, Part]:
    """What each of these calls counts in its day."""
    if not call_ids:
        return {}
    found = _calls(sql, (t.call.c.call_id.in_(call_ids),), TODAY_STEPS)
    return {call_id: part_of(call) for call_id, call in found.items()}


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


def _calls(sql: Connection, which: Sequence[ColumnElement[bool]], steps: Sequence[str]) -> dict[CallId, CallTold]:
    facts = _facts(sql, which, steps)
    call = t.call.c
    rows = sql.execute(
        select(
            call.call_id,
            call.line,
            call.arrived_at,
            call.first_waiting_at,
            call.answered_at,
            call.ended_at,
            call.end,
        ).where(*which)
    )
    return {row.call_id: CallTold(*row[1:], tuple(facts[row.call_id])) for row in rows}


def _facts(sql: Connection, which: Sequence[ColumnElement[bool]], steps: Sequence[str]) -> dict[str, list[Fact]]:
    fact = t.call_event.c
    query = (
        select(fact.call_id, fact.step, fact.data, fact.at)
        .join(t.call, t.call.c.call_id == fact.call_id)
        .where(*which, fact.step.in_(steps))
        .order_by(fact.call_id, fact.event_id)
    )
    found: dict[str, list[Fact]] = defaultdict(list)
    for call_id, rows in groupby(sql.execute(query), key=lambda row: row.call_id):
        found[call_id] = [Fact(row.step, row.data, row.at) for row in rows]
    return found
