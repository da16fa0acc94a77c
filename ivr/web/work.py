"""An agent's work beside the call (R-ACT-3, R-CB-5, R-WAIT-4): plain reads, for many agents at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, literal_column, select

from ivr.domain.applications import Rules
from ivr.domain.ids import AgentId
from ivr.domain.queueing import Reach
from ivr.records import activities, call_backs
from ivr.records.call_backs import CallBack
from ivr.store import tables as t
from ivr.web import application_views
from ivr.web.activity_models import CallBackToDo, OwnWaiting, Work

_WAITING: Final[ColumnElement[bool]] = literal_column("call.state = 'waiting'")


def work_of(sql: Connection, agent_ids: Collection[AgentId], rules: Rules, now: datetime) -> dict[AgentId, Work]:
    """What each of them has to do."""
    written = activities.open_of(sql, agent_ids)
    held = call_backs.held_by_each(sql, agent_ids, now)
    waiting = own_waiting(sql, agent_ids)
    applications = application_views.to_do(sql, agent_ids, now)
    to_allocate = application_views.to_allocate(sql, agent_ids, rules, now)
    return {
        one: Work(
            activities=written[one],
            call_backs=tuple(_to_do(back, now) for back in held[one]),
            own_waiting=waiting[one],
            applications=applications[one],
            to_allocate=to_allocate.get(one),
        )
        for one in agent_ids
    }


def own_waiting(sql: Connection, agent_ids: Collection[AgentId]) -> dict[AgentId, tuple[OwnWaiting, ...]]:
    """The calls that wait for each of them by name, the longest first."""
    scope, call = t.call_scope, t.call
    query = (
        select(scope.c.agent_id, call.c.call_id, call.c.first_waiting_at, call.c.language)
        .join(call, call.c.call_id == scope.c.call_id)
        .where(_WAITING, scope.c.agent_id.is_not(None), scope.c.reach == Reach.OPEN.value)
        .order_by(call.c.first_waiting_at, call.c.call_id)
    )
    rows = sql.execute(query).all()
    return {
        one: tuple(
            OwnWaiting(call_id=row.call_id, waiting_since=row.first_waiting_at, language=row.language)
            for row in rows
            if row.agent_id == one
        )
        for one in agent_ids
    }


def next_turn(work: Iterable[Work], now: datetime) -> datetime | None:
    """When the first of these call backs becomes due, or overdue."""
    return min((at for one in work for at in _turns(one) if at > now), default=None)


def is_attempting(work: Work | None) -> bool:
    """Whether an attempt of a new-application call back goes on: once its call is over, its result is asked for."""
    return work is not None and any(one.wants == "calling" for one in work.applications)


def _turns(work: Work) -> Iterable[datetime]:
    for back in work.call_backs:
        yield from (back.reminds_at, back.ends_at)
    for application in work.applications:
        yield from (at for at in (application.prompts_at, application.next_at) if at is not None)


def _to_do(found: CallBack, now: datetime) -> CallBackToDo:
    return CallBackToDo(
        call_back_id=found.call_back_id,
        state=_state(found, now),
        reminds_at=found.reminds_at,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        wanted_at=found.wanted_at,
        kind=found.kind,
        record_id=found.record_id,
        name=found.name,
        reference=found.reference,
        case_id=found.case_id,
        case_ending=found.case_ending,
        contact_number=found.contact_number,
        description=found.description,
    )


def _state(found: CallBack, now: datetime) -> Literal["later", "due", "overdue"]:
    if found.overdue:
        return "overdue"
    return "due" if found.reminds_at <= now else "later"
