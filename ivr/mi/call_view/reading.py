"""What is on record of one call, read for its time line. A plain query beside everything else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, or_, select

from ivr.domain.agents import AgentState
from ivr.domain.ids import CallId
from ivr.domain.numbers import masked
from ivr.mi.call_view.told import CallTold, Fact, StateFact, Told
from ivr.store import tables as t

_WORK_AT_MOST: Final = timedelta(days=1)
"""After Call Work ends by itself long before; what comes later belongs to other calls."""
_STAFF_KEYS: Final = ("agent", "who", "from", "to", "leader")
_SCOPE_KEYS: Final = ("scope", "scopes")
_BY_ID: Final = re.compile(r"\bagent:(\d+)(?=$|, )")


@dataclass(frozen=True, slots=True)
class _Agent:
    agent_id: int
    staff_number: str
    name: str


def told(sql: Connection, call_id: CallId) -> Told | None:
    """All that is on record of the call; None when there is no such call."""
    call = sql.execute(select(t.call).where(t.call.c.call_id == call_id)).first()
    if call is None:
        return None
    fact = t.call_event
    rows = sql.execute(select(fact).where(fact.c.call_id == call_id).order_by(fact.c.event_id)).all()
    agents = _agents(sql, [row.data for row in rows])
    by_id = {agent.agent_id: agent.staff_number for agent in agents}
    facts = tuple(Fact(row.at, row.step, _by_staff_number(row.data, by_id)) for row in rows)
    names = {agent.staff_number: agent.name for agent in agents}
    return Told(_call(call), facts, tuple(_states(sql, call, by_id)), names)


def latest(sql: Connection) -> CallId | None:
    """The call that arrived last."""
    found = sql.scalar(select(t.call.c.call_id).order_by(t.call.c.arrived_at.desc(), t.call.c.call_id.desc()).limit(1))
    return None if found is None else CallId(found)


def config_of(sql: Connection, call_id: CallId) -> tuple[str, str] | None:
    """The hash of the configuration that the call began with, and its brand."""
    row = sql.execute(select(t.call.c.config_hash, t.call.c.brand).where(t.call.c.call_id == call_id)).first()
    return None if row is None else (row.config_hash, row.brand)


def _call(row: Row[Any]) -> CallTold:
    return CallTold(
        row.call_id,
        row.line,
        row.brand,
        row.language,
        row.kind,
        masked(row.cli),
        row.arrived_at,
        row.answered_at,
        row.ended_at,
        None if row.ended_at is None else row.end,
    )


def _agents(sql: Connection, facts: Iterable[Mapping[str, str]]) -> list[_Agent]:
    """Everybody whom the facts name, by staff number or, in a scope, by internal id."""
    staff, ids = set[str](), set[int]()
    for data in facts:
        staff |= {data[key].removeprefix("agent:") for key in _STAFF_KEYS if key in data}
        ids |= {int(found) for key in _SCOPE_KEYS for found in _BY_ID.findall(data.get(key, ""))}
    agent = t.agent.c
    query = select(agent.agent_id, agent.staff_number, agent.name)
    rows = sql.execute(query.where(or_(agent.staff_number.in_(staff), agent.agent_id.in_(ids))))
    return [_Agent(*row) for row in rows]


def _by_staff_number(data: Mapping[str, str], staff: Mapping[int, str]) -> dict[str, str]:
    def named(found: re.Match[str]) -> str:
        return f"agent:{staff.get(int(found[1]), found[1])}"

    return {key: _BY_ID.sub(named, value) if key in _SCOPE_KEYS else value for key, value in data.items()}


def _states(sql: Connection, call: Row[Any], staff: Mapping[int, str]) -> Iterable[StateFact]:
    """What this call made of its agents, and what ended their work after it."""
    event = t.agent_event
    until: datetime = (call.ended_at or call.arrived_at) + _WORK_AT_MOST
    wanted = or_(event.c.call_id == call.call_id, event.c.before == AgentState.AFTER_CALL_WORK.value)
    query = select(event).where(event.c.agent_id.in_(staff), event.c.at >= call.arrived_at, event.c.at <= until, wanted)
    for row in sql.execute(query.order_by(event.c.event_id)):
        of_call = row.call_id == call.call_id
        yield StateFact(staff[row.agent_id], row.at, row.before, row.after, row.code, of_call)
