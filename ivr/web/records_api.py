"""The operations on records: search, and open without a call. Each opening is kept (R-POP-3, R-POP-4)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from ivr.domain.brands import WEBSITES
from ivr.domain.events import WorkChanged
from ivr.domain.ids import AgentId, Brand
from ivr.domain.words import RecordKind
from ivr.records import moving, opened
from ivr.records.openings import note_opening
from ivr.records.search import search
from ivr.records.viewing import viewer
from ivr.store import tables as t
from ivr.web.identity import Person
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.record_models import KINDS, Advice, Contacts, MoveBody, OpenedCase, OpenedRecord, SearchBody
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_RECORD: Final = "/api/records/{kind:(?:client|representative|employer|employer_agent)}/{record_id:[0-9]{1,9}}"


async def search_contacts(ask: Ask[SearchBody, NoQuery]) -> Reply:
    """Contacts that the words may mean; advice when there is nobody."""
    body, services = ask.body, ask.web.services
    unanswered = await services.ask_anew(body.kinds, "".join(body.words.split()))
    found = await services.store.read(search, body.words, body.kinds, body.limit)
    advice = None if found.contacts else await services.store.read(_advice, ask.who.agent_id)
    return Reply(200, Contacts(contacts=found.contacts, more=found.more, advice=advice, unanswered=unanswered))


async def open_record(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A record by the id that a search or a screen pop gave; that it was opened is kept."""
    kind = next(kind for kind in KINDS if kind == ask.path["kind"])
    services, record_id = ask.web.services, int(ask.path["record_id"])
    record = await services.store.write(_open_record, kind, record_id, ask.who, services.now())
    if record is None:
        raise Refusal(404, "record.unknown", "there is no such record", field="record_id", found=str(record_id))
    return Reply(200, record)


async def open_case(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A case by its number; that it was opened is kept."""
    services = ask.web.services
    case = await services.store.write(_open_case, ask.path["number"], ask.who, services.now())
    if case is None:
        raise _no_case()
    return Reply(200, case)


async def move_case(ask: Ask[MoveBody, NoQuery]) -> Reply:
    """A case, or its whole group, gets another owner."""
    services, number, body = ask.web.services, ask.path["number"], ask.body
    args = (number, body.staff_number, body.why, ask.who.by, services.now())
    if not await services.store.write(moving.move_case, *args):
        raise _no_case()
    ask.web.live.hear(WorkChanged())
    return await open_case(Ask(ask.web, ask.identity, NoBody(), ask.query, ask.path, ask.address, ask.secure))


def _advice(sql: Connection, agent_id: AgentId) -> Advice:
    """Of the brand of the call they have; without one the usual one's (R-NI)."""
    live, call = t.agent_live, t.call
    query = select(call.c.brand).join(live, live.c.call_id == call.c.call_id).where(live.c.agent_id == agent_id)
    brand: Brand = "nicms" if sql.scalar(query) == "nicms" else "cmg"
    return Advice(text="no_record", brand=brand, website=WEBSITES[brand])


def _no_case() -> Refusal:
    return Refusal(404, "case.unknown", "there is no case with this number", field="number")


def _open_record(sql: Connection, kind: RecordKind, record_id: int, who: Person, now: datetime) -> OpenedRecord | None:
    """The record, and that it was opened: in one transaction, so that nobody sees what is not kept."""
    record = _record(sql, kind, record_id, who.agent_id)
    if record is not None:
        note_opening(sql, who.agent_id, who.actor, kind, record_id, now)
    return record


def _record(sql: Connection, kind: RecordKind, record_id: int, agent_id: AgentId) -> OpenedRecord | None:
    match kind:
        case "client":
            client = opened.client(sql, record_id, viewer(sql, agent_id))
            return None if client is None else OpenedRecord(kind=kind, client=client)
        case "representative":
            representative = opened.representative(sql, record_id)
            return None if representative is None else OpenedRecord(kind=kind, representative=representative)
        case "employer":
            employer = opened.employer(sql, record_id)
            return None if employer is None else OpenedRecord(kind=kind, employer=employer)
        case "employer_agent":
            agent = opened.employer_agent(sql, record_id)
            return None if agent is None else OpenedRecord(kind=kind, employer_agent=agent)


def _open_case(sql: Connection, number: str, who: Person, now: datetime) -> OpenedCase | None:
    """The case, and that it was opened."""
    found = opened.case_by_number(sql, number, viewer(sql, who.agent_id))
    if found is None:
        return None
    note_opening(sql, who.agent_id, who.actor, "case", found.case.case_id, now)
    return OpenedCase(case=found.case, parties=found.parties)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        "/api/contacts/search",
        "search_contacts",
        "Find clients, representatives, employers and employer agents by name or number",
        Auth.AGENT,
        search_contacts,
        {200: Answer("Who was found; nobody, with what to advise the caller.", Contacts)},
        SearchBody,
        NoQuery,
    ),
    Operation(
        "GET",
        _RECORD,
        "open_record",
        "Open a record without a call; each opening is kept",
        Auth.AGENT,
        open_record,
        {200: Answer("The record; of cases that others manage, who does and where to transfer.", OpenedRecord)},
        NoBody,
        NoQuery,
        examples={"kind": "client", "record_id": "1"},
    ),
    Operation(
        "GET",
        "/api/cases/{number:[0-9]{4,20}}",
        "open_case",
        "Open a case by its number; each opening is kept",
        Auth.AGENT,
        open_case,
        {200: Answer("The case; one that others manage shows who does and where to transfer.", OpenedCase)},
        NoBody,
        NoQuery,
        examples={"number": "900000004471"},
    ),
    Operation(
        "PUT",
        "/api/cases/{number:[0-9]{4,20}}/owner",
        "move_case",
        "Move a case, with its call backs, to another agent; a paying parent's cases together; audited",
        Auth.TEAM_LEADER,
        move_case,
        {200: Answer("The case as it is now.", OpenedCase)},
        MoveBody,
        NoQuery,
        {409: "It is closed, or nobody has this staff number; the message says which."},
        examples={"number": "900000004471"},
    ),
)
