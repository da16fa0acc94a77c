"""Activities (R-ACT): listed, written, attached, closed, entered by hand; and what they may be closed with."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from ivr.domain.activities import OUTCOMES, REASONS, outcome_words
from ivr.domain.events import WorkChanged
from ivr.domain.ids import AgentId
from ivr.records import activities, activity_deeds
from ivr.records.activities import Activity
from ivr.records.activity_deeds import Attached, ByHand, Closing
from ivr.records.deeds import exists, staff
from ivr.web.activity_models import (
    Activities,
    ActivitiesQuery,
    AttachBody,
    ByHandBody,
    Choice,
    CloseActivityBody,
    OneActivity,
    Outcomes,
    OutcomesQuery,
    WriteBody,
)
from ivr.web.identity import Person
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_ONE: Final = "/api/activities/{activity_id:v[0-9a-z]{16}}"
_OF_RECORD: Final = (
    "/api/records/{kind:(?:client|representative|employer|employer_agent)}/{record_id:[0-9]{1,9}}/activities"
)
_NOT_NOW: Final = {409: "It is closed, or another agent has it; the message says which."}


async def listed(ask: Ask[NoBody, ActivitiesQuery]) -> Reply:
    """One's own open ones; a leader's teams'; a call's."""
    found = await ask.web.services.store.read(_listed, ask.query, ask.who)
    return Reply(200, Activities(activities=found))


async def of_record(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Those attached to a record."""
    found = await ask.web.services.store.read(_of_record, ask.path["kind"], int(ask.path["record_id"]))
    if found is None:
        raise Refusal(404, "record.unknown", "there is no such record", field="record_id", found=ask.path["record_id"])
    return Reply(200, Activities(activities=found))


async def write(ask: Ask[WriteBody, NoQuery]) -> Reply:
    """Kept as it is typed."""
    services, body = ask.web.services, ask.body
    given = {name: value for name, value in dict(body).items() if value is not None}
    args = (ask.path["activity_id"], given, ask.who.by, services.now())
    return await _told(ask, await services.store.write(activity_deeds.write, *args))


async def attach(ask: Ask[AttachBody, NoQuery]) -> Reply:
    """Attached to a record or a case."""
    services, to = ask.web.services, Attached(ask.body.kind, ask.body.record_id)
    args = (ask.path["activity_id"], to, ask.who.by, services.now())
    return await _told(ask, await services.store.write(activity_deeds.attach, *args), lists=True)


async def close(ask: Ask[CloseActivityBody, NoQuery]) -> Reply:
    """Closed, with an outcome."""
    services, body = ask.web.services, ask.body
    args = (ask.path["activity_id"], Closing(**dict(body)), ask.who.by, services.now())
    return await _told(ask, await services.store.write(activity_deeds.close, *args), lists=True)


async def enter(ask: Ask[ByHandBody, NoQuery]) -> Reply:
    """A call made on another phone."""
    services, body = ask.web.services, ask.body
    to = None if body.kind is None or body.record_id is None else Attached(body.kind, body.record_id)
    given = ByHand(body.direction, body.began_at, body.description, body.notes, to)
    made = await services.store.write(activity_deeds.enter, given, ask.who.by, services.now())
    return await _told(ask, made, status=201, lists=True)


async def outcomes(ask: Ask[NoBody, OutcomesQuery]) -> Reply:
    """The fixed lists, in a brand's words."""
    words = [(one.value, outcome_words(one, ask.query.brand)) for one in OUTCOMES]
    reasons = [(one.value, words) for one, words in REASONS.items()]
    made = [
        tuple(Choice(value=value, label=text.en, label_cy=text.cy) for value, text in some) for some in (words, reasons)
    ]
    return Reply(200, Outcomes(outcomes=made[0], reasons=made[1]))


