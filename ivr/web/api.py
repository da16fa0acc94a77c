"""The operations of ``/api``: what each takes, does and answers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final

from ivr.acd import toolbar
from ivr.domain.agents import AgentState, Denied, Now, StateRequest, Verdict, by_agent
from ivr.domain.ids import AgentId, CallId
from ivr.domain.oversight import Role
from ivr.domain.phones import PhoneKind
from ivr.errors import PbxError, RequestError
from ivr.store.ports import Tx
from ivr.web import (
    activities_api,
    application_attempts_api,
    applications_api,
    boards_api,
    call_api,
    call_backs_api,
    calling_back_api,
    contacts_api,
    directory_api,
    documents_api,
    leading_api,
    measures_api,
    office_api,
    outbound_api,
    oversight_api,
    phone_api,
    recordings_api,
    records_api,
    reminders_api,
    security_api,
    service_requests_api,
    suppressions_api,
    talk_views,
    timeline_api,
    transfer_api,
    views,
)
from ivr.web.door import FORGET_COOKIE, cookie
from ivr.web.identity import Person
from ivr.web.models import (
    Agents,
    Calls,
    CallsQuery,
    Credentials,
    Health,
    Journey,
    Me,
    NoBody,
    NoQuery,
    Session,
    StateBody,
)
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.services import WebServices
from ivr.web.talk_models import MyCall

Asked = Ask[NoBody, NoQuery]


async def health(ask: Asked) -> Reply:
    """Whether this node can take calls now."""
    now = await ask.web.services.health()
    if not now.able:
        raise Refusal(503, "service.not_able", now.words or "the PBX or the database does not answer")
    parts = {"pbx_linked": now.pbx_linked, "database_answers": now.database_answers}
    return Reply(200, Health(able=True, **parts, mail=now.mail, records_answer=now.records_answer))


async def log_in(ask: Ask[Credentials, NoQuery]) -> Reply:
    """A new session; the agent becomes Not Ready unless logged in already (R-STATE-1). Operations take no calls."""
    services = ask.web.services
    token, person = await ask.web.sessions.open(
        ask.body.staff_number, ask.body.password.get_secret_value(), ask.address
    )
    if person.role != Role.OPERATIONS:
        await _on_phone(services, person, ask.body.phone)
    me = await _me(services, person)
    if not ask.body.cookie:
        return Reply(201, Session(token=token, ends_at=person.session_ends_at, agent=me))
    kept = cookie(token, services.session_life.total_seconds(), secure=ask.secure)
    return Reply(201, Session(token=None, ends_at=person.session_ends_at, agent=me), {"Set-Cookie": kept})


async def _on_phone(services: WebServices, person: Person, phone: str | None) -> None:
    """Log in on the phone chosen; who is logged in already changes to it, unless a call rings or is up."""
    kind = PhoneKind(phone or PhoneKind.OWN.value)
    endpoint = await services.on_log_in(person.agent_id, person.staff_number, kind)
    logged_in = await services.store.run(toolbar.log_in, person.agent_id, endpoint, services.now())
    if not logged_in and phone is not None:
        await services.store.run(toolbar.choose_phone, person.agent_id, endpoint, services.now())


async def log_out(ask: Asked) -> Reply:
    """End this session; the agent is logged out, during a call when its After Call Work ends."""
    services = ask.web.services
    request = StateRequest(AgentState.LOGGED_OUT)
    await services.store.run(
        toolbar.ask, ask.who.agent_id, request, by_agent(ask.who.staff_number), services.now(), services.idle_logout_s()
    )
    await ask.web.sessions.end(ask.who)
    ask.web.live.end_session(ask.who.token_hash)
    for account in ask.web.phones.signed_out(ask.who.token_hash):
        with suppress(PbxError):  # an Asterisk that is away has forgotten it anyway
            await services.take_phone_secret(account)
    return Reply(204, headers={"Set-Cookie": FORGET_COOKIE})


async def me(ask: Asked) -> Reply:
    """The agent who asks."""
    return Reply(200, await _me(ask.web.services, ask.who))


async def ask_state(ask: Ask[StateBody, NoQuery]) -> Reply:
    """Ask for a state; from logged out, Not Ready logs in on the phone the agent had."""
    services, who, request = ask.web.services, ask.who, ask.body.request()
    endpoint, before = None, await _me(services, who)
    if request.state is AgentState.NOT_READY and before.state == "logged_out":
        endpoint = await services.on_log_in(who.agent_id, who.staff_number, PhoneKind(before.phone))
    verdict = await services.store.run(
        _log_in_and_ask, who, endpoint, request, services.now(), services.idle_logout_s()
    )
    if isinstance(verdict, Denied):
        state = (await _me(services, who)).state
        raise RequestError(
            _why(verdict, state), error_id="agent.logged_out" if state == "logged_out" else "agent.call_up"
        )
    return Reply(200 if isinstance(verdict, Now) else 202, await _me(services, who))


async def my_call(ask: Asked) -> Reply:
    """The call that rings for, or is with, the agent."""
    services = ask.web.services
    found = await services.store.read(talk_views.own_call, ask.who, services)
    return Reply(204) if found is None else Reply(200, found)


async def agents(ask: Asked) -> Reply:
    """Who is there."""
    return Reply(200, await ask.web.services.store.read(views.agents, ask.asker))


async def calls(ask: Ask[NoBody, CallsQuery]) -> Reply:
    """Calls lately, or now."""
    return Reply(200, await ask.web.services.store.read(views.calls, ask.query))


async def journey(ask: Asked) -> Reply:
    """A call, step by step."""
    call_id = ask.path["call_id"]
    found = await ask.web.services.store.read(views.journey, CallId(call_id))
    if found is None:
        raise Refusal(404, "call.unknown", "there is no such call", field="call_id", found=call_id)
    return Reply(200, found)


async def _me(services: WebServices, who: Person) -> Me:
    return await services.store.read(views.me, who, services.surroundings())


def _log_in_and_ask(
    tx: Tx, who: Person, endpoint: str | None, request: StateRequest, now: datetime, idle_logout_s: float
) -> Verdict:
    """In one transaction: log in on ``endpoint`` when one is given and the agent is still logged out, then ask."""
    agent_id: AgentId = who.agent_id
    if endpoint is not None:
        toolbar.log_in(tx, agent_id, endpoint, now)
    return toolbar.ask(tx, agent_id, request, by_agent(who.staff_number), now, idle_logout_s)


def _why(verdict: Denied, state: AgentState) -> str:
    if state is AgentState.LOGGED_OUT:
        return f"{verdict.why}: ask for not_ready with a code, or POST /api/sessions"
    return verdict.why


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        "/api/health",
        "health",
        "Whether this node can take calls now",
        Auth.ANYONE,
        health,
        {200: Answer("It can.", Health)},
        NoBody,
        NoQuery,
        {503: "It cannot; the message says what is missing."},
    ),
    Operation(
        "POST",
        "/api/sessions",
        "log_in",
        "Log in: a session for twelve hours; the agent becomes Not Ready",
        Auth.ANYONE,
        log_in,
        {201: Answer("Logged in; an agent who was logged in already keeps their state.", Session)},
        Credentials,
        NoQuery,
        {
            401: "Staff number or password is wrong.",
            409: "Logged in is impossible now; the message says why.",
            429: "Too many failed log-ins; Retry-After says how many seconds to wait.",
        },
    ),
    Operation(
        "DELETE",
        "/api/sessions/current",
        "log_out",
        "End this session and log the agent out; during a call the log-out is pending",
        Auth.EVERYBODY,
        log_out,
        {204: Answer("The token is worth nothing any more.")},
        NoBody,
        NoQuery,
    ),
    Operation(
        "GET",
        "/api/agents/me",
        "me",
        "The agent who asks: state, what is pending, what may be asked for",
        Auth.EVERYBODY,
        me,
        {200: Answer("The agent.", Me)},
        NoBody,
        NoQuery,
    ),
    Operation(
        "PUT",
        "/api/agents/me/state",
        "ask_state",
        "Ask for Available, Not Ready with a code, or Logged out",
        Auth.AGENT,
        ask_state,
        {
            200: Answer("It took effect; a call that rang goes to another agent.", Me),
            202: Answer("It is pending until the call's After Call Work ends.", Me),
        },
        StateBody,
        NoQuery,
        {409: "It cannot be asked for in this state; the message says why and what to do."},
    ),
    Operation(
        "GET",
        "/api/agents/me/call",
        "my_call",
        "The call that rings for, or is with, the agent, with its screen pop",
        Auth.AGENT,
        my_call,
        {200: Answer("The call.", MyCall), 204: Answer("There is none.")},
        NoBody,
        NoQuery,
    ),
    Operation(
        "GET",
        "/api/agents",
        "agents",
        "Agents now: with their state for team leaders and operations, by name for agents",
        Auth.EVERYBODY,
        agents,
        {200: Answer("The agents.", Agents)},
        NoBody,
        NoQuery,
        programs=True,
    ),
    Operation(
        "GET",
        "/api/calls",
        "calls",
        "The latest calls; with ?up those that are up now",
        Auth.OVERSIGHT,
        calls,
        {200: Answer("The calls.", Calls)},
        NoBody,
        CallsQuery,
        programs=True,
    ),
    Operation(
        "GET",
        "/api/calls/{call_id:c[0-9a-z]{16}}/journey",
        "journey",
        "A call, step by step",
        Auth.OVERSIGHT,
        journey,
        {200: Answer("The call and its steps.", Journey)},
        NoBody,
        NoQuery,
        programs=True,
        examples={"call_id": "c0000000000000000"},
    ),
    *phone_api.OPERATIONS,
    *call_api.OPERATIONS,
    *activities_api.OPERATIONS,
    *transfer_api.OPERATIONS,
    *recordings_api.OPERATIONS,
    *records_api.OPERATIONS,
    *directory_api.OPERATIONS,
    *suppressions_api.OPERATIONS,
    *oversight_api.OPERATIONS,
    *call_backs_api.OPERATIONS,
    *calling_back_api.OPERATIONS,
    *reminders_api.OPERATIONS,
    *service_requests_api.OPERATIONS,
    *office_api.OPERATIONS,
    *documents_api.OPERATIONS,
    *contacts_api.OPERATIONS,
    *applications_api.OPERATIONS,
    *application_attempts_api.OPERATIONS,
    *security_api.OPERATIONS,
    *outbound_api.OPERATIONS,
    *leading_api.OPERATIONS,
    *measures_api.OPERATIONS,
    *timeline_api.OPERATIONS,
    *boards_api.OPERATIONS,
)
