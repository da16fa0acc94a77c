"""New-application call backs, as they go over the wire (R-CB-9 to R-CB-11). Who is to be rung is personal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue, StringConstraints

from ivr.domain.applications import About, ApplicationReason, AttemptResult, OfflineTemplate
from ivr.domain.ids import Brand, Language
from ivr.domain.offline import FIELD_LENGTH
from ivr.records.applications.reading import Application, Wants
from ivr.web.models import Model, StaffNumber

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_NO_NUL: Final = r"^[^\x00]*$"
_EIGHT_LINES: Final = r"^[^\x00\n]*(?:\n[^\x00\n]*){0,7}$"
Instant = Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]*$")
]
Address = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=400, pattern=r"^[^\x00\n]*(?:\n[^\x00\n]*){0,7}$"
    ),
    Field(description="8 lines at most, as a letter has room for"),
]
Number = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_NO_NUL)]
Details = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=_NO_NUL)]
BornOn = Annotated[date | None, Field(ge=date(1900, 1, 1), le=date(2100, 1, 1))]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")]
FieldText = Annotated[str, StringConstraints(max_length=FIELD_LENGTH, pattern=_NO_NUL)]
Fields = Annotated[dict[FieldName, FieldText], Field(max_length=30, description="of the template, by name")]
_EXAMPLE: Final[dict[str, JsonValue]] = {
    "full_name": "Robin Newcomer",
    "address": "1 Sample Street, Exampleton",
    "born_on": "1990-02-03",
    "contact_number": "07700 900123",
}


class PersonBody(Model):
    """Who is to be rung, as it is right."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE | {"details": ""}]})

    full_name: Name
    address: Address
    born_on: BornOn = None
    contact_number: Annotated[Number, Field(description="one that may be dialled (R-OUT-4)")]
    details: Details = ""


class RaiseApplicationBody(PersonBody):
    """What a caller with no record said (R-CB-9). During downtime with a ``template`` (R-CB-11), and only then."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _EXAMPLE | {"reason": "new_application"},
                _EXAMPLE | {"reason": "existing_case", "about": "mp", "wanted_at": "2026-11-25T14:00:00Z"},
            ]
        }
    )

    reason: ApplicationReason
    about: Annotated[About | None, Field(description="of an existing case, and only of one")] = None
    wanted_at: Annotated[Instant | None, Field(description="when required; null: any time")] = None
    brand: Brand = "cmg"
    language: Language = "en"
    template: OfflineTemplate | None = None
    fields: Annotated[Fields, Field(default_factory=dict)]


class ApplicationsQuery(Model):
    """Which: one's own, those to be allocated, or all that are open; the last two are for team leaders."""

    whose: Literal["mine", "unallocated", "all"] = "mine"


class AllocateBody(Model):
    """Who is to ring."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"staff_number": "7006"}]})

    staff_number: StaffNumber


class NextBody(Model):
    """When the next attempt is to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"at": "2026-11-25T14:00:00Z"}]})

    at: Instant


class ResultBody(Model):
    """How an attempt ended (R-CB-10). ``fee_collected``: on contact made, of one raised during downtime (R-CB-11)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"result": "called_contact_not_made"}]})

    result: AttemptResult
    fee_collected: bool | None = None


class ByHandAttemptBody(ResultBody):
    """An attempt made on another phone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"began_at": "2026-11-20T14:05:00Z", "result": "contact_not_made_message_left"}]
        }
    )

    began_at: Annotated[Instant, Field(description="not ahead")]


class OutcomeBody(Model):
    """What it is completed with: a name of the configured list."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "application_taken"}]})

    outcome: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class TemplateBody(Model):
    """The offline application as far as it is filled in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"template": "pp_applies_gb", "fields": {"other_name": "Kim Otherparent"}}]}
    )

    template: OfflineTemplate
    fields: Fields


class Term(Model):
    """A value, and what people read for it."""

    value: str
    label: Annotated[str, Field(description="in English")]
    label_cy: Annotated[str, Field(description="in Welsh")]


class FieldWord(Term):
    """A field of a template. ``long``: it takes several lines."""

    long: bool


class TemplateWord(Term):
    """A template, with what it asks for."""

    fields: tuple[FieldWord, ...]


class ApplicationChoices(Model):
    """What the form offers (R-CB-9). ``templates``: while the case system is down, otherwise none (R-CB-11)."""

    reasons: tuple[Term, ...]
    about: Annotated[tuple[Term, ...], Field(description="of an existing case")]
    in_downtime: bool
    templates: tuple[TemplateWord, ...]


class OneApplication(Model):
    """One, as it is now, and what it may be given: ``results`` of an attempt, ``outcomes`` that complete it."""

    application: Application
    reason: Term
    about: Term | None
    results: tuple[Term, ...]
    outcomes: tuple[Term, ...]
    templates: tuple[TemplateWord, ...]
    contacts: Annotated[
        tuple[AttemptResult, ...], Field(description="the results on which an application fee is collected")
    ]
    mailed: Annotated[bool | None, Field(description="whether the agent was told by mail; null: nobody was to be")]


class Applications(Model):
    """New-application call backs, with what has been tried."""

    applications: tuple[Application, ...]


class AttemptBegun(Model):
    """The call is being made: the agent's own phone rings. ``attempt``: its number of order."""

    call_id: str
    attempt: int


class MayBeGiven(Model):
    """An agent to whom one may be allocated. ``open_ones``: how many they have."""

    staff_number: str
    name: str
    team: str
    logged_in: bool
    open_ones: int


class MayBeGivenAll(Model):
    """The agents of the Applications segment, those first who are here and have the fewest."""

    agents: tuple[MayBeGiven, ...]


class ApplicationToDo(Model):
    """A new-application call back that one has. ``results``: while the result of ``attempt`` is asked for."""

    application_id: str
    wants: Wants
    name: str
    contact_number: str
    reason: Term
    about: Term | None
    next_at: AwareDatetime | None
    prompts_at: Annotated[AwareDatetime | None, Field(description="15 minutes before the next attempt (R-CB-10)")]
    attempt: Annotated[int, Field(description="how many attempts there were, the one that goes on too")]
    tried_at: Annotated[tuple[str, ...], Field(description="their times of day, on London's clock")]
    in_downtime: bool
    why_no_attempt: str | None
    results: tuple[Term, ...]
    suggested: AttemptResult | None
    contacts: Annotated[
        tuple[AttemptResult, ...], Field(description="the results on which an application fee is collected (R-CB-11)")
    ]


class ApplicationToAllocate(Model):
    """One that waits to be allocated, for who leads the Applications teams."""

    application_id: str
    name: str
    reason: Term
    about: Term | None
    raised_at: AwareDatetime
    wanted_at: AwareDatetime | None
    in_downtime: bool