async def _told(ask: Ask[Any, NoQuery], found: Activity | None, *, status: int = 200, lists: bool = False) -> Reply:
    """Tell whose activity it is; ``lists``: their list of open ones is another, too."""
    if found is None:
        words = "there is no such activity"
        raise Refusal(404, "activity.unknown", words, field="activity_id", found=ask.path.get("activity_id"))
    agent_id = await ask.web.services.store.read(staff, found.agent.staff_number)
    if agent_id is not None:
        ask.web.live.tell_activity(agent_id, found)
        if lists:
            ask.web.live.hear(WorkChanged((agent_id,)))
    return Reply(status, OneActivity(activity=found))


def _listed(sql: Connection, query: ActivitiesQuery, who: Person) -> tuple[Activity, ...]:
    if query.call_id is not None:
        found = activities.of_call(sql, query.call_id)
        is_theirs = who.leads or any(one.agent.staff_number == who.staff_number for one in found)
        return found if is_theirs else ()
    if query.agent == who.staff_number or (query.agent is None and query.team is None and not who.leads):
        return activities.open_of(sql, [who.agent_id])[who.agent_id]
    if not who.leads:
        field = "team" if query.team is not None else "agent"
        raise Refusal(403, "session.not_a_team_leader", "this is for team leaders only", field=field)
    return activities.open_of_teams(sql, AgentId(who.agent_id), query.team, query.agent)


def _of_record(sql: Connection, kind: str, record_id: int) -> tuple[Activity, ...] | None:
    return activities.of_record(sql, kind, record_id) if exists(sql, kind, record_id) else None


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        "/api/activities",
        "activities",
        "Open activities: one's own, or, for team leaders, one's teams'; or everybody's of a call",
        Auth.AGENT,
        listed,
        {200: Answer("The activities, the oldest call first.", Activities)},
        NoBody,
        ActivitiesQuery,
    ),
    Operation(
        "POST",
        "/api/activities",
        "enter_activity",
        "Enter a call made or taken on another phone",
        Auth.AGENT,
        enter,
        {201: Answer("It is entered, and open.", OneActivity)},
        ByHandBody,
        NoQuery,
        {409: "It lies ahead, or there is no such record; the message says which."},
    ),
    Operation(
        "PATCH",
        _ONE,
        "write_activity",
        "Keep description, notes or reason as they are typed; audited where it is another's",
        Auth.AGENT,
        write,
        {200: Answer("As it is now.", OneActivity)},
        WriteBody,
        NoQuery,
        _NOT_NOW,
        examples={"activity_id": "v0000000000000000"},
    ),
    Operation(
        "POST",
        f"{_ONE}/attach",
        "attach_activity",
        "Attach it to a record or a case; audited where it is another's",
        Auth.AGENT,
        attach,
        {200: Answer("As it is now.", OneActivity)},
        AttachBody,
        NoQuery,
        _NOT_NOW,
        examples={"activity_id": "v0000000000000001"},
    ),
    Operation(
        "POST",
        f"{_ONE}/close",
        "close_activity",
        "Close it with an outcome; audited where it is another's",
        Auth.AGENT,
        close,
        {200: Answer("It is closed.", OneActivity)},
        CloseActivityBody,
        NoQuery,
        _NOT_NOW,
        examples={"activity_id": "v0000000000000002"},
    ),
    Operation(
        "GET",
        _OF_RECORD,
        "activities_of_record",
        "The activities attached to a record",
        Auth.AGENT,
        of_record,
        {200: Answer("The latest call first.", Activities)},
        NoBody,
        NoQuery,
        examples={"kind": "client", "record_id": "3"},
    ),
    Operation(
        "GET",
        "/api/outcomes",
        "outcomes",
        "What activities are closed with, and the reasons of employers' calls, in words",
        Auth.EVERYBODY,
        outcomes,
        {200: Answer("The fixed lists.", Outcomes)},
        NoBody,
        OutcomesQuery,
        programs=True,
    ),
)
