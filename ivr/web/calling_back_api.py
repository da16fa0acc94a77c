"""Calling back (R-CB-5, R-CB-6): the outbound call, its activity and the call back are one, by one request."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from ivr.domain.dialling import DiallingRules, MayNotRing
from ivr.domain.ids import CallBackId
from ivr.domain.outbound import NOBODY, Order, Whom
from ivr.domain.purposes import CONTACT_KINDS, PURPOSES, Purpose
from ivr.domain.talking import Impossible
from ivr.errors import RequestError
from ivr.records import call_backs, suppressions
from ivr.records.call_back_deeds import NOT_YOURS
from ivr.records.call_backs import CallBack
from ivr.records.deeds import exists
from ivr.web.identity import Person
from ivr.web.models import NoBody, NoQuery
from ivr.web.outbound_api import PlacedCall
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply


async def call(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The agent's own phone, then whom they call back."""
    services = ask.web.services
    call_back_id, now = ask.path["call_back_id"], services.now()
    found = await services.store.read(call_backs.one, call_back_id, now)
    if found is None:
        raise Refusal(404, "call_back.unknown", "there is no such call back", field="call_back_id", found=call_back_id)
    order = await services.store.read(_order, found, services.dialling(), ask.who)
    placed = await services.dial(order)
    if isinstance(placed, Impossible):
        raise RequestError(placed.why, error_id=placed.error_id)
    expected = PURPOSES[Purpose.CALL_BACK].expected
    return Reply(201, PlacedCall(call_id=placed.call_id, number=order.number, purpose_expected=expected, says=()))


def _order(sql: Connection, found: CallBack, rules: DiallingRules, who: Person) -> Order:
    """The call as it is to be made. Raises RequestError where it may not be, and says why (R-OUT-2)."""
    if not call_backs.may_see_to(sql, found, who.agent_id):
        raise RequestError("another agent has this call back; a team leader may pass it on", error_id=NOT_YOURS)
    if found.closed_at is not None:
        raise RequestError("this call back is closed", error_id="call_back.is_closed")
    whom = _whom(sql, found)
    verdict = suppressions.may_ring(sql, rules, found.contact_number, whom.kind, whom.record_id or 0)
    if isinstance(verdict, MayNotRing):
        raise RequestError(verdict.why, error_id=verdict.error_id)
    brand = call_backs.brand_of(sql, found.kind, found.record_id, found.case_id, found.call_id)
    return Order(who.agent_id, verdict.number, brand, whom, Purpose.CALL_BACK, CallBackId(found.call_back_id))


def _whom(sql: Connection, found: CallBack) -> Whom:
    """The record it is for, as long as an import has not removed it."""
    kind = next((one for one in CONTACT_KINDS if one == found.kind), None)
    if kind is None or found.record_id is None or not exists(sql, kind, found.record_id):
        return NOBODY
    return Whom(kind, found.record_id, None if found.case_ending is None else found.case_id)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        "/api/call-backs/{call_back_id:b[0-9a-z]{16}}/call",
        "call_call_back",
        "Call whom a call back is for: the agent's own phone rings first; the attempt and its activity say which it is",
        Auth.AGENT,
        call,
        {201: Answer("The agent is On call, and their phone rings; progress comes as live events.", PlacedCall)},
        NoBody,
        NoQuery,
        {409: "It is closed or another's, the contact is suppressed, or the agent may not now; it says."},
        examples={"call_back_id": "b0000000000000000"},
    ),
)
