"""What an agent asks of their call: hold, retrieve, end, digits, mute. Each is done in the call's own task."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, select

from ivr.domain.agents import ON_THE_PHONE, AgentState, by_agent
from ivr.domain.ids import CallId
from ivr.domain.talking import CallInterpreter, Command, End, Hold, Impossible, Mute, Retrieve, SendDigits, Unmute, Wish
from ivr.domain.toolbar import Action, refusal
from ivr.errors import RequestError
from ivr.store import tables as t
from ivr.web import views
from ivr.web.identity import Person
from ivr.web.models import DigitsBody, InterpreterBody, Me, NoBody, NoQuery
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

Run = Callable[[Ask[NoBody, NoQuery]], Awaitable[Reply]]
B = TypeVar("B", bound=BaseModel)
CALL: Final = "/api/agents/me/call"
REFUSED: Final = {409: "It cannot be done now; the message says why."}


async def asked(ask: Ask[B, NoQuery], wish: Wish, action: Action | None = None) -> Reply:
    """Have ``wish`` done in the asker's call; answered with the agent as they are then.

    ``action``: what the toolbar's table calls it. Raises RequestError where the table or the talk refuses.
    """
    services, who = ask.web.services, ask.who
    call_id = await services.store.read(_call_of, who, action)
    outcome = await services.command(call_id, Command(wish, who.agent_id, by_agent(who.staff_number)))
    if isinstance(outcome, Impossible):
        raise RequestError(outcome.why, error_id=outcome.error_id)
    return Reply(200, await services.store.read(views.me, who, services.surroundings()))


async def answer(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The phone that rings is asked to answer by itself."""
    services, who = ask.web.services, ask.who
    outcome = await services.answer(who.agent_id)
    if isinstance(outcome, Impossible):
        raise RequestError(outcome.why, error_id=outcome.error_id)
    return Reply(200, await services.store.read(views.me, who, services.surroundings()))


async def hold(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The caller hears music until they are taken back."""
    return await asked(ask, Hold(), Action.HOLD)


async def retrieve(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The caller is back."""
    return await asked(ask, Retrieve(), Action.RETRIEVE)


async def end(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The agent hangs up."""
    return await asked(ask, End(), Action.END)


async def digits(ask: Ask[DigitsBody, NoQuery]) -> Reply:
    """Tones towards the far end."""
    return await asked(ask, SendDigits(ask.body.digits))


async def interpreter(ask: Ask[InterpreterBody, NoQuery]) -> Reply:
    """A provider's number joins the call."""
    return await asked(ask, CallInterpreter(ask.body.provider))


async def mute(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Nobody hears the agent."""
    return await asked(ask, Mute())


async def unmute(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The agent is heard again."""
    return await asked(ask, Unmute())


def _call_of(sql: Connection, who: Person, action: Action | None) -> CallId:
    """The call the agent is on. Raises RequestError where there is none, or the table refuses."""
    live = t.agent_live
    row = sql.execute(select(live.c.state, live.c.call_id).where(live.c.agent_id == who.agent_id)).one()
    state = AgentState(row.state)
    why = None if action is None else refusal(state, action)
    if why is not None:
        raise RequestError(why, error_id="agent.not_in_this_state")
    if state not in ON_THE_PHONE or row.call_id is None:
        raise RequestError("there is no call", error_id="call.none")
    return CallId(row.call_id)


def verb(name: str, path: str, method: str, summary: str, run: Run) -> AnyOperation:
    """An operation without a body on the asker's call."""
    return Operation(
        method,
        f"{CALL}/{path}",
        name,
        summary,
        Auth.AGENT,
        run,
        {200: Answer("It was done, or has begun; the agent now.", Me)},
        NoBody,
        NoQuery,
        REFUSED,
    )


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    verb("answer", "answer", "POST", "Have one's phone answer what rings; the state follows when it has", answer),
    verb("hold", "hold", "POST", "Put the caller on hold, with music", hold),
    verb("retrieve", "hold", "DELETE", "Take the caller back from hold", retrieve),
    verb("end_call", "end", "POST", "End the call; After Call Work follows", end),
    Operation(
        "POST",
        f"{CALL}/digits",
        "send_digits",
        "Send tones to whom one talks with",
        Auth.AGENT,
        digits,
        {200: Answer("They are being sent; the agent now.", Me)},
        DigitsBody,
        NoQuery,
        REFUSED,
    ),
    Operation(
        "POST",
        f"{CALL}/interpreter",
        "call_interpreter",
        "Bring an interpreter into the call, as a conference",
        Auth.AGENT,
        interpreter,
        {200: Answer("It rings there; events tell how it goes on. The agent now.", Me)},
        InterpreterBody,
        NoQuery,
        REFUSED,
    ),
    verb("mute", "mute", "POST", "Have nobody hear the agent", mute),
    verb("unmute", "mute", "DELETE", "Have the agent heard again", unmute),
)
