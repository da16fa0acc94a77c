"""The operations of team leaders on agents (R-MON-2), and the alert that calls for one (R-STATE-11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import Connection

from ivr.acd.alerts import acknowledge, raise_alert
from ivr.acd.leading import set_state as set_agent_state
from ivr.domain.agents import AgentState, Denied, Now
from ivr.domain.ids import AlertId, CallId
from ivr.domain.talking import Command, Impossible, Oversee, PartyRole, Take
from ivr.errors import RequestError
from ivr.web import leading, views
from ivr.web.leading_models import AlertNow, Alerts
from ivr.web.models import AgentNow, Me, NoBody, NoQuery, StateBody
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_STATE: Final = "/api/agents/{staff_number:[0-9]{3,10}}/state"
_CALL: Final = "/api/calls/{call_id:c[0-9a-z]{16}}"
_ACKNOWLEDGE: Final = "/api/alerts/{alert_id:a[0-9a-z]{16}}/acknowledge"


async def set_state(ask: Ask[StateBody, NoQuery]) -> Reply:
    """Set an agent's state; from logged out nobody but the agent logs in."""
    services, staff_number = ask.web.services, ask.path["staff_number"]
    done = await services.store.run(
        set_agent_state,
        staff_number,
        ask.body.request(),
        ask.who.agent_id,
        ask.who.actor,
        services.now(),
        services.idle_logout_s(),
    )
    if done is None:
        raise Refusal(404, "agent.unknown", "there is no such agent", field="staff_number", found=staff_number)
    before, verdict = done
    if isinstance(verdict, Denied):
        is_out = before.state is AgentState.LOGGED_OUT
        raise RequestError(_why(verdict, is_out=is_out), error_id="agent.logged_out" if is_out else "agent.call_up")
    found = await services.store.read(views.agent, before.agent_id)
    return Reply(200 if isinstance(verdict, Now) else 202, found)


async def alert(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Call for one's team leader."""
    services = ask.web.services
    row = await services.store.run(raise_alert, ask.who.agent_id, ask.who.actor, services.now())
    return Reply(200, await services.store.read(_one, row.alert_id))


async def open_alerts(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Everybody's."""
    return Reply(200, Alerts(alerts=await ask.web.services.store.read(leading.open_alerts)))


async def acknowledge_alert(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Say that one has seen it; the first who does is named."""
    services, alert_id = ask.web.services, AlertId(ask.path["alert_id"])
    if not await services.store.run(acknowledge, alert_id, ask.who.agent_id, ask.who.actor, services.now()):
        raise Refusal(404, "alert.unknown", "there is no such alert", field="alert_id", found=alert_id)
    return Reply(200, await services.store.read(_one, alert_id))


async def listen(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Hear both, heard by nobody."""
    return await _asked(ask, Oversee(PartyRole.LISTENING, ask.who.agent_id))


async def whisper(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Hear both, heard by the agent alone."""
    return await _asked(ask, Oversee(PartyRole.WHISPERING, ask.who.agent_id))


async def join(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Hear both, heard by both."""
    return await _asked(ask, Oversee(PartyRole.JOINED, ask.who.agent_id))


async def take(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Be the call's agent from here on."""
    return await _asked(ask, Take(ask.who.agent_id))


async def _asked(ask: Ask[NoBody, NoQuery], wish: Oversee | Take) -> Reply:
    services, who = ask.web.services, ask.who
    outcome = await services.command(CallId(ask.path["call_id"]), Command(wish, who.agent_id, who.actor))
    if isinstance(outcome, Impossible):
        raise RequestError(outcome.why, error_id=outcome.error_id)
    return Reply(200, await services.store.read(views.me, who, services.surroundings()))


def _one(sql: Connection, alert_id: AlertId) -> AlertNow:
    return leading.some(sql, {alert_id})[0][0]


def _why(verdict: Denied, *, is_out: bool) -> str:
    return "the agent is logged out, and logs in by themselves" if is_out else verdict.why


def _verb(name: str, summary: str, run: Callable[[Ask[NoBody, NoQuery]], Awaitable[Reply]]) -> AnyOperation:
    """What a leader does on a call of somebody else's."""
    return Operation(
        "POST",
        f"{_CALL}/{name}",
        f"{name}_call",
        summary,
        Auth.TEAM_LEADER,
        run,
        {200: Answer("It is done, or one's own phone rings for it; the leader now.", Me)},
        NoBody,
        NoQuery,
        {409: "It cannot be done now; the message says why."},
        examples={"call_id": "c0000000000000000"},
    )


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "PUT",
        _STATE,
        "set_agent_state",
        "Set an agent's state or log them out; audited, and told to the agent; during a call it is pending",
        Auth.TEAM_LEADER,
        set_state,
        {
            200: Answer("It took effect at once; a call that was ringing goes to another agent.", AgentNow),
            202: Answer("It is pending until the call's After Call Work ends.", AgentNow),
        },
        StateBody,
        NoQuery,
        {409: "It cannot be asked for in this state; the message says why."},
        examples={"staff_number": "7001"},
    ),
    Operation(
        "POST",
        "/api/agents/me/alert",
        "alert",
        "Call for one's team leader during a call; told to them at once",
        Auth.AGENT,
        alert,
        {200: Answer("The alert; pressed again during the call, the same one.", AlertNow)},
        NoBody,
        NoQuery,
        {409: "There is no call."},
    ),
    Operation(
        "GET",
        "/api/alerts",
        "alerts",
        "Alerts that are not over",
        Auth.TEAM_LEADER,
        open_alerts,
        {200: Answer("The alerts.", Alerts)},
        NoBody,
        NoQuery,
    ),
    Operation(
        "POST",
        _ACKNOWLEDGE,
        "acknowledge_alert",
        "Say that one has seen an alert; the first who does is named to the agent",
        Auth.TEAM_LEADER,
        acknowledge_alert,
        {200: Answer("The alert.", AlertNow)},
        NoBody,
        NoQuery,
        {409: "Its call is over."},
        examples={"alert_id": "a0000000000000000"},
    ),
    _verb("listen", "Listen to a call, heard by nobody; audited, and told to its agent", listen),
    _verb("whisper", "Listen, and be heard by the agent alone; audited, and told to them", whisper),
    _verb("join", "Take part, heard by everybody; audited, and told to the agent", join),
    _verb("take", "Take the call: its agent goes to After Call Work; audited, and told to them", take),
)
