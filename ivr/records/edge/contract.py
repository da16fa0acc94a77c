"""What is agreed with another system of record: what it is asked, and what it answers (JSON). Checked here, whole.

What an answer has beyond this is ignored, so that the other system may grow. `openapi` is the same in the form that
its makers read; docs/system-of-record.md explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import models_json_schema

from ivr.domain.ids import Brand

VERSION: Final = "1"
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Reference = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,20}$")]
StaffNo = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,10}$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=60)]
MOST_CASES: Final = 200
MOST_LINKED: Final = 2000


class _Agreed(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")


class ChildAnswer(_Agreed):
    """A child of a case: a qualifying child (``qc``) or a relevant other child (``roc``)."""

    name: Name
    born_on: date
    kind: Literal["qc", "roc"] = "qc"


class CaseAnswer(_Agreed):
    """An open case. ``owner``: a staff number, null when nobody owns it; ``roles``: the client's own in it."""

    number: Reference
    opened_on: date
    owner: StaffNo | None = None
    team: Short
    brand: Brand | None = None
    roles: Annotated[tuple[Literal["rp", "pp"], ...], Field(min_length=1, max_length=2)]
    children: Annotated[tuple[ChildAnswer, ...], Field(max_length=50)] = ()


class ClientAnswer(_Agreed):
    """A client with all their open cases; one that is missing is not open any more."""

    scin: Reference
    name: Name
    brand: Brand
    cases: Annotated[tuple[CaseAnswer, ...], Field(max_length=MOST_CASES)]


class EmployerAnswer(_Agreed):
    """An employer. ``manager``: the account manager's staff number."""

    ern: Reference
    name: Name
    paye_reference: Annotated[str, StringConstraints(max_length=40)] | None = None
    phone: Annotated[str, StringConstraints(max_length=20)] | None = None
    manager: StaffNo | None = None


class LinkedEmployer(_Agreed):
    """An employer that an employer agent acts for."""

    ern: Reference
    name: Name


class EmployerAgentAnswer(_Agreed):
    """An employer agent, with all employers they act for."""

    earn: Reference
    name: Name
    acts_for: Annotated[tuple[LinkedEmployer, ...], Field(max_length=MOST_LINKED)] = ()


class LinkedClient(_Agreed):
    """A client whom a representative acts for."""

    scin: Reference
    name: Name
    brand: Brand


class RepresentativeAnswer(_Agreed):
    """A representative, with all clients they act for."""

    trn: Reference
    name: Name
    acts_for: Annotated[tuple[LinkedClient, ...], Field(max_length=MOST_LINKED)] = ()


class AskedClient(_Agreed):
    """Who has this SCIN?"""

    scin: Reference


class AskedEmployer(_Agreed):
    """Which employer has this ERN, or which employer agent this EARN?"""

    reference: Reference


class AskedRepresentative(_Agreed):
    """Who has this TRN?"""

    trn: Reference


class FoundClient(_Agreed):
    """``client`` is null where nobody has the SCIN; it must be there."""

    client: ClientAnswer | None


class FoundEmployer(_Agreed):
    """At most one of the two; both null where neither has the reference."""

    employer: EmployerAnswer | None
    employer_agent: EmployerAgentAnswer | None


class FoundRepresentative(_Agreed):
    """``representative`` is null where nobody has the TRN; it must be there."""

    representative: RepresentativeAnswer | None


ASKED: Final[Mapping[str, tuple[type[BaseModel], type[BaseModel]]]] = {
    "client": (AskedClient, FoundClient),
    "employer": (AskedEmployer, FoundEmployer),
    "representative": (AskedRepresentative, FoundRepresentative),
}
"""Each question by its path under the address: what is sent, what is answered."""


def openapi() -> dict[str, Any]:
    """The contract as an OpenAPI document."""
    models = [(model, "validation") for pair in ASKED.values() for model in pair]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Look-ups that the helpline asks of a system of record", "version": VERSION},
        "security": [{"bearer": []}],
        "paths": {f"/{path}": {"post": _operation(path)} for path in ASKED},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(path: str) -> dict[str, Any]:
    asked, found = ASKED[path]
    return {
        "operationId": f"look_up_{path}",
        "summary": asked.__doc__,
        "requestBody": {"required": True, "content": _json(asked)},
        "responses": {
            "200": {"description": "Found, or null: not on record.", "content": _json(found)},
            "default": {"description": "Anything else is a failure; the call goes on without the record."},
        },
    }


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
