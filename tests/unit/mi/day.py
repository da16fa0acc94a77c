"""A call of the store in memory as the time line is told it."""

from __future__ import annotations

from ivr.domain.ids import CallId
from ivr.mi.call_view.told import CallTold, Fact, StateFact, Told
from ivr.store.memory_rows import Rows


def told_of(rows: Rows, call_id: CallId) -> Told:
    """All that is on record of one call; every agent's changes, as the query would find them among others'."""
    row = rows.calls[call_id]
    staff = {agent.agent_id: agent.staff_number for agent in rows.agents.values()}
    facts = tuple(Fact(one.at, one.step, dict(one.data)) for one in rows.journey if one.call_id == call_id)
    states = tuple(
        StateFact(staff[one.agent_id], one.at, one.before, one.after, one.code, one.call_id == call_id)
        for one in rows.agent_facts
        if one.at >= row.arrived_at
    )
    end = None if row.ended_at is None or row.end is None else row.end.value
    call = CallTold(
        call_id,
        row.line,
        row.brand,
        row.language,
        row.kind,
        "…123",
        row.arrived_at,
        row.answered_at,
        row.ended_at,
        end,
    )
    return Told(call, facts, states)
