"""The PDF of a document that goes with a mail: as it was sent, else as it is now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from ivr.domain.ids import DocumentId
from ivr.errors import RequestError
from ivr.letters.batch import sheet_of
from ivr.letters.templates import Sheet
from ivr.mail.message import Attachment
from ivr.records import documents
from ivr.store.engine import SqlStore

log = structlog.get_logger()


class PrintedDocuments:
    """Prints what goes along. A report is not held up by a form that cannot be printed: then its text names it."""

    def __init__(
        self, store: SqlStore, print_sheet: Callable[[Sheet], Awaitable[bytes]], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._print = print_sheet
        self._now = now

    async def __call__(self, document_id: DocumentId) -> Attachment | None:
        """The document's PDF; None: there is none."""
        found = await self._store.read(documents.one, document_id)
        if found is None:
            return None
        sent = await self._store.read(documents.pdf_sent, document_id)
        try:
            pdf = sent or await self._print(sheet_of(found, self._now()))
        except RequestError as error:
            log.warning("mail.document_not_printed", document_id=document_id, error_id=error.error_id)
            return None
        return Attachment(f"{found.form.value}.pdf", pdf)
