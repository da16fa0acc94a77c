"""What follows a failed security check (R-SEC-4): the form about a bogus caller, the priority report, the employer's
service request and letter. Each within the transaction of what it follows; audited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, select, update

from ivr.domain import forms
from ivr.domain.activities import Outcome
from ivr.domain.documents import Form
from ivr.domain.documents import Wanted as WantedDocument
from ivr.domain.ids import Brand, DocumentId, ServiceRequestId
from ivr.domain.mails import Mail, Mailbox
from ivr.domain.oversight import Deed
from ivr.domain.security import AccountQuestion, SecretKind
from ivr.domain.service_requests import FAILED_SECURITY_CHECK, Status
from ivr.errors import RequestError
from ivr.records import activity_deeds, documents, mails, service_requests
from ivr.records.activity_deeds import Attached
from ivr.records.checked import Checked, account_of, failures_of, whom
from ivr.records.deeds import By, To, note
from ivr.records.security import check_has
from ivr.records.service_requests import Made
from ivr.store import tables as t

_LONDON: Final = ZoneInfo("Europe/London")
_REFERENCE: Final = {"client": "SCIN", "representative": "TRN"}
NOTES_LENGTH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Failed:
    """A check that has failed: on which call, whose, the how manieth in a row."""

    call_id: str
    checked: Checked
    failures: int


@dataclass(frozen=True, slots=True)
class Belief:
    """An agent believes that the caller is not whom they say they are; ``notes``: in the agent's words, personal."""

    kind: SecretKind
    record_id: int
    notes: str = ""


def fill_in_report(sql: Connection, failed: Failed, by: By, now: datetime) -> DocumentId:
    """CMSF5550, or CMSF5550(NI), filled in; the SCIN or TRN under *Features of call/Further details*."""
    call, found = _call(sql, failed.call_id), failed.checked
    brand = _brand(found, call)
    form = Form.BOGUS_CALLER_NI if brand == "nicms" else Form.BOGUS_CALLER
    agent = _agent(sql, by)
    fields = forms.bogus_caller(
        further_details="\n".join(
            (f"{_REFERENCE[found.kind]} {found.reference}", f"Failed security checks in a row: {failed.failures}")
        ),
        called_at=call.arrived_at,
        reported_by=agent.name,
        staff_number=agent.staff_number,
        team=agent.team,
        caller_number=call.cli,
    )
    wanted = WantedDocument(form, fields, found.kind, found.record_id, brand=brand, call_id=failed.call_id)
    return documents.make(sql, wanted, by, now).document_id


def write_to_employer(sql: Connection, failed: Failed, by: By, now: datetime) -> tuple[ServiceRequestId, DocumentId]:
    """The request, In Progress with the agent, and CMSL8300 to be reviewed; the agent's activity is attached.

    Both are the employer's whose account was asked from, whoever called on their behalf.
    """
    call, employer_id = _call(sql, failed.call_id), failed.checked.employer_id or 0
    request_id = service_requests.make(sql, Made(FAILED_SECURITY_CHECK, "employer", employer_id), by, now)
    table = t.service_request
    in_progress = {"status": Status.IN_PROGRESS.value, "owner_id": by.agent_id, "call_id": failed.call_id}
    sql.execute(update(table).where(table.c.service_request_id == request_id).values(in_progress))
    _attach(sql, failed.call_id, Attached("employer", employer_id), by, now)
    employer = whom(sql, "employer", employer_id)
    account = account_of(sql, employer_id)
    lines = (account.get(AccountQuestion.ADDRESS_LINE), account.get(AccountQuestion.POSTCODE))
    fields = forms.failed_security_check(
        addressee="" if employer is None else employer.name,
        reference="" if employer is None else employer.reference,
        called_on=call.arrived_at.astimezone(_LONDON).date(),
        address="\n".join(line for line in lines if line),
    )
    wanted = WantedDocument(
        Form.FAILED_SECURITY_CHECK,
        fields,
        "employer",
        employer_id,
        brand=call.brand,
        language=call.language,
        service_request_id=request_id,
        call_id=failed.call_id,
    )
    return request_id, documents.make(sql, wanted, by, now).document_id


def report_bogus(sql: Connection, call_id: str, belief: Belief, by: By, now: datetime) -> bool:
    """The priority report to the Security Advice and Support Centre. False: no such call or record. Raises
    RequestError for another's call.
    """
    call, found = _call_or_none(sql, call_id), whom(sql, belief.kind, belief.record_id)
    if call is None or found is None:
        return False
    check_has(sql, call_id, by)
    failures = failures_of(sql, belief.kind, belief.record_id)
    mails.post(sql, _report(call, found, failures, _agent(sql, by), belief.notes), now)
    activity_deeds.suggest(sql, call_id, by, Outcome.BOGUS_CALL)
    note(sql, by, Deed.BOGUS_CALLER_REPORTED, To(belief.kind, belief.record_id, call_id), now)
    return True


def _report(call: Row[Any], found: Checked, failures: int, agent: Row[Any], notes: str) -> Mail:
    reference = f"{_REFERENCE[found.kind]} {found.reference}"
    body = "\n".join(
        (
            "A caseworker believes that a caller is not the client or representative they said they were.",
            "",
            f"{reference}, {found.name}",
            f"Failed security checks in a row: {failures}",
            f"Call: {call.call_id}, {call.arrived_at.astimezone(_LONDON):%d/%m/%Y %H:%M}, line {call.line}",
            f"Number: {call.cli or 'withheld'}",
            f"Reported by: {agent.name}, {agent.staff_number}, {agent.team}",
            "",
            notes or "No further words were given.",
        )
    )
    return Mail(Mailbox.SECURITY_ADVICE, f"Priority: suspected bogus caller, {reference}", body, priority=True)


def _attach(sql: Connection, call_id: str, to: Attached, by: By, now: datetime) -> None:
    """The agent's activity of the call, if it is open; what they attached themselves is attached anew."""
    table = t.activity
    query = select(table.c.activity_id).where(
        table.c.call_id == call_id, table.c.agent_id == by.agent_id, table.c.closed_at.is_(None)
    )
    activity_id = sql.scalar(query)
    if activity_id is not None:
        activity_deeds.attach(sql, activity_id, to, by, now)


def _brand(found: Checked, call: Row[Any]) -> Brand:
    """The record's, else the line's (R-NI-1)."""
    return "nicms" if (found.brand or call.brand) == "nicms" else "cmg"


def _call(sql: Connection, call_id: str) -> Row[Any]:
    call = _call_or_none(sql, call_id)
    if call is None:
        raise RequestError("there is no such call", error_id="call.unknown")
    return call


def _call_or_none(sql: Connection, call_id: str) -> Row[Any] | None:
    return sql.execute(select(t.call).where(t.call.c.call_id == call_id)).first()


def _agent(sql: Connection, by: By) -> Row[Any]:
    agent = t.agent
    query: Select[Any] = select(agent.c.name, agent.c.staff_number, agent.c.team)
    return sql.execute(query.where(agent.c.agent_id == by.agent_id)).one()
