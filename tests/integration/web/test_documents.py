"""Letters and forms over the API: reviewed, written in, issued, cancelled; who may, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pytest
from sqlalchemy import Connection, select

from ivr.domain import forms
from ivr.domain.documents import Form, Wanted
from ivr.domain.ids import AgentId
from ivr.domain.service_requests import What
from ivr.records import documents, service_requests
from ivr.records.deeds import By
from ivr.records.service_requests import Made
from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, Desk, Place, told, until

MEGAN: Final = By(AgentId(1), "agent 7001")
EMPLOYER: Final = "/api/records/employer/1/documents"
FAILED: Final = What("Employer", "Info Provided", "Failed Security Check")
KNOWN: Final = {"addressee": "Drama Bakeries Ltd", "reference": "340000000011", "called_on": "2026-11-23"}
ADDRESS: Final = "1 Example Street\nSampletown\nZZ1 1ZZ"


@dataclass
class Letter:
    """A letter to an employer as the service makes it, and its request."""

    path: str
    document_id: str
    request_id: str


async def _letter(place: Place, by: By = MEGAN) -> Letter:
    def make(sql: Connection) -> tuple[str, str]:
        now = place.clock.now()
        request = service_requests.make(sql, Made(FAILED, "employer", 1), by, now)
        wanted = Wanted(Form.FAILED_SECURITY_CHECK, KNOWN, "employer", 1, service_request_id=request)
        return documents.make(sql, wanted, by, now).document_id, request

    document_id, request_id = await place.store.write(make)
    return Letter(f"/api/documents/{document_id}", document_id, request_id)


async def _form(place: Place, by: By = MEGAN, **about: Any) -> str:
    """A bogus caller form; its path."""

    def make(sql: Connection) -> str:
        wanted = Wanted(Form.BOGUS_CALLER, forms.examples(Form.BOGUS_CALLER), **about)
        return documents.make(sql, wanted, by, place.clock.now()).document_id

    return f"/api/documents/{await place.store.write(make)}"


def _written(**fields: str) -> dict[str, Any]:
    return {"fields": fields, "language": "en", "large_print": False}


def _values(answered: Any) -> dict[str, str]:
    return {field["key"]: field["value"] for field in answered.body["document"]["fields"]}


@BOTH_STORES
async def test_a_letter_is_reviewed_issued_and_its_request_closed(place: Place, desk: Desk, leader: Desk) -> None:
    """R-SEC-4, R-SEC-6: filled in by the system, completed by the agent, issued; the service request is closed."""
    letter = await _letter(place)
    now = (await desk.ask("GET", letter.path)).body["document"]
    assert (now["status"], now["missing"], now["may"]) == ("draft", ["address"], ["change", "issue", "cancel"])
    early = await desk.ask("POST", f"{letter.path}/issue")
    assert (early.status, early.body["error_id"]) == (409, "document.incomplete")
    body = _written(address=ADDRESS.replace("\n", "\r\n") + "  ") | {"language": "cy", "large_print": True}
    written = await desk.ask("PUT", f"{letter.path}/fields", json=body)
    assert _values(written) == {**KNOWN, "address": ADDRESS}
    assert (written.body["document"]["language"], written.body["document"]["large_print"]) == ("cy", True)
    place.clock.pass_(60)
    issued = (await desk.ask("POST", f"{letter.path}/issue")).body["document"]
    assert (issued["status"], issued["issued_by"]["staff_number"], issued["may"]) == ("issued", "7001", ["cancel"])
    assert issued["goes_at"] == "2026-11-23T17:30:00Z"
    request = (await desk.ask("GET", f"/api/service-requests/{letter.request_id}")).body["service_request"]
    assert (request["status"], request["closed_at"]) == ("closed", "2026-11-23T09:01:00Z")
    late = await desk.ask("PUT", f"{letter.path}/fields", json=_written(address="Elsewhere"))
    assert (late.status, late.body["error_id"]) == (409, "document.not_draft")
    again = await desk.ask("POST", f"{letter.path}/issue")
    assert (again.status, again.body["error_id"]) == (409, "document.not_draft")
    entries = (await leader.ask("GET", "/api/audit?kind=employer&record_id=1")).body["entries"]
    assert [(one["what"], one["subject"], one["why"]) for one in entries] == [
        ("service_request_closed", letter.request_id, "CMSL8300"),
        ("document_issued", letter.document_id, "CMSL8300"),
        ("document_changed", letter.document_id, "CMSL8300"),
        ("document_made", letter.document_id, "CMSL8300"),
        ("service_request_made", letter.request_id, "Failed Security Check"),
    ]


async def test_an_issued_letter_is_cancelled_and_stays_so(place: Place, desk: Desk) -> None:
    """R-SEC-6: until the batch goes; a cancelled one is listed as such and does nothing more."""
    letter = await _letter(place)
    await desk.ask("PUT", f"{letter.path}/fields", json=_written(address=ADDRESS))
    await desk.ask("POST", f"{letter.path}/issue")
    (listed,) = (await desk.ask("GET", EMPLOYER)).body["documents"]
    assert (listed["form"], listed["status"], listed["goes_at"]) == ("CMSL8300", "issued", "2026-11-23T17:30:00Z")
    cancelled = (await desk.ask("POST", f"{letter.path}/cancel")).body["document"]
    assert (cancelled["status"], cancelled["cancelled_by"]["staff_number"], cancelled["may"]) == (
        "cancelled",
        "7001",
        [],
    )
    again = await desk.ask("POST", f"{letter.path}/cancel")
    assert (again.status, again.body["error_id"]) == (409, "document.is_cancelled")
    (listed,) = (await desk.ask("GET", EMPLOYER)).body["documents"]
    assert (listed["status"], listed["by"]["staff_number"], listed["goes_at"]) == ("cancelled", "7001", None)


@pytest.mark.parametrize(
    ("fields", "error_id"),
    [
        ({"adress": "x"}, "document.no_such_field"),
        ({"called_on": "23/11/2026"}, "document.wrong_field"),
        ({"called_on": "2026-02-29"}, "document.wrong_field"),
        ({"reference": "34 0000"}, "document.wrong_field"),
        ({"addressee": "two\nlines"}, "document.wrong_field"),
        ({"addressee": "x" * 121}, "document.wrong_field"),
        ({"address": "\n".join("123456789")}, "document.wrong_field"),
    ],
)
async def test_what_no_field_holds_is_refused(place: Place, desk: Desk, fields: dict[str, str], error_id: str) -> None:
    """A field is of its shape or is not kept; what was written is not said again."""
    letter = await _letter(place)
    refused = await desk.ask("PUT", f"{letter.path}/fields", json=_written(**fields))
    assert (refused.status, refused.body["error_id"], refused.body["field"]) == (422, error_id, next(iter(fields)))
    assert "found" not in refused.body
    assert _values(await desk.ask("GET", letter.path)) == {**KNOWN, "address": ""}


async def test_who_may_read_and_change_a_document(place: Place, desk: Desk, leader: Desk) -> None:
    """Who made it, who manages the case or a case of the client, leaders; a lent case is read only (R-CB-7)."""
    other = await place.log_in("7010")
    of_case = await _form(place, MEGAN, kind="client", record_id=1, case_id=1)
    of_client = await _form(place, MEGAN, kind="client", record_id=1)
    of_nobody = await _form(place, MEGAN)
    for path in (of_case, of_client, of_nobody):
        assert (await desk.ask("GET", path)).status == 200
        assert (await leader.ask("GET", path)).body["document"]["may"] == ["change", "issue", "cancel"]
        refused = await other.ask("GET", path)
        assert (refused.status, refused.body["error_id"]) == (403, "document.not_yours")
        assert (await other.ask("POST", f"{path}/cancel")).body["error_id"] == "document.not_yours"
    colleague = await place.log_in("7002")  # of the team that manages the case
    assert (await colleague.ask("GET", of_client)).body["document"]["may"] == ["change", "issue", "cancel"]
    records = "/api/records/client/1/documents"
    assert len((await colleague.ask("GET", records)).body["documents"]) == 2
    assert (await other.ask("GET", records)).body["documents"] == []
    await place.store.write(_lend, other.agent_id, case_id=1)
    assert (await other.ask("GET", of_case)).body["document"]["may"] == []
    assert (await other.ask("POST", f"{of_case}/cancel")).status == 409


def _lend(sql: Connection, agent_id: int, case_id: int) -> None:
    """A call back of the case was passed to them alone."""
    at = sql.scalar(select(t.document.c.made_at).limit(1))
    back: dict[str, Any] = {
        "call_back_id": "b0000000000000009",
        "whose": "self",
        "contact_number": "07700900123",
        "description": "x",
    }
    back |= {"agent_id": agent_id, "case_id": case_id, "passed_on": True}
    sql.execute(t.call_back.insert().values(**back, starts_at=at, ends_at=at, raised_at=at))


async def test_large_print_goes_to_who_needs_it(place: Place, desk: Desk) -> None:
    """R-OUT-3: a record whose alternative format is large print gets it without being asked for."""
    large = await desk.ask("GET", await _form(place, kind="client", record_id=6))
    usual = await desk.ask("GET", await _form(place, kind="client", record_id=1))
    assert (large.body["document"]["large_print"], usual.body["document"]["large_print"]) == (True, False)


async def test_a_field_that_no_form_has_is_a_mistake_of_ours(place: Place) -> None:
    """Whoever makes a document has it right, or finds out at once."""
    with pytest.raises(ValueError, match="has no field scin"):
        await place.store.write(
            lambda sql: documents.make(sql, Wanted(Form.BOGUS_CALLER, {"scin": "1"}), MEGAN, place.clock.now())
        )


async def test_desks_are_told_of_what_has_changed(place: Place, desk: Desk) -> None:
    """Another desk that shows a record's documents reads them anew; the message has nothing of the text."""
    letter = await _letter(place)
    colleague = await place.log_in("7002")
    async with await colleague.listen() as socket:
        assert (await told(socket))["type"] == "snapshot"
        await desk.ask("POST", f"{letter.path}/cancel")
        event = (await until(socket, "document_changed"))[-1]
    assert {key: value for key, value in event.items() if key != "seq"} == {
        "type": "document_changed",
        "document_id": letter.document_id,
        "status": "cancelled",
        "kind": "employer",
        "record_id": 1,
    }


async def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    """An id that nothing has, and a record that is not there."""
    assert (await desk.ask("GET", "/api/documents/d0000000000000000")).body["error_id"] == "document.unknown"
    assert (await desk.ask("GET", "/api/records/employer/999/documents")).body["error_id"] == "record.unknown"


async def test_without_a_printer_the_page_is_told(place: Place, desk: Desk) -> None:
    """A PDF that cannot be made is a refusal with words."""
    refused = await desk.ask("GET", f"{(await _letter(place)).path}/pdf")
    assert (refused.status, refused.body["error_id"]) == (409, "letters.not_printed")
