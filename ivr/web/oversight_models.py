"""The audit, programs' tokens and leaders' switches, as they go over the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from ivr.domain.oversight import Deed, Switch
from ivr.web.models import Model

Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$"),
    Field(description="kept with the audit; no personal data"),
]
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]


class SwitchNow(Model):
    """A switch: since when it is as it is, and who turned it; null before anybody did."""

    name: Switch
    on: bool
    since: AwareDatetime | None
    by: str | None


class Switches(Model):
    """What team leaders switch: the emergency setting (R-XFER-3), downtime of the case system (R-MON-4)."""

    switches: tuple[SwitchNow, ...]


class TurnBody(Model):
    """Turn a switch, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": True, "why": "The case system is being updated until 11:00."}]}
    )

    on: bool
    why: Why


class AuditQuery(Model):
    """Which entries: by who did it, what it was, whom or what it was done to."""

    actor: Annotated[
        str | None,
        Field(description="as it stands there: `agent 7001`, `program wallboard`", max_length=80, pattern=r"^[ -~]*$"),
    ] = None
    what: Deed | None = None
    kind: Annotated[str | None, Field(max_length=20, pattern=r"^[a-z_]*$", examples=["client"])] = None
    record_id: Annotated[int | None, Field(ge=0, le=2_147_483_647)] = None
    since: Annotated[AwareDatetime | None, Field(description="not older than this", ge=_EARLIEST)] = None
    before: Annotated[int | None, Field(ge=0, le=2**62, description="the last `audit_id` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=1000, description="at most so many")] = 100


class AuditEntry(Model):
    """Who did what, to whom or what, when, why; `call_id`: during which call of theirs."""

    audit_id: int
    at: AwareDatetime
    actor: str
    what: str
    kind: str | None
    record_id: int | None
    subject: str | None
    why: str | None
    call_id: str | None


class Audit(Model):
    """Entries of the audit, the newest first; `before` of the next page, null on the last."""

    entries: tuple[AuditEntry, ...]
    before: int | None


class TokenBody(Model):
    """A name that says which program it is for, and what the program may see."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "wallboard-east", "role": "operations"}]})

    name: Name
    role: Literal["team_leader", "operations"]


class TokenNow(Model):
    """A program's token; the token itself is shown once, when it is made."""

    token_id: int
    name: str
    role: str
    made_at: AwareDatetime
    made_by: str
    revoked_at: AwareDatetime | None


class NewToken(TokenNow):
    """A token as it was made. Of `token` only the SHA-256 is kept."""

    token: str


class Tokens(Model):
    """Every token, revoked ones too, by name."""

    tokens: tuple[TokenNow, ...]
