"""Letters and forms, as they go over the wire."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from ivr.domain import forms
from ivr.domain.documents import DocumentStatus, Form
from ivr.domain.forms import Filler, Shape
from ivr.domain.ids import Brand, Language
from ivr.records.opened import Colleague
from ivr.web.models import Model

Deed = Literal["change", "issue", "cancel"]
_LONGEST: Final = max(forms.MOST.values())
Key = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Value = Annotated[str, StringConstraints(max_length=_LONGEST, pattern=r"^[^\x00]*$")]


class WriteDocumentBody(Model):
    """What is written in a draft: the fields that change, and how the whole is to be printed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"fields": {"address": "1 Example Street\nSampletown\nZZ1 1ZZ"}, "language": "en", "large_print": False}
            ]
        }
    )

    fields: Annotated[dict[Key, Value], Field(max_length=40)]
    language: Language
    large_print: bool


class PrintQuery(Model):
    """How it is printed; without ``large_print`` as the document says."""

    large_print: bool | None = None


class FieldNow(Model):
    """A field: what stands before it in both languages, and in it. A day is ``2026-11-23``, a time ``14:05``."""

    key: str
    en: str
    cy: str
    shape: Shape
    by: Annotated[Filler, Field(description="who fills it in first; the agent may change any")]
    required: bool
    most: Annotated[int, Field(description="characters")]
    value: str


class DocumentNow(Model):
    """A letter or form as it is now, and what the asker may do with it."""

    document_id: str
    form: Form
    status: DocumentStatus
    brand: Brand
    language: Language
    languages: Annotated[tuple[Language, ...], Field(description="those that it can be printed in")]
    large_print: bool
    fields: tuple[FieldNow, ...]
    missing: Annotated[tuple[str, ...], Field(description="keys to be filled in before it can be issued")]
    may: Annotated[tuple[Deed, ...], Field(description="what the asker may do with it now")]
    kind: str | None
    record_id: int | None
    case_id: int | None
    service_request_id: str | None
    made_at: AwareDatetime
    made_by: Colleague | None
    issued_at: AwareDatetime | None
    issued_by: Colleague | None
    goes_at: Annotated[AwareDatetime | None, Field(description="issued: when the batch goes that it goes with")]
    cancelled_at: AwareDatetime | None
    cancelled_by: Colleague | None
    sent_at: AwareDatetime | None


class DocumentInList(Model):
    """A letter or form without what it says."""

    document_id: str
    form: Form
    status: DocumentStatus
    at: Annotated[AwareDatetime, Field(description="since when it is so")]
    by: Annotated[Colleague | None, Field(description="who made it so; null: the service")]
    goes_at: Annotated[AwareDatetime | None, Field(description="issued: when the batch goes that it goes with")]


class OneDocument(Model):
    """A document."""

    document: DocumentNow


class Documents(Model):
    """A record's documents that one may read, the latest first."""

    documents: tuple[DocumentInList, ...]
