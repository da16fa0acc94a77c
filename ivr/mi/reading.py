"""The calls of a period and their facts, read for the sums (R-MI-3). A plain query beside everything else."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from ivr.mi.measures import COUNTED_STEPS, CallTold, Fact, Sums, sums_of
from ivr.store import tables as t


def sums_between(sql: Connection, begin: datetime, end: datetime) -> Sums:
    """The sums of the calls that arrived from ``begin`` on and before ``end``."""
    return sums_of(calls_between(sql, begin, end))


def calls_between(sql: Connection, begin: datetime, end: datetime) -> list[CallTold]:
    """These calls with the facts that are counted, in the order they were appended."""
    arrived = (t.call.c.arrived_at >= begin, t.call.c.arrived_at < end)
    facts = _facts(sql, arrived)
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
        ).where(*arrived)
    )
    return [CallTold(*row[1:], tuple(facts[row.call_id])) for row in rows]


def staff_numbers(sql: Connection, agent_ids: list[int]) -> dict[int, str]:
    """Whose queue ``agent:7`` is."""
    live = t.agent_live.c
    query = select(live.agent_id, live.staff_number).where(live.agent_id.in_(agent_ids))
    return {row.agent_id: row.staff_number for row in sql.execute(query)}


def _facts(sql: Connection, arrived: tuple[object, ...]) -> dict[str, list[Fact]]:
    fact = t.call_event.c
    query = (
        select(fact.call_id, fact.step, fact.data)
        .join(t.call, t.call.c.call_id == fact.call_id)
        .where(*arrived, fact.step.in_(COUNTED_STEPS))  # type: ignore[arg-type]
        .order_by(fact.call_id, fact.event_id)
    )
    found: dict[str, list[Fact]] = defaultdict(list)
    for call_id, rows in groupby(sql.execute(query), key=lambda row: row.call_id):
        found[call_id] = [Fact(row.step, row.data) for row in rows]
    return found
