"""Formal call backs (R-CB-1 to R-CB-7): raised, listed, re-timed, passed on, closed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from ivr.domain.events import WorkChanged
from ivr.domain.ids import AgentId
from ivr.domain.purposes import CONTACT_KINDS, ContactKind
from ivr.records import activities, call_back_deeds, call_backs, raising
from ivr.records.call_backs import CallBack
from ivr.records.deeds import By, exists
from ivr.records.raising import Agreed, Given
from ivr.web.call_back_models import CallBacks, CallBacksQuery, CloseBody, OneCallBack, PassBody, RaiseBody, TimeBody
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.services import OpenDays

_ONE: Final = "/api/call-backs/{call_back_id:b[0-9a-z]{16}}"
_OF_RECORD: Final = "/api/records/{kind:(?:client|employer|representative)}/{record_id:[0-9]{1,9}}/call-backs"
_NOT_NOW: Final = {409: "It is closed, or another agent has it; the message says which."}


async def raise_one(ask: Ask[RaiseBody, NoQuery]) -> Reply:
    """A formal call back, for oneself or for the owner."""
    services, body = ask.web.services, ask.body
    given = Given(services.dialling(), services.open_days())
    agreed = Agreed(**dict(body))
    made = await services.store.write(raising.raise_one, agreed, given, ask.who.by, services.now())
    if made is None:
        raise _no_record(body.record_id)
    if body.outcome is not None and made.call_id is not None:
        for activity in await services.store.read(activities.of_call, made.call_id):
            if activity.agent.staff_number == ask.who.staff_number:
                ask.web.live.tell_activity(ask.who.agent_id, activity)
    ask.web.live.hear(WorkChanged())
    return Reply(201, OneCallBack(call_back=made))


async def listed(ask: Ask[NoBody, CallBacksQuery]) -> Reply:
    """Open ones: one's own, one's queues', one's teams'."""
    query, who, services = ask.query, ask.who, ask.web.services
    if query.whose == "teams" and not who.leads:
        raise Refusal(403, "session.not_a_team_leader", "this is for team leaders only", field="whose", found="teams")
    found = await services.store.read(_listed, query, who.agent_id, services.now())
    return Reply(200, CallBacks(call_backs=found))


