"""The sums of a period, as they go over the wire (R-MI-3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, ConfigDict, Field

from ivr.domain.routes import ScopeKind
from ivr.web.models import Model

MOST: Final = timedelta(days=7)
SLICE: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


class MeasuresQuery(Model):
    """Which calls: those that arrived from ``from`` on and before ``to``."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=False, validate_by_alias=True)

    begin: Annotated[
        AwareDatetime | None, Field(alias="from", ge=_EARLIEST, le=_LATEST, description="a day before `to` unless told")
    ] = None
    end: Annotated[
        AwareDatetime | None,
        Field(alias="to", ge=_EARLIEST, le=_LATEST, description="now unless told; at most 7 days after `from`"),
    ] = None


class LineMeasures(Model):
    """A line's calls; ``offered`` is the sum of all the other counts."""

    line: Annotated[str, Field(description="`unknown` holds the numbers that no line has")]
    offered: int
    answered: int
    abandoned_menu: int
    abandoned_queue: int
    abandoned_short: Annotated[
        int, Field(description="within 5 s of arriving or of beginning to wait, in either place")
    ]
    closed: int
    unknown_number: int
    called_back: int
    sent_outside: int
    fault: int
    still_there: int


class QueueMeasures(Model):
    """A queue's calls; ``entered`` is the sum of all the other counts."""

    key: Annotated[str, Field(examples=["team:Maintenance 1"])]
    kind: ScopeKind
    name: Annotated[str, Field(description="of a team or segment; for one agent's own calls the staff number")]
    entered: int
    answered: int
    abandoned: int
    overflowed: int
    called_back: int
    closed: int
    fault: int
    still_waiting: int


class Measures(Model):
    """The sums of a period, by line and by queue."""

    model_config = ConfigDict(serialize_by_alias=True)

    begin: Annotated[AwareDatetime, Field(alias="from")]
    end: Annotated[AwareDatetime, Field(alias="to")]
    lines: tuple[LineMeasures, ...]
    queues: tuple[QueueMeasures, ...]
