"""The security check of a call, and what is set up for it at first contact (R-SEC): operations.

The recording is silenced before anything is asked, and sounds again when the check has ended (R-REC-1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel, SecretStr
from sqlalchemy import Connection, Row

from ivr.domain.agents import by_agent
from ivr.domain.events import JourneyStep, TalkChanged, WorkChanged
from ivr.domain.ids import CallId
from ivr.domain.security import CheckedKind, SecretKind
from ivr.domain.talking import Command, End, GiveToGeneral, Impossible
from ivr.errors import RequestError
from ivr.records import after_check, checks, held_secrets, security, set_up
from ivr.records.call_check import check_of
from ivr.records.checked import readiness
from ivr.records.deeds import By
from ivr.records.held_secrets import Given, Sealed
from ivr.records.index import FOUND
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.security_models import (
    AnswersBody,
    BogusBody,
    CallSecurity,
    CheckBody,
    RecordSecurity,
    SecretsBody,
)

B = TypeVar("B", bound=BaseModel)
_CALL: Final = "/api/calls/{call_id:c[0-9a-z]{16}}/security"
_RECORD: Final = "/api/records/{kind:(?:client|representative|employer|employer_agent)}/{record_id:[0-9]{1,9}}/security"
_SECRETS: Final = "/api/records/{kind:(?:client|representative)}/{record_id:[0-9]{1,9}}/security"
_ONE_CALL: Final = {"call_id": "c0000000000000000"}
_ONE_RECORD: Final = {"kind": "client", "record_id": "1"}
_NONE_OPEN: Final = "No check is open, or another agent has this call."


async def read(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A call's result and check."""
    return await _now(ask)


async def begin(ask: Ask[CheckBody, NoQuery]) -> Reply:
    """Draw what is to be asked; nothing of it is recorded."""
    services, call_id, body = ask.web.services, _call_id(ask), ask.body
    wanted = checks.Wanted(body.kind, body.record_id, body.employer_id)
    await services.hush(call_id, on=True)
    ask.web.checks.begun(call_id)
    try:
        args = (call_id, wanted, services.keys, ask.who.by, services.now())
        if not await services.store.write(checks.begin, *args):
            raise _no_such(call_id)
    finally:
        await _sound_again(ask)
    return await _told(ask, "security_begun")


async def answer(ask: Ask[AnswersBody, NoQuery]) -> Reply:
    """Judge what the caller has said."""
    services, call_id, by = ask.web.services, _call_id(ask), ask.who.by
    row = await services.store.read(_standing, call_id, by)
    if tuple(row.questions) != ask.body.questions:
        raise RequestError("these answers are to other questions than those asked", error_id="security.other_questions")
    right = await _right(ask, row)
    await services.store.write(checks.settle, row.check_id, call_id, right, by, services.now())
    await _sound_again(ask)
    check = await services.store.read(check_of, call_id)
    return await _told(ask, "security_asked_more" if check.last is None else f"security_{check.last.status}")


async def give_up(ask: Ask[NoBody, NoQuery]) -> Reply:
    """End it without a result."""
    services = ask.web.services
    await services.store.write(checks.give_up, _call_id(ask), ask.who.by, services.now())
    await _sound_again(ask)
    return await _told(ask, "security_abandoned")


