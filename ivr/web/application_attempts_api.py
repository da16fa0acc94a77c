"""The attempts of new-application call backs over the API (R-CB-10): dialled, entered by hand, their results."""

from __future__ import annotations

from typing import Final

from ivr.domain.events import WorkChanged
from ivr.domain.outbound import Order
from ivr.domain.purposes import Purpose
from ivr.domain.talking import Impossible
from ivr.errors import IvrError, RequestError
from ivr.records.applications import attempting
from ivr.records.applications.attempting import Begun, Ended
from ivr.records.deeds import By
from ivr.web.application_models import AttemptBegun, ByHandAttemptBody, OneApplication, ResultBody
from ivr.web.applications_api import EXAMPLE, NOT_NOW, ONE, changed, given, on_one, unknown
from ivr.web.models import NoBody, NoQuery
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.services import WebServices

ATTEMPT: Final = f"{ONE}/attempts/{{number:[0-9]{{1,4}}}}"
EXAMPLES: Final = EXAMPLE | {"number": "1"}


async def call(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The next attempt, begun with its call."""
    services, application_id, by = ask.web.services, ask.path["application_id"], ask.who.by
    now = services.now()
    begun = await services.store.write(attempting.begin, application_id, given(services), by, now)
    if begun is None:
        raise unknown(ask)
    call_id = await _dialled(services, application_id, begun, by)
    await services.store.write(attempting.linked, application_id, begun.number, call_id, by, services.now())
    ask.web.live.hear(WorkChanged())
    return Reply(201, AttemptBegun(call_id=call_id, attempt=begun.number))


async def by_hand(ask: Ask[ByHandAttemptBody, NoQuery]) -> Reply:
    """An attempt made on another phone."""
    services, body = ask.web.services, ask.body
    ended = Ended(body.result, body.fee_collected)
    args = (ask.path["application_id"], body.began_at, ended, given(services), ask.who.by, services.now())
    return changed(ask, await services.store.write(attempting.by_hand, *args))


async def set_result(ask: Ask[ResultBody, NoQuery]) -> Reply:
    """How an attempt ended."""
    services = ask.web.services
    ended = Ended(ask.body.result, ask.body.fee_collected)
    args = (ask.path["application_id"], int(ask.path["number"]), ended, given(services), ask.who.by, services.now())
    return changed(ask, await services.store.write(attempting.set_result, *args))


async def withdraw(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Nobody was rung."""
    services = ask.web.services
    args = (ask.path["application_id"], int(ask.path["number"]), ask.who.by, services.now())
    return changed(ask, await services.store.write(attempting.withdraw, *args))


async def _dialled(services: WebServices, application_id: str, begun: Begun, by: By) -> str:
    """The call's id. Raises RequestError, and there was no attempt, where it cannot be made."""
    order = Order(by.agent_id, begun.dialled, begun.brand, purpose=Purpose.CALL_BACK)
    try:
        placed = await services.dial(order)
    except IvrError:
        await _take_back(services, application_id, begun, by)
        raise
    if isinstance(placed, Impossible):
        await _take_back(services, application_id, begun, by)
        raise RequestError(placed.why, error_id=placed.error_id)
    return placed.call_id


async def _take_back(services: WebServices, application_id: str, begun: Begun, by: By) -> None:
    await services.store.write(attempting.not_begun, application_id, begun.number, by, services.now())


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        f"{ONE}/call",
        "attempt_application",
        "Make the next attempt: the agent's own phone rings, then the number of the form; audited",
        Auth.AGENT,
        call,
        {201: Answer("The attempt has begun; progress comes as live events.", AttemptBegun)},
        NoBody,
        NoQuery,
        NOT_NOW,
        examples=EXAMPLE,
    ),
    Operation(
        "DELETE",
        ATTEMPT,
        "withdraw_application_attempt",
        "Withdraw an attempt in which nobody was rung; audited",
        Auth.AGENT,
        withdraw,
        {200: Answer("There was no such attempt.", OneApplication)},
        NoBody,
        NoQuery,
        NOT_NOW,
        examples=EXAMPLES,
    ),
    Operation(
        "PUT",
        ATTEMPT,
        "set_application_attempt_result",
        "Say how an attempt ended; the third failure completes it; audited",
        Auth.AGENT,
        set_result,
        {200: Answer("As it is now.", OneApplication)},
        ResultBody,
        NoQuery,
        NOT_NOW,
        examples=EXAMPLES,
    ),
    on_one(
        "attempts",
        "enter_application_attempt",
        "Enter an attempt made on another phone; audited",
        by_hand,
        "As it is now.",
        ByHandAttemptBody,
    ),
)
