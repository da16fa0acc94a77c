"""Employers' details (R-EMP-4), links confirmed (R-EMP-3), contacts' notes (R-ACT-2), pro formas (R-CB-13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from ivr.domain.events import RecordChanged, WorkChanged
from ivr.domain.pro_formas import ProForma
from ivr.domain.words import RecordKind
from ivr.records import contact_notes, employer_details, employer_links, pro_formas
from ivr.records.deeds import exists, staff
from ivr.records.employer_links import LinkConfirmed
from ivr.web.models import NoBody, NoQuery
from ivr.web.office_models import (
    ContactNotes,
    EmployerBody,
    LinksConfirmed,
    NoteBody,
    OneEmployer,
    OneNote,
    ProFormaBody,
    ProFormaSent,
)
from ivr.web.problems import Refusal
from ivr.web.record_models import KINDS
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_EMPLOYER: Final = "/api/records/employer/{record_id:[0-9]{1,9}}/details"
_NOTES: Final = "/api/records/{kind:(?:client|representative|employer|employer_agent)}/{record_id:[0-9]{1,9}}/notes"
_LINKS: Final = "/api/calls/{call_id:c[0-9a-z]{16}}/employer-links"
_LINK: Final = f"{_LINKS}/{{employer_agent_id:[0-9]{{1,9}}}}/{{employer_id:[0-9]{{1,9}}}}"
_CALL: Final = {"call_id": "c0000000000000000"}


async def update_employer(ask: Ask[EmployerBody, NoQuery]) -> Reply:
    """An employer's details."""
    services, employer_id = ask.web.services, int(ask.path["record_id"])
    args = (employer_id, _given(ask.body), services.office().employer_segment, ask.who.by, services.now())
    found = await services.store.write(employer_details.update_details, *args)
    if found is None:
        raise _no_record(ask.path)
    ask.web.live.hear(WorkChanged((ask.who.agent_id,)))
    ask.web.live.hear(RecordChanged("employer", employer_id))
    return Reply(200, OneEmployer(employer=found))


async def links(ask: Ask[NoBody, NoQuery]) -> Reply:
    """What was confirmed in a call."""
    return _links(ask, await ask.web.services.store.read(employer_links.of_call, ask.path["call_id"]))


async def confirm_link(ask: Ask[NoBody, NoQuery]) -> Reply:
    """An employer agent acts for an employer, the caller says."""
    services, ids = ask.web.services, (int(ask.path["employer_agent_id"]), int(ask.path["employer_id"]))
    args = (ask.path["call_id"], *ids, ask.who.by, services.now())
    found = await services.store.write(employer_links.confirm, *args)
    ask.web.live.hear(RecordChanged("employer_agent", ids[0]))
    return _links(ask, found)


async def notes(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A contact's notes."""
    found = await ask.web.services.store.read(_notes, *_record(ask.path))
    if found is None:
        raise _no_record(ask.path)
    return Reply(200, found)


async def append_note(ask: Ask[NoteBody, NoQuery]) -> Reply:
    """A note of a contact."""
    services, (kind, record_id) = ask.web.services, _record(ask.path)
    args = (kind, record_id, ask.body.text, ask.body.activity_id, ask.who.by, services.now())
    made = await services.store.write(contact_notes.append, *args)
    if made is None:
        raise _no_record(ask.path)
    if made.activity is not None:
        whose = await services.store.read(staff, made.activity.agent.staff_number)
        ask.web.live.tell_activity(whose or ask.who.agent_id, made.activity)
    ask.web.live.hear(RecordChanged(kind, record_id))
    return Reply(201, OneNote(note=made.note, activity=made.activity))


async def send_pro_forma(ask: Ask[ProFormaBody, NoQuery]) -> Reply:
    """A pro forma."""
    services, body = ask.web.services, ask.body
    wanted = ProForma(body.team, body.name, body.contact_number, body.preferences, body.about, body.reference)
    args = (wanted, body.kind, body.record_id, ask.who.by, services.now())
    mail_id = await services.store.write(pro_formas.send, *args)
    ask.web.live.hear(WorkChanged((ask.who.agent_id,)))
    return Reply(201, ProFormaSent(mail_id=mail_id))


def _given(body: EmployerBody) -> dict[str, str | None]:
    """What was said, null too."""
    return body.model_dump(exclude_unset=True)


def _notes(sql: Connection, kind: RecordKind, record_id: int) -> ContactNotes | None:
    return ContactNotes(notes=contact_notes.of_record(sql, kind, record_id)) if exists(sql, kind, record_id) else None


def _links(ask: Ask[Any, NoQuery], found: tuple[LinkConfirmed, ...] | None) -> Reply:
    if found is None:
        raise Refusal(404, "call.unknown", "there is no such call", field="call_id", found=ask.path["call_id"])
    return Reply(200, LinksConfirmed(links=found))


def _record(path: Mapping[str, str]) -> tuple[RecordKind, int]:
    return next(kind for kind in KINDS if kind == path["kind"]), int(path["record_id"])


def _no_record(path: Mapping[str, str]) -> Refusal:
    return Refusal(404, "record.unknown", "there is no such record", field="record_id", found=path["record_id"])


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "PATCH",
        _EMPLOYER,
        "update_employer",
        "Update an employer's details: agents of the employer segment; audited",
        Auth.AGENT,
        update_employer,
        {200: Answer("As on record now.", OneEmployer)},
        EmployerBody,
        NoQuery,
        {409: "Only the employer segment updates employers."},
        examples={"record_id": "1"},
    ),
    Operation(
        "GET",
        _LINKS,
        "employer_links",
        "For which employers an employer agent was confirmed to act in a call",
        Auth.AGENT,
        links,
        {200: Answer("In the order of confirming.", LinksConfirmed)},
        NoBody,
        NoQuery,
        examples=_CALL,
    ),
    Operation(
        "PUT",
        _LINK,
        "confirm_employer_link",
        "Confirm with the caller that an employer agent acts for an employer: by who has the call; audited",
        Auth.AGENT,
        confirm_link,
        {200: Answer("It is confirmed, with those before.", LinksConfirmed)},
        NoBody,
        NoQuery,
        {409: "Another agent has this call, or the record does not name this employer; the message says which."},
        examples=_CALL | {"employer_agent_id": "1", "employer_id": "1"},
    ),
    Operation(
        "GET",
        _NOTES,
        "contact_notes",
        "A contact's notes",
        Auth.AGENT,
        notes,
        {200: Answer("The latest first, at most two hundred.", ContactNotes)},
        NoBody,
        NoQuery,
        examples={"kind": "client", "record_id": "3"},
    ),
    Operation(
        "POST",
        _NOTES,
        "append_contact_note",
        "Append to a contact's notes; audited; an activity's description can say so",
        Auth.AGENT,
        append_note,
        {201: Answer("It is kept.", OneNote)},
        NoteBody,
        NoQuery,
        {409: "There is no such activity, it is closed, or another agent has it; the message says which."},
        examples={"kind": "client", "record_id": "3"},
    ),
    Operation(
        "POST",
        "/api/pro-formas",
        "send_pro_forma",
        "Mail a pro forma to a functionally unique team; audited",
        Auth.AGENT,
        send_pro_forma,
        {201: Answer("The mail is queued.", ProFormaSent)},
        ProFormaBody,
        NoQuery,
    ),
)
