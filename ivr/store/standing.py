"""How a waiting call stands: what may be said to its caller (R-WAIT-2, R-RONA-4).

The expected wait is the mean time between answers to calls of the same queues, times the position; while too few of
them have been answered lately, the mean handling time, times the position, over the people at work; else unknown. Every
read goes by a key or a partial index, whatever is on record: ids sort by time, so the youngest are the last.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, text

from ivr.domain.ids import CallId, first_call_id, first_offer_id
from ivr.domain.waiting import Place
from ivr.store.tables import agent_event, call, call_scope, offer

LATELY: Final = timedelta(minutes=15)
"""Answers so old still tell how fast a queue is served."""
ENOUGH: Final = 3
"""So many answers, or calls handled, are known at least before a time is told."""
HANDLED_LATELY: Final = timedelta(days=1)
HANDLED_CALLS: Final = 50
RECENT_FACTS: Final = 400
"""Of agents' state changes, so many of the last tell how long After Call Work takes."""

_QUEUES = text("SELECT key FROM call_scope WHERE call_id = :call_id AND reach = 'open' ORDER BY position")
_SINCE = select(call.c.enqueued_at).where(call.c.call_id == bindparam("call_id"))
_ELIGIBLE = """FROM call_scope s JOIN agent_live a ON
        (s.kind = 'agent' AND a.agent_id = s.agent_id) OR (s.kind = 'team' AND a.team = s.name)
        OR (s.kind = 'segment' AND a.segment = s.name)
    WHERE s.call_id = :call_id AND s.reach = 'open' AND a.state <> 'logged_out'"""
_LOGGED_IN = text(f"SELECT 1 {_ELIGIBLE} LIMIT 1")
_SERVING = text(f"SELECT count(DISTINCT a.agent_id) {_ELIGIBLE} AND a.state <> 'not_ready'")
_AHEAD = text(
    """SELECT count(*) FROM call c JOIN call me ON me.call_id = :call_id
    WHERE c.state <> 'ended' AND c.state IN ('waiting', 'ringing') AND c.call_id <> me.call_id
    AND (c.first_waiting_at < me.first_waiting_at
         OR (c.first_waiting_at = me.first_waiting_at AND c.call_id < me.call_id))
    AND EXISTS (SELECT 1 FROM call_scope s WHERE s.call_id = c.call_id AND s.reach = 'open' AND s.key IN :queues)"""
).bindparams(bindparam("queues", expanding=True))
_ANSWERS = select(func.count(), func.min(offer.c.ended_at)).where(
    offer.c.offer_id >= bindparam("since"),
    offer.c.state == "answered",
    select(1)
    .where(call_scope.c.call_id == offer.c.call_id, call_scope.c.reach == "open")
    .where(call_scope.c.key.in_(bindparam("queues", expanding=True)))
    .exists(),
)
_TALKS = (
    select(call.c.answered_at, call.c.ended_at)
    .where(call.c.call_id >= bindparam("since"), call.c.kind == bindparam("kind"), call.c.end == "answered")
    .order_by(call.c.call_id.desc())
    .limit(HANDLED_CALLS)
)
_FACTS = (
    select(agent_event.c.agent_id, agent_event.c.at, agent_event.c.before)
    .order_by(agent_event.c.event_id.desc())
    .limit(RECENT_FACTS)
)


def place(sql: Connection, call_id: CallId, now: datetime) -> Place:
    """How the call stands at ``now``."""
    queues = tuple(sql.scalars(_QUEUES, {"call_id": call_id}))
    since = sql.scalar(_SINCE, {"call_id": call_id})
    if not queues or sql.execute(_LOGGED_IN, {"call_id": call_id}).first() is None:
        return Place(None, None, queues, since)
    position = 1 + int(sql.execute(_AHEAD, {"call_id": call_id, "queues": queues}).scalar_one())
    each_s = _between_answers_s(sql, queues, now)
    if each_s is None:
        each_s = _by_staff_s(sql, call_id, now)
    return Place(position, None if each_s is None else position * each_s, queues, since)


def _between_answers_s(sql: Connection, queues: tuple[str, ...], now: datetime) -> float | None:
    """The mean time between answers in ``queues``, counted to this moment: a pause that goes on makes it longer."""
    values = {"since": first_offer_id(now - LATELY), "queues": queues}
    count, first_at = sql.execute(_ANSWERS, values).one()
    if count < ENOUGH:
        return None
    waited: timedelta = now - first_at
    return waited.total_seconds() / (int(count) - 1)


def _by_staff_s(sql: Connection, call_id: CallId, now: datetime) -> float | None:
    """A call's handling time over the eligible people who are logged in and not Not Ready."""
    serving = int(sql.execute(_SERVING, {"call_id": call_id}).scalar_one())
    kind = sql.scalar(select(call.c.kind).where(call.c.call_id == call_id))
    talks = sql.execute(_TALKS, {"since": first_call_id(now - HANDLED_LATELY), "kind": kind}).all()
    if not serving or len(talks) < ENOUGH:
        return None
    talk_s: float = sum((ended - answered).total_seconds() for answered, ended in talks) / len(talks)
    return (talk_s + _after_call_work_s(sql)) / serving


def _after_call_work_s(sql: Connection) -> float:
    """How long After Call Work took on average, among the last changes of everybody; 0 while none has ended."""
    lasted: list[float] = []
    began: dict[int, datetime] = {}
    for agent_id, at, before in reversed(sql.execute(_FACTS).all()):
        if before == "after_call_work" and agent_id in began:
            lasted.append((at - began[agent_id]).total_seconds())
        began[agent_id] = at
    return sum(lasted) / len(lasted) if lasted else 0.0
