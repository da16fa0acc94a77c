"""New-application call backs over the API (R-CB-9 to R-CB-11): raised, allocated, attempted, completed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from ivr.domain.events import WorkChanged
from ivr.domain.ids import AgentId
from ivr.records.applications import deeds, raising, reading
from ivr.records.applications.deeds import Corrected
from ivr.records.applications.raising import Asked, Given
from ivr.records.applications.reading import Application
from ivr.records.deeds import By
from ivr.web import application_views
from ivr.web.application_models import (
    AllocateBody,
    ApplicationChoices,
    Applications,
    ApplicationsQuery,
    MayBeGivenAll,
    NextBody,
    OneApplication,
    OutcomeBody,
    PersonBody,
    RaiseApplicationBody,
    TemplateBody,
)
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.services import WebServices

ONE: Final = "/api/applications/{application_id:n[0-9a-z]{16}}"
NOT_NOW: Final = {409: "It is complete, another agent has it, or it cannot be done now; the message says which."}
EXAMPLE: Final = {"application_id": "n0000000000000000"}


async def raise_one(ask: Ask[RaiseApplicationBody, NoQuery]) -> Reply:
    """For a caller with no record."""
    services = ask.web.services
    asked = Asked(**dict(ask.body))
    made = await services.store.write(raising.raise_one, asked, given(services), ask.who.by, services.now())
    ask.web.live.hear(WorkChanged())
    return Reply(201, application_views.shown(made, services.applications()))


async def listed(ask: Ask[NoBody, ApplicationsQuery]) -> Reply:
    """One's own, those to be allocated, all."""
    who, whose = ask.who, ask.query.whose
    if whose != "mine" and not who.leads:
        raise Refusal(403, "session.not_a_team_leader", "this is for team leaders only", field="whose", found=whose)
    services = ask.web.services
    found = await services.store.read(_listed, whose, who.agent_id, services.now())
    return Reply(200, Applications(applications=found))


async def choices(ask: Ask[NoBody, NoQuery]) -> Reply:
    """What the form offers now."""
    down = await ask.web.services.store.read(application_views.is_down)
    return Reply(200, application_views.choices(in_downtime=down))


async def agents(ask: Ask[NoBody, NoQuery]) -> Reply:
    """To whom one may be allocated."""
    services = ask.web.services
    return Reply(200, await services.store.read(application_views.agents, services.applications()))


async def read_one(ask: Ask[NoBody, NoQuery]) -> Reply:
    """One, for who has it, who raised it, and team leaders."""
    services = ask.web.services
    found = await services.store.read(_seen, ask.path["application_id"], ask.who.by, services.now())
    return _answer(ask, found)


async def correct(ask: Ask[PersonBody, NoQuery]) -> Reply:
    """Who is to be rung, corrected."""
    services, to = ask.web.services, Corrected(**dict(ask.body))
    args = (ask.path["application_id"], to, services.dialling(), ask.who.by, services.now())
    return changed(ask, await services.store.write(deeds.correct, *args))


async def allocate(ask: Ask[AllocateBody, NoQuery]) -> Reply:
    """Given to an agent."""
    services = ask.web.services
    args = (ask.path["application_id"], ask.body.staff_number, ask.who.by, services.now())
    done = await services.store.write(deeds.allocate, *args)
    if done is None:
        return changed(ask, None)
    return changed(ask, done.application, mailed=done.mailed)


async def set_next(ask: Ask[NextBody, NoQuery]) -> Reply:
    """When the next attempt is made."""
    services = ask.web.services
    args = (ask.path["application_id"], ask.body.at, ask.who.by, services.now())
    return changed(ask, await services.store.write(deeds.set_next, *args))


async def complete(ask: Ask[OutcomeBody, NoQuery]) -> Reply:
    """Completed, with an outcome."""
    services = ask.web.services
    args = (ask.path["application_id"], ask.body.outcome, services.applications(), ask.who.by, services.now())
    return changed(ask, await services.store.write(deeds.close, *args))


async def give_up(ask: Ask[NoBody, NoQuery]) -> Reply:
    """No more attempts: the letters go out."""
    services = ask.web.services
    return changed(ask, await services.store.write(deeds.give_up, *_one_of(ask)))


async def fill_in(ask: Ask[TemplateBody, NoQuery]) -> Reply:
    """The offline application, as it stands."""
    services, body = ask.web.services, ask.body
    args = (ask.path["application_id"], body.template, body.fields, ask.who.by, services.now())
    return changed(ask, await services.store.write(deeds.fill_in, *args))


