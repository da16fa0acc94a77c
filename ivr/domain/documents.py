"""Letters and forms (R-SEC-4, R-SEC-6, R-CB-11, R-NI). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.domain.ids import Brand, DocumentId, Language


class Form(StrEnum):
    """Which letter or form; the names are fixed."""

    FAILED_SECURITY_CHECK = "CMSL8300"
    """To an employer who failed the security check (R-SEC-4)."""
    APPLICATION_FEE = "CMSL0077"
    """To an applicant who could not be reached: 14 days to pay the fee (R-CB-11)."""
    APPLICATION_FEE_REMINDER = "CMSL0080"
    """Issued with it (R-CB-11)."""
    BOGUS_CALLER = "CMSF5550"
    """The report of a bogus caller (R-SEC-4)."""
    BOGUS_CALLER_NI = "CMSF5550(NI)"
    """The same for NICMS."""


class DocumentStatus(StrEnum):
    """How far a document is."""

    DRAFT = "draft"
    """Filled in by the system, to be reviewed."""
    ISSUED = "issued"
    """It goes with the day's batch; until then it can be cancelled (R-SEC-6)."""
    CANCELLED = "cancelled"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to be made, of a record or of nobody on record. ``fields``: what its template fills in, personal."""

    form: Form
    fields: Mapping[str, str]
    kind: str | None = None
    record_id: int | None = None
    case_id: int | None = None
    brand: Brand = "cmg"
    language: Language = "en"
    large_print: bool = False
    service_request_id: str | None = None
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The id under which it can be read, printed, issued, cancelled."""

    document_id: DocumentId
    form: Form
    status: DocumentStatus = field(default=DocumentStatus.DRAFT)