async def of_record(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Every one of a record."""
    services, record_id = ask.web.services, int(ask.path["record_id"])
    kind = next(kind for kind in CONTACT_KINDS if kind == ask.path["kind"])
    found = await services.store.read(_of_record, kind, record_id, services.now())
    if found is None:
        raise _no_record(record_id)
    return Reply(200, found)


async def read_one(ask: Ask[NoBody, NoQuery]) -> Reply:
    """One."""
    services = ask.web.services
    return _answer(ask, await services.store.read(call_backs.one, ask.path["call_back_id"], services.now()))


async def set_times(ask: Ask[TimeBody, NoQuery]) -> Reply:
    """Its times set again."""
    services, call_back_id = ask.web.services, ask.path["call_back_id"]
    step = partial(_set_times, open_days=services.open_days())
    changed = await services.store.write(step, call_back_id, ask.body, ask.who.by, services.now())
    return _changed(ask, changed)


async def pass_on(ask: Ask[PassBody, NoQuery]) -> Reply:
    """Given to another agent, alone."""
    services, body = ask.web.services, ask.body
    args = (ask.path["call_back_id"], body.staff_number, body.why, ask.who.by, services.now())
    return _changed(ask, await services.store.write(call_back_deeds.pass_on, *args))


async def close(ask: Ask[CloseBody, NoQuery]) -> Reply:
    """Closed, with a result."""
    services = ask.web.services
    args = (ask.path["call_back_id"], ask.body.result, ask.who.by, services.now())
    return _changed(ask, await services.store.write(call_back_deeds.close, *args))


def _listed(sql: Connection, query: CallBacksQuery, agent_id: AgentId, now: datetime) -> tuple[CallBack, ...]:
    match query.whose:
        case "mine":
            return call_backs.held_by(sql, agent_id, now)
        case "queue":
            return call_backs.queued_for(sql, agent_id, now)
        case "teams":
            overdue, absent = query.only == "overdue", query.only == "absent"
            return call_backs.for_leader(sql, agent_id, now, overdue=overdue, absent=absent)


def _of_record(sql: Connection, kind: ContactKind, record_id: int, now: datetime) -> CallBacks | None:
    if not exists(sql, kind, record_id):
        return None
    return CallBacks(call_backs=call_backs.of_record(sql, kind, record_id, now))


def _set_times(
    sql: Connection, call_back_id: str, body: TimeBody, by: By, now: datetime, *, open_days: OpenDays
) -> CallBack | None:
    found = call_backs.one(sql, call_back_id, now)
    if found is None:
        return None
    brand = call_backs.brand_of(sql, found.kind, found.record_id, found.case_id, found.call_id)
    is_open_day = partial(open_days, brand)
    return call_back_deeds.set_times(sql, call_back_id, body.wanted_at, is_open_day, by, now)


def _changed(ask: Ask[Any, NoQuery], found: CallBack | None) -> Reply:
    """It is told to whoever has it, or had it."""
    ask.web.live.hear(WorkChanged())
    return _answer(ask, found)


def _answer(ask: Ask[Any, NoQuery], found: CallBack | None) -> Reply:
    if found is None:
        words = "there is no such call back"
        raise Refusal(404, "call_back.unknown", words, field="call_back_id", found=ask.path["call_back_id"])
    return Reply(200, OneCallBack(call_back=found))


def _no_record(record_id: int) -> Refusal:
    return Refusal(404, "record.unknown", "there is no such record", field="record_id", found=str(record_id))


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        "/api/call-backs",
        "raise_call_back",
        "Raise a formal call back, for oneself or for the owner; audited",
        Auth.AGENT,
        raise_one,
        {201: Answer("It is raised; for the owner with a service request.", OneCallBack)},
        RaiseBody,
        NoQuery,
        {
            404: "There is no such record.",
            409: "They may not be rung, nobody owns it, or the outbound call is still open; it says.",
        },
    ),
    Operation(
        "GET",
        "/api/call-backs",
        "call_backs",
        "Open call backs: one's own, one's queues', or, for team leaders, one's teams'",
        Auth.AGENT,
        listed,
        {200: Answer("The call backs, by their start.", CallBacks)},
        NoBody,
        CallBacksQuery,
    ),
    Operation(
        "GET",
        _OF_RECORD,
        "call_backs_of_record",
        "Every call back of a contact",
        Auth.AGENT,
        of_record,
        {200: Answer("The open ones first.", CallBacks)},
        NoBody,
        NoQuery,
        examples={"kind": "client", "record_id": "3"},
    ),
    Operation(
        "GET",
        _ONE,
        "call_back",
        "A call back",
        Auth.AGENT,
        read_one,
        {200: Answer("The call back.", OneCallBack)},
        NoBody,
        NoQuery,
        examples={"call_back_id": "b0000000000000000"},
    ),
    Operation(
        "PUT",
        f"{_ONE}/time",
        "set_call_back_time",
        "Set its times again; audited",
        Auth.AGENT,
        set_times,
        {200: Answer("As it is now.", OneCallBack)},
        TimeBody,
        NoQuery,
        _NOT_NOW,
        examples={"call_back_id": "b0000000000000000"},
    ),
    Operation(
        "POST",
        f"{_ONE}/pass",
        "pass_call_back",
        "Pass it alone to another agent, or back to the case's owner; audited",
        Auth.TEAM_LEADER,
        pass_on,
        {200: Answer("As it is now.", OneCallBack)},
        PassBody,
        NoQuery,
        {409: "It is closed, or nobody has this staff number; the message says which."},
        examples={"call_back_id": "b0000000000000001"},
    ),
    Operation(
        "POST",
        f"{_ONE}/close",
        "close_call_back",
        "Close it with a result; audited",
        Auth.AGENT,
        close,
        {200: Answer("It is closed.", OneCallBack)},
        CloseBody,
        NoQuery,
        _NOT_NOW,
        examples={"call_back_id": "b0000000000000002"},
    ),
)