async def enter(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Entered into the case system."""
    services = ask.web.services
    return changed(ask, await services.store.write(deeds.enter, *_one_of(ask)))


async def empty(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Nothing of the person is kept."""
    services = ask.web.services
    return changed(ask, await services.store.write(deeds.empty, *_one_of(ask)))


def given(services: WebServices) -> Given:
    """What the configuration says."""
    return Given(services.applications(), services.dialling(), services.open_days())


def _one_of(ask: Ask[NoBody, NoQuery]) -> tuple[str, By, datetime]:
    return ask.path["application_id"], ask.who.by, ask.web.services.now()


def _listed(sql: Connection, whose: str, agent_id: AgentId, now: datetime) -> tuple[Application, ...]:
    if whose == "mine":
        return reading.held_by_each(sql, [agent_id], now)[agent_id]
    return reading.unallocated(sql, now) if whose == "unallocated" else reading.current(sql, now)


def _seen(sql: Connection, application_id: str, by: By, now: datetime) -> Application | None:
    found = reading.one(sql, application_id, now)
    if found is None or by.leads:
        return found
    if by.agent_id in {reading.holder_of(sql, application_id), reading.raiser_of(sql, application_id)}:
        return found
    raise Refusal(403, "application.not_yours", "this call back is another agent's; a team leader may allocate it")


def changed(ask: Ask[Any, NoQuery], found: Application | None, *, mailed: bool | None = None) -> Reply:
    """It is told to whoever has it, or had it."""
    ask.web.live.hear(WorkChanged())
    return _answer(ask, found, mailed=mailed)


def _answer(ask: Ask[Any, NoQuery], found: Application | None, *, mailed: bool | None = None) -> Reply:
    if found is None:
        raise unknown(ask)
    return Reply(200, application_views.shown(found, ask.web.services.applications(), mailed=mailed))


def unknown(ask: Ask[Any, NoQuery]) -> Refusal:
    """There is none."""
    words, found = "there is no such call back, or no such attempt of it", ask.path["application_id"]
    return Refusal(404, "application.unknown", words, field="application_id", found=found)


def on_one(
    verb: str, name: str, summary: str, run: Any, words: str, body: Any = NoBody, method: str = "POST"
) -> AnyOperation:
    """An operation on one that answers with it as it is then."""
    return Operation(
        method,
        f"{ONE}/{verb}",
        name,
        summary,
        Auth.AGENT,
        run,
        {200: Answer(words, OneApplication)},
        body,
        NoQuery,
        NOT_NOW,
        examples=EXAMPLE,
    )


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        "/api/applications",
        "raise_application",
        "Raise a new-application call back, for a caller with no record; mailed to the Applications leader, audited",
        Auth.AGENT,
        raise_one,
        {201: Answer("It waits to be allocated.", OneApplication)},
        RaiseApplicationBody,
        NoQuery,
        {409: "The number may not be dialled, or something does not go together; the message says what."},
    ),
    Operation(
        "GET",
        "/api/applications",
        "applications",
        "New-application call backs: one's own, or, for team leaders, those to be allocated, or all that are open",
        Auth.AGENT,
        listed,
        {200: Answer("The call backs.", Applications)},
        NoBody,
        ApplicationsQuery,
    ),
    Operation(
        "GET",
        "/api/applications/choices",
        "application_choices",
        "What the form of a new-application call back offers now",
        Auth.AGENT,
        choices,
        {200: Answer("The choices.", ApplicationChoices)},
        NoBody,
        NoQuery,
    ),
    Operation(
        "GET",
        "/api/applications/agents",
        "application_agents",
        "To whom new-application call backs may be allocated",
        Auth.TEAM_LEADER,
        agents,
        {200: Answer("The agents.", MayBeGivenAll)},
        NoBody,
        NoQuery,
    ),
    Operation(
        "GET",
        ONE,
        "application",
        "A new-application call back, for who has it, who raised it, and team leaders",
        Auth.AGENT,
        read_one,
        {200: Answer("The call back.", OneApplication)},
        NoBody,
        NoQuery,
        examples=EXAMPLE,
    ),
    Operation(
        "POST",
        f"{ONE}/allocate",
        "allocate_application",
        "Allocate it to an agent, who is told by mail; audited",
        Auth.TEAM_LEADER,
        allocate,
        {200: Answer("It awaits calls.", OneApplication)},
        AllocateBody,
        NoQuery,
        NOT_NOW,
        examples=EXAMPLE,
    ),
    on_one(
        "person", "correct_applicant", "Correct who is to be rung; audited", correct, "Corrected.", PersonBody, "PUT"
    ),
    on_one(
        "next",
        "set_application_next",
        "Agree when the next attempt is made; audited",
        set_next,
        "Agreed.",
        NextBody,
        "PUT",
    ),
    on_one(
        "complete", "complete_application", "Complete it with an outcome; audited", complete, "Complete.", OutcomeBody
    ),
    on_one(
        "give-up",
        "give_up_application",
        "Decide that more attempts would delay the case unreasonably: two letters are issued; audited",
        give_up,
        "It is complete, and the letters are issued.",
    ),
    on_one(
        "template",
        "fill_in_application",
        "Fill in the offline application that it carries; audited",
        fill_in,
        "As it is now.",
        TemplateBody,
        "PUT",
    ),
    on_one("entered", "enter_application", "Mark the offline application as entered; audited", enter, "It is entered."),
    Operation(
        "DELETE",
        f"{ONE}/person",
        "empty_application",
        "Keep nothing of the person any more; audited",
        Auth.TEAM_LEADER,
        empty,
        {200: Answer("It is emptied.", OneApplication)},
        NoBody,
        NoQuery,
        NOT_NOW,
        examples=EXAMPLE,
    ),
)