async def unidentified(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The call waits for GICH with what is known."""
    services, call_id, who = ask.web.services, _call_id(ask), ask.who
    outcome = await services.command(call_id, Command(GiveToGeneral(), who.agent_id, by_agent(who.staff_number)))
    if isinstance(outcome, Impossible):
        raise RequestError(outcome.why, error_id=outcome.error_id)
    await services.store.write(checks.cannot_identify, call_id, who.by, services.now())
    await _sound_again(ask)
    return await _told(ask, "security_unidentified")


async def bogus(ask: Ask[BogusBody, NoQuery]) -> Reply:
    """Report it with priority, and end the call."""
    services, call_id, who, body = ask.web.services, _call_id(ask), ask.who, ask.body
    belief = after_check.Belief(body.kind, body.record_id, body.notes)
    if not await services.store.write(after_check.report_bogus, call_id, belief, who.by, services.now()):
        raise _no_such(call_id)
    await services.command(call_id, Command(End(), who.agent_id, by_agent(who.staff_number)))
    return await _told(ask, "security_reported")


async def confirm(ask: Ask[NoBody, NoQuery]) -> Reply:
    """An employer was called: organisation and payroll department are confirmed (R-SEC-5)."""
    services, call_id = ask.web.services, _call_id(ask)
    if await services.store.write(security.confirm, call_id, ask.who.by, services.now()) is None:
        raise _no_such(call_id)
    return await _told(ask, "security_confirmed")


async def read_record(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Whether a record's contact can be checked."""
    services = ask.web.services
    kind: CheckedKind = next(one for one in FOUND if one == ask.path["kind"])
    found = await services.store.read(readiness, kind, int(ask.path["record_id"]), services.keys)
    if found is None:
        raise _no_record(ask.path["record_id"])
    return Reply(200, RecordSecurity(readiness=found))


async def set_secrets(ask: Ask[SecretsBody, NoQuery]) -> Reply:
    """Keep PIN, password and answers; nobody reads them again."""
    services, record_id = ask.web.services, int(ask.path["record_id"])
    kind: SecretKind = "client" if ask.path["kind"] == "client" else "representative"
    await services.store.read(set_up.check_may, kind, record_id, services.keys, ask.who.by)
    sealed: Sealed = await asyncio.to_thread(
        held_secrets.seal, ask.body.value(), services.keys.current, services.passwords
    )
    args = (kind, record_id, sealed, services.keys, ask.who.by, services.now())
    if not await services.store.write(set_up.keep, *args):
        raise _no_record(ask.path["record_id"])
    found = await services.store.read(readiness, kind, record_id, services.keys)
    if found is None:
        raise _no_record(ask.path["record_id"])
    return Reply(200, RecordSecurity(readiness=found))


async def _right(ask: Ask[AnswersBody, NoQuery], row: Row[Any]) -> tuple[bool, ...]:
    """Which answers are right: marked by the agent for an employer, compared by the service for anybody else."""
    body, services = ask.body, ask.web.services
    if row.employer_id is not None:
        return body.right
    drawn, held = checks.asked(row), await services.store.read(held_secrets.held_of, row.kind, row.record_id)
    key = None if held is None else services.keys.of(held.key_id)
    if held is None or key is None:
        raise checks.refusal("key_missing")
    given = Given(_said(body.pin), body.password.get_secret_value(), _said(body.answers))
    if len(given.pin) != len(drawn.positions) or len(given.answers) != len(drawn.questions):
        raise RequestError("some of the answers are missing", error_id="security.other_questions")
    return await asyncio.to_thread(held_secrets.compare, held, key, drawn, given, services.passwords)


def _said(given: tuple[SecretStr, ...]) -> tuple[str, ...]:
    return tuple(one.get_secret_value() for one in given)


def _standing(sql: Connection, call_id: str, by: By) -> Row[Any]:
    return checks.open_one(sql, call_id, by)


async def _sound_again(ask: Ask[Any, NoQuery]) -> None:
    """Unless a check is open, the recording sounds again."""
    services, call_id = ask.web.services, _call_id(ask)
    if (await services.store.read(check_of, call_id)).open is None:
        ask.web.checks.ended(call_id)
        await services.hush(call_id, on=False)


async def _told(ask: Ask[Any, NoQuery], step: str) -> Reply:
    """The call's desks and journey are told; answered with the call's security now."""
    services, call_id, who = ask.web.services, _call_id(ask), ask.who
    at: datetime = services.now()
    ask.web.live.hear(JourneyStep(call_id, at, step, (("agent", who.staff_number),)))
    ask.web.live.hear(TalkChanged(call_id, (who.agent_id,)))
    ask.web.live.hear(WorkChanged((who.agent_id,)))
    return await _now(ask)


async def _now(ask: Ask[Any, NoQuery]) -> Reply:
    call_id = _call_id(ask)
    found = await ask.web.services.store.read(_security_of, call_id)
    if found is None:
        raise _no_such(call_id)
    return Reply(200, found)


def _security_of(sql: Connection, call_id: str) -> CallSecurity | None:
    if not security.call_exists(sql, call_id):
        return None
    return CallSecurity(security=security.security_of(sql, call_id), check=check_of(sql, call_id))


def _call_id(ask: Ask[Any, NoQuery]) -> CallId:
    return CallId(ask.path["call_id"])


def _no_such(call_id: str) -> Refusal:
    return Refusal(404, "call.unknown", "there is no such call, or no such record", field="call_id", found=call_id)


def _no_record(record_id: str) -> Refusal:
    return Refusal(404, "record.unknown", "there is no such record", field="record_id", found=record_id)


def _of_call(
    name: str,
    path: str,
    summary: str,
    run: Callable[[Ask[B, NoQuery]], Awaitable[Reply]],
    body: type[B],
    refused: str | None = None,
    method: str = "POST",
) -> AnyOperation:
    """An operation on a call's check; answered with how it stands."""
    return Operation(
        method,
        f"{_CALL}{path}",
        name,
        summary,
        Auth.AGENT,
        run,
        {200: Answer("How it stands now.", CallSecurity)},
        body,
        NoQuery,
        {} if refused is None else {409: refused},
        examples=_ONE_CALL,
    )


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    _of_call(
        "security", "", "What became of a call's security check, and what is asked now", read, NoBody, None, "GET"
    ),
    _of_call(
        "begin_check",
        "/check",
        "Begin a security check of the caller: what to ask is drawn at random; audited",
        begin,
        CheckBody,
        "Nobody talks on the call, it is another agent's, a check is open, all was asked, or it is first contact.",
    ),
    _of_call(
        "answer_check",
        "/answers",
        "Give what the caller has said: right or wrong as a whole, never which",
        answer,
        AnswersBody,
        "No check is open, another agent has this call, or the answers are to other questions.",
    ),
    _of_call("give_up_check", "/check", "End a check without a result", give_up, NoBody, _NONE_OPEN, "DELETE"),
    _of_call(
        "caller_unidentified",
        "/unidentified",
        "The caller cannot identify themselves: have the call wait for GICH; no failed check",
        unidentified,
        NoBody,
        "The call is over, another agent has it, it is an employer's, or it is GICH's already.",
    ),
    _of_call(
        "report_bogus",
        "/bogus",
        "The caller is not believed: report it with priority, and end the call; audited",
        bogus,
        BogusBody,
        "Another agent has this call.",
    ),
    _of_call(
        "confirm_employer",
        "/confirmed",
        "An employer was called: organisation and payroll department are confirmed",
        confirm,
        NoBody,
        "Another agent has this call, or it is not an employer that was called.",
    ),
    Operation(
        "GET",
        _RECORD,
        "record_security",
        "Whether a record's contact can be checked, and since when they are set up",
        Auth.AGENT,
        read_record,
        {200: Answer("As it stands; nothing of what was set up.", RecordSecurity)},
        NoBody,
        NoQuery,
        examples=_ONE_RECORD,
    ),
    Operation(
        "PUT",
        _SECRETS,
        "set_secrets",
        "Set up PIN, password and answers at first contact; audited, never read again",
        Auth.AGENT,
        set_secrets,
        {200: Answer("They are kept.", RecordSecurity)},
        SecretsBody,
        NoQuery,
        {409: "They were set up before: a team leader does it, or who has just passed the check."},
        examples=_ONE_RECORD,
    ),
)
