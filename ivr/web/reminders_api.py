"""Reminders (R-CB-5, R-CB-8): snoozed and dismissed, whatever reminds; informal ones made, re-timed, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ivr.domain.events import WorkChanged
from ivr.records import informal, reminders
from ivr.records.informal import InformalReminder, Wanted
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.reminder_models import (
    InformalBody,
    InformalReminders,
    InformalTimeBody,
    OneReminder,
    PutOffUntil,
    SnoozeBody,
)

_ANY: Final = "/api/reminders/{source_id:[a-z][0-9a-z]{16}}"
_INFORMAL: Final = "/api/informal-reminders/{reminder_id:r[0-9a-z]{16}}"
_OF_CASE: Final = "/api/cases/{number:[0-9]{4,20}}/informal-reminders"
_EXAMPLE: Final = {"reminder_id": "r0000000000000000"}
_NOT_NOW: Final = {409: "It is closed, another's, or the time is past; the message says which."}


async def snooze(ask: Ask[SnoozeBody, NoQuery]) -> Reply:
    """It comes again so many steps later."""
    services = ask.web.services
    args = (ask.path["source_id"], ask.body.steps, ask.who.agent_id, services.snoozing(), services.now())
    return _put_off(ask, await services.store.write(reminders.snooze, *args))


async def dismiss(ask: Ask[NoBody, NoQuery]) -> Reply:
    """It goes from the screen, and comes again all the same."""
    services = ask.web.services
    args = (ask.path["source_id"], ask.who.agent_id, services.snoozing(), services.now())
    return _put_off(ask, await services.store.write(reminders.dismiss, *args))


async def make(ask: Ask[InformalBody, NoQuery]) -> Reply:
    """Noted on a case."""
    services = ask.web.services
    args = (ask.path["number"], Wanted(**dict(ask.body)), ask.who.by, services.now())
    made = await services.store.write(informal.make, *args)
    if made is None:
        raise Refusal(404, "case.unknown", "there is no case with this number", field="number")
    return _changed(ask, made, 201)


async def of_case(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A case's open ones."""
    found = await ask.web.services.store.read(informal.of_case, ask.path["number"])
    return Reply(200, InformalReminders(reminders=found))


async def set_time(ask: Ask[InformalTimeBody, NoQuery]) -> Reply:
    """Its time set again."""
    services = ask.web.services
    args = (ask.path["reminder_id"], ask.body.due_at, ask.who.by, services.now())
    return _changed(ask, await services.store.write(informal.set_time, *args))


async def close(ask: Ask[NoBody, NoQuery]) -> Reply:
    """It is done."""
    services = ask.web.services
    return _changed(
        ask, await services.store.write(informal.close, ask.path["reminder_id"], ask.who.by, services.now())
    )


def _put_off(ask: Ask[Any, NoQuery], until: datetime | None) -> Reply:
    if until is None:
        words = "you have no such reminder: it is closed, or another agent has it"
        raise Refusal(404, "reminder.unknown", words, field="source_id", found=ask.path["source_id"])
    ask.web.live.hear(WorkChanged((ask.who.agent_id,)))
    return Reply(200, PutOffUntil(until=until))


def _changed(ask: Ask[Any, NoQuery], found: InformalReminder | None, status: int = 200) -> Reply:
    """It is told to whoever has it."""
    if found is None:
        words = "there is no such reminder"
        raise Refusal(404, "reminder.unknown", words, field="reminder_id", found=ask.path["reminder_id"])
    ask.web.live.hear(WorkChanged())
    return Reply(status, OneReminder(reminder=found))


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        f"{_ANY}/snooze",
        "snooze_reminder",
        "Put off a reminder that has popped up, by steps of 15 minutes; it comes again",
        Auth.AGENT,
        snooze,
        {200: Answer("When it comes again.", PutOffUntil)},
        SnoozeBody,
        NoQuery,
        examples={"source_id": "b0000000000000000"},
    ),
    Operation(
        "POST",
        f"{_ANY}/dismiss",
        "dismiss_reminder",
        "Take a reminder from the screen; it comes again at its time, and then every 15 minutes, until it is closed",
        Auth.AGENT,
        dismiss,
        {200: Answer("When it comes again.", PutOffUntil)},
        NoBody,
        NoQuery,
        examples={"source_id": "b0000000000000000"},
    ),
    Operation(
        "POST",
        _OF_CASE,
        "make_informal_reminder",
        "Make an informal reminder on a case, at any time ahead; it moves with the case",
        Auth.AGENT,
        make,
        {201: Answer("It is made.", OneReminder)},
        InformalBody,
        NoQuery,
        {409: "Another team has the case, or the time is past; the message says which."},
        examples={"number": "900000004471"},
    ),
    Operation(
        "GET",
        _OF_CASE,
        "informal_reminders",
        "The open informal reminders of a case",
        Auth.AGENT,
        of_case,
        {200: Answer("By their time.", InformalReminders)},
        NoBody,
        NoQuery,
        examples={"number": "900000004471"},
    ),
    Operation(
        "PUT",
        f"{_INFORMAL}/time",
        "set_informal_reminder_time",
        "Set its time again; audited where it is another's",
        Auth.AGENT,
        set_time,
        {200: Answer("As it is now.", OneReminder)},
        InformalTimeBody,
        NoQuery,
        _NOT_NOW,
        examples=_EXAMPLE,
    ),
    Operation(
        "POST",
        f"{_INFORMAL}/close",
        "close_informal_reminder",
        "Close it: it is done; audited where it is another's",
        Auth.AGENT,
        close,
        {200: Answer("It is closed.", OneReminder)},
        NoBody,
        NoQuery,
        _NOT_NOW,
        examples=_EXAMPLE,
    ),
)
