"""An agent's work beside the call (R-ACT-3, R-CB-5, R-CB-8, R-WAIT-4): plain reads, for many agents at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, literal_column, select

from ivr.domain.applications import Rules
from ivr.domain.ids import AgentId
from ivr.domain.oversight import Role
from ivr.domain.queueing import Reach
from ivr.domain.reminders import SnoozeRules
from ivr.records import activities, call_backs, informal, reminders, service_requests
from ivr.records.beforehand import NOTHING, Beforehand, Contact, beforehand
from ivr.records.call_backs import CallBack
from ivr.records.moving import moved_cases
from ivr.records.reminders import Reminder
from ivr.store import tables as t
from ivr.web import application_views
from ivr.web.activity_models import CallBackToDo, OwnWaiting, TeamCallBack, TeamsWork, Work
from ivr.web.reminder_models import Reminders, ReminderUp
from ivr.web.services import WebServices

_WAITING: Final[ColumnElement[bool]] = literal_column("call.state = 'waiting'")
Known = Mapping[Contact, Beforehand]


@dataclass(frozen=True, slots=True)
class WorkRules:
    """What operations have written of it: how reminders are put off, how new-application call backs go."""

    snoozing: SnoozeRules = field(default_factory=SnoozeRules)
    applications: Rules = field(default_factory=Rules)


_RULES: Final = WorkRules()


def rules_now(services: WebServices) -> WorkRules:
    """What they say now."""
    return WorkRules(services.snoozing(), services.applications())


def work_of(
    sql: Connection, agent_ids: Collection[AgentId], now: datetime, rules: WorkRules = _RULES
) -> dict[AgentId, Work]:
    """What each of them has to do."""
    written = activities.open_of(sql, agent_ids)
    held = call_backs.held_by_each(sql, agent_ids, now)
    queued = call_backs.queued_for_each(sql, agent_ids, now)
    noted = informal.held_by_each(sql, agent_ids)
    reminded = reminders.of_each(sql, agent_ids, now)
    waiting = own_waiting(sql, agent_ids)
    requests = service_requests.queues_of(sql, agent_ids)
    leading = _leading(sql, agent_ids, now)
    known = beforehand(sql, _contacts([*held.values(), *queued.values(), *leading.values()]), now)
    applications = application_views.to_do(sql, agent_ids, now)
    to_allocate = application_views.to_allocate(sql, agent_ids, rules.applications, now)
    return {
        one: Work(
            activities=written[one],
            call_backs=tuple(_to_do(back, known, now) for back in held[one]),
            queue_call_backs=tuple(_to_do(back, known, now) for back in queued.get(one, ())),
            informal=noted[one],
            reminders=_reminders(reminded[one], known, rules.snoozing, now),
            own_waiting=waiting[one],
            service_requests=requests[one],
            leading=_teams(sql, one, leading[one], known, now) if one in leading else None,
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
    """When the first of these call backs becomes due, or overdue, or a reminder pops up."""
    return min((at for one in work for at in _turns(one) if at > now), default=None)


def is_attempting(work: Work | None) -> bool:
    """Whether an attempt of a new-application call back goes on: once its call is over, its result is asked for."""
    return work is not None and any(one.wants == "calling" for one in work.applications)


def _turns(work: Work) -> Iterable[datetime]:
    led = () if work.leading is None else work.leading.call_backs
    for back in (*work.call_backs, *work.queue_call_backs, *led):
        yield back.reminds_at
        yield back.ends_at
    for application in work.applications:
        yield from (at for at in (application.prompts_at, application.next_at) if at is not None)
    if work.reminders.next_at is not None:
        yield work.reminders.next_at


def _leading(sql: Connection, agent_ids: Collection[AgentId], now: datetime) -> dict[AgentId, tuple[CallBack, ...]]:
    """The call backs that want each team leader among these agents (R-CB-5): overdue, of who is absent, passed on."""
    agent = t.agent
    query = select(agent.c.agent_id).where(agent.c.role == Role.TEAM_LEADER.value, agent.c.agent_id.in_(agent_ids))
    return {
        leader_id: tuple(
            one
            for one in call_backs.for_leader(sql, leader_id, now)
            if one.overdue or one.holder_absent or one.passed_on
        )
        for leader_id in sql.scalars(query)
    }


def _teams(sql: Connection, leader_id: AgentId, found: tuple[CallBack, ...], known: Known, now: datetime) -> TeamsWork:
    case = t.case_file
    ids = {one.case_id for one in found if one.case_id is not None}
    rows = sql.execute(select(case.c.case_id, case.c.number).where(case.c.case_id.in_(ids))) if ids else ()
    numbers = {row.case_id: row.number for row in rows}
    return TeamsWork(
        call_backs=tuple(
            TeamCallBack(
                **dict(_to_do(one, known, now)),
                holder=one.holder,
                holder_absent=one.holder_absent,
                queue=one.queue,
                case_number=None if one.case_id is None else numbers.get(one.case_id),
                passed_on=one.passed_on,
            )
            for one in found
        ),
        moved_cases=moved_cases(sql, leader_id),
    )


def _contacts(found: Iterable[Iterable[CallBack]]) -> set[Contact]:
    return {
        (one.kind, one.record_id)
        for some in found
        for one in some
        if one.kind is not None and one.record_id is not None
    }


def _reminders(found: tuple[Reminder, ...], known: Known, rules: SnoozeRules, now: datetime) -> Reminders:
    return Reminders(
        up=tuple(_up(one, known, now) for one in found if one.pops_up_at <= now),
        next_at=next((one.pops_up_at for one in found if one.pops_up_at > now), None),
        snooze_step_s=rules.step_s,
        snooze_steps=rules.steps,
    )


def _up(one: Reminder, known: Known, now: datetime) -> ReminderUp:
    due = one.due
    told = known.get((due.kind or "", due.record_id or 0), NOTHING)
    return ReminderUp(
        source=due.source,
        source_id=due.source_id,
        popped_up_at=one.pops_up_at,
        starts_at=due.starts_at,
        ends_at=due.ends_at,
        overdue=due.ends_at is not None and due.ends_at < now,
        name=due.name,
        contact_number=due.contact_number,
        description=due.description,
        kind=due.kind,
        record_id=due.record_id,
        case_id=due.case_id,
        case_ending=due.case_ending,
        role=due.role,
        requirements=told.requirements,
        tried_at=told.tried_at,
    )


def _to_do(found: CallBack, known: Known, now: datetime) -> CallBackToDo:
    told = known.get((found.kind or "", found.record_id or 0), NOTHING)
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
        requirements=told.requirements,
        tried_at=told.tried_at,
    )


def _state(found: CallBack, now: datetime) -> Literal["later", "due", "overdue"]:
    if found.overdue:
        return "overdue"
    return "due" if found.reminds_at <= now else "later"
