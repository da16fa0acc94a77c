"""[applications] of office.toml: how new-application call backs are attempted and completed (R-CB-10, R-CB-11)."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from ivr.domain.applications import Named, Rules
from ivr.domain.times_of_day import SHIPPED

Clock = Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", description="a time of day, as 09:30")]
Words = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]*$")]


class OutcomeEntry(BaseModel):
    """[[applications.outcomes]]. ``name`` is stored, and never changes its meaning."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="small letters, digits and _")]
    en: Words
    cy: Words


_SHIPPED: Final = (
    OutcomeEntry(name="application_taken", en="Application taken", cy="Cymerwyd y cais"),
    OutcomeEntry(name="not_required", en="No longer required", cy="Nid oes ei angen mwyach"),
)


class ApplicationsEntry(BaseModel):
    """[applications] of office.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    times_of_day: Annotated[tuple[Clock, ...], Field(min_length=1, max_length=24)] = tuple(
        one.strftime("%H:%M") for one in SHIPPED
    )
    outcomes: Annotated[tuple[OutcomeEntry, ...], Field(min_length=1, max_length=40)] = _SHIPPED

    @property
    def twice(self) -> tuple[str, ...]:
        """Outcomes that stand there more than once."""
        names = [one.name for one in self.outcomes]
        return tuple(sorted({name for name in names if names.count(name) > 1}))

    def rules(self, segment: str) -> Rules:
        """As the service goes by them. ``segment``: the Applications segment's name."""
        outcomes = tuple(Named(one.name, one.en, one.cy) for one in self.outcomes)
        return Rules(outcomes, tuple(time.fromisoformat(one) for one in self.times_of_day), segment)
