"""The operations on records: search, and open without a call. Each opening is kept (R-POP-3, R-POP-4)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from ivr.domain.ids import AgentId
from ivr.domain.words import RecordKind
from ivr.records import opened
from ivr.records.openings import note_opening
from ivr.records.search import WEBSITE, search
from ivr.records.viewing import viewer
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.record_models import KINDS, Advice, Contacts, OpenedCase, OpenedRecord, SearchBody
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_RECORD: Final = "/api/records/{kind:(?:client|representative|employer|employer_agent)}/{record_id:[0-9]{1,9}}"


async def search_contacts(ask: Ask[SearchBody, NoQuery]) -> Reply:
    """Contacts that the words may mean; advice when there is nobody."""
    body = ask.body
    found = await ask.web.services.store.read(search, body.words, body.kinds, body.limit)
    advice = None if found.contacts else Advice(text="no_record", website=WEBSITE)
    return Reply(200, Contacts(contacts=found.contacts, more=found.more, advice=advice))


async def open_record(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A record by the id that a search or a screen pop gave; that it was opened is kept."""
    kind = next(kind for kind in KINDS if kind == ask.path["kind"])
    services, record_id = ask.web.services, int(ask.path["record_id"])
    record = await services.store.read(_record, kind, record_id, ask.who.agent_id)
    if record is None:
        raise Refusal(404, "record.unknown", "there is no such record", field="record_id", found=str(record_id))
    await services.store.write(note_opening, ask.who.agent_id, kind, record_id, services.now())
    return Reply(200, record)


async def open_case(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A case by its number; that it was opened is kept."""
    services = ask.web.services
    case = await services.store.read(_case, ask.path["number"], ask.who.agent_id)
    if case is None:
        raise Refusal(404, "case.unknown", "there is no case with this number", field="number")
    await services.store.write(_note_case, ask.who.agent_id, case, services.now())
    return Reply(200, case)


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


def _case(sql: Connection, number: str, agent_id: AgentId) -> OpenedCase | None:
    found = opened.case_by_number(sql, number, viewer(sql, agent_id))
    return None if found is None else OpenedCase(case=found.case, parties=found.parties)


def _note_case(sql: Connection, agent_id: AgentId, found: OpenedCase, now: datetime) -> None:
    note_opening(sql, agent_id, "case", found.case.case_id, now)


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
    ),
)
