"""At the desk: a letter that the system has filled in is reviewed, printed, issued, and cancelled again."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from playwright.async_api import expect
from pypdf import PdfReader
from sqlalchemy import create_engine, delete

from ivr.domain import forms
from ivr.domain.documents import Form, Wanted
from ivr.domain.ids import AgentId
from ivr.records import documents
from ivr.records.deeds import By
from ivr.store import tables as t
from tests.browser.people import Desk
from tests.e2e.helpline import Helpline
from tests.patience import PATIENCE

Seats = Callable[..., Awaitable[Desk]]
_NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _make_letter(helpline: Helpline) -> str:
    """As the service makes it when an employer has failed the security check."""
    fields = forms.failed_security_check(
        addressee="Drama Bakeries Ltd", reference="340000000011", called_on=_NOW.date()
    )
    engine = create_engine(helpline.settings.database_url, connect_args={"timeout": 4})
    with engine.begin() as sql:
        sql.execute(delete(t.document).where(t.document.c.kind == "employer"))  # what an earlier telling has left
        made = documents.make(
            sql,
            Wanted(Form.FAILED_SECURITY_CHECK, fields, "employer", 1),
            By(AgentId(10), "agent 7010"),
            datetime.now(UTC),
        )
    engine.dispose()
    return made.document_id


async def test_a_letter_is_reviewed_issued_and_cancelled(desk_of: Seats, helpline: Helpline) -> None:
    """R-SEC-4, R-SEC-6: the address is filled in, the PDF says it, it is issued, and cancelled again."""
    _make_letter(helpline)
    desk = await desk_of("7010")
    page = desk.page
    await page.get_by_label("Search contacts").fill("drama bak")
    await page.keyboard.press("Enter")
    await desk.button("Open Drama Bakeries Ltd").click()
    await page.get_by_text("Letters and forms: 1").click()
    await desk.button("Open CMSL8300").click()

    letter = page.get_by_role("dialog", name="CMSL8300: Failed security check, to the employer")
    address = letter.get_by_label("Address", exact=True)
    await expect(letter.get_by_label("Employer or employer agent")).to_be_focused()
    await expect(address).to_have_accessible_description("Needed before it can be issued.")
    await letter.get_by_role("button", name="Save and issue").click()
    await desk.sees("fill in every field that is needed, then issue it")
    await address.fill("1 Example Street\nSampletown\nZZ1 1ZZ")
    await letter.get_by_role("button", name="Save draft").click()
    await expect(letter.get_by_text("Saved.")).to_be_visible()
    await desk.is_clean()

    link = letter.get_by_role("link", name="Look at the PDF")
    address_of_pdf = await link.get_attribute("href") or ""
    answer = await page.request.get(address_of_pdf, timeout=60_000 * PATIENCE)
    if answer.status == 503:  # not printed within a request's limit: the next one finds the printer warm
        answer = await page.request.get(address_of_pdf, timeout=60_000 * PATIENCE)
    assert answer.headers["content-type"] == "application/pdf"
    assert "Drama Bakeries Ltd 1 Example Street Sampletown ZZ1 1ZZ" in _text(await answer.body())

    await letter.get_by_role("button", name="Save and issue").click()
    await expect(letter.get_by_role("status").first).to_contain_text("by Helen Crossley 7010. It goes with the batch")
    await expect(page.get_by_text("Issued", exact=True).first).to_be_visible()
    await letter.get_by_role("button", name="Cancel this document").press("Enter")
    await letter.get_by_role("button", name="Yes, cancel it").press("Enter")
    await expect(letter.get_by_role("status").first).to_contain_text(re.compile(r"^Cancelled .*Helen Crossley 7010"))
    await expect(letter.get_by_role("button", name="Cancel this document")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("region", name="Record").get_by_text("Cancelled", exact=True)).to_be_visible()
    await desk.is_clean()


def _text(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
