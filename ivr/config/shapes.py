"""The shape of each file in ``dialplan/``: its keys, their units, defaults and bounds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ivr.domain.lines import Entry, WelshOffer
from ivr.domain.waiting import Announce

Seconds = Annotated[float, Field(gt=0, le=86_400)]


SecondsOrNever = Annotated[float, Field(ge=0, le=86_400)]
"""Seconds; 0: never."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineEntry(_Strict):
    """A table of lines.toml."""

    numbers: Annotated[list[str], Field(min_length=1)]
    brand: Literal["cmg", "nicms"]
    language: Literal["en", "cy"]
    entry: Entry
    hours: str
    title: Annotated[str, Field(max_length=60)] = ""
    title_cy: Annotated[str, Field(max_length=60)] = ""
    greeting: str = "greeting"
    closed: str = "closed"
    leader: str | None = None
    deputy: str | None = None
    welsh_key: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] = "4"
    welsh_offer: WelshOffer = WelshOffer.AFTER_GREETING
    record: bool = False


class HoursEntry(_Strict):
    """A table of hours.toml."""

    nation: Literal["england-and-wales", "northern-ireland", "scotland"]
    open: list[str]
    public_holidays: bool = True
    closures: list[date] = []


class SegmentsEntry(_Strict):
    """[segments] of queues.toml."""

    gich: str = "GICH"
    third_party_team: str = "Third Party"
    applications: str = "Applications"
    employer: str = "Employer"
    welsh: str = "Welsh"


class RingingEntry(_Strict):
    """[ringing] of queues.toml (R-RONA-2, R-RONA-3)."""

    ring_timeout_s: Annotated[int, Field(ge=1, le=120)] = 15
    no_ringing_timeout_s: Seconds = 4
    again_after_rona_s: Seconds = 60


class WaitingEntry(_Strict):
    """[waiting] of queues.toml (R-WAIT-1 to R-WAIT-3)."""

    overflow_s: Seconds = 60
    announce_first_s: Seconds = 20
    announce_every_s: Seconds = 45
    music: str = "default"
    announce: Announce = Announce.BOTH
    call_back_after_s: SecondsOrNever = 0


Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class MonitorEntry(_Strict):
    """[monitor] of queues.toml: the service level aimed at, and the thresholds of R-MON-3; a threshold of 0: none."""

    target_percent: Annotated[Percent, Field(ge=1)] = 80
    target_within_s: Seconds = 20
    waiting_limit: Count = 10
    longest_wait_limit_s: SecondsOrNever = 180
    service_level_limit_percent: Percent = 70
    service_level_from_calls: Annotated[Count, Field(ge=1)] = 10


class QueueEntry(_Strict):
    """A table of [queues] in queues.toml, named after its scope: what one queue has of its own."""

    announce: Announce | None = None
    call_back_after_s: SecondsOrNever | None = None
    target_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    target_within_s: Seconds | None = None
    waiting_limit: Count | None = None
    longest_wait_limit_s: SecondsOrNever | None = None
    service_level_limit_percent: Percent | None = None
    service_level_from_calls: Annotated[int, Field(ge=1, le=100_000)] | None = None


QueueName = Annotated[str, Field(pattern=r"^(segment|team):\S.*$")]
"""A queue by its scope: ``segment:GICH``, ``team:Third Party``."""


class AgentsEntry(_Strict):
    """[agents] of queues.toml (R-STATE-4, R-STATE-6)."""

    after_call_work_s: Seconds = 600
    idle_logout_s: Seconds = 5400
    idle_warning_s: Seconds = 300


class DigitsEntry(_Strict):
    """[digits] of queues.toml (R-DTMF-1)."""

    attempts: Annotated[int, Field(ge=1, le=5)] = 2
    first_digit_s: Seconds = 6
    between_digits_s: Seconds = 4
    scin_digits: Annotated[int, Field(ge=4, le=20)] = 12
    ern_digits: Annotated[int, Field(ge=4, le=20)] = 12
    trn_digits: Annotated[int, Field(ge=4, le=20)] = 12


class WelshEntry(_Strict):
    """[welsh] of queues.toml: the Welsh Language Unit as a number outside (R-MENU-5); ``trunk`` of trunks.toml."""

    external_number: str | None = None
    trunk: str | None = None
    ring_timeout_s: Annotated[int, Field(ge=1, le=120)] = 30
    no_ringing_timeout_s: Seconds = 8


class QueuesFile(_Strict):
    """queues.toml."""

    segments: SegmentsEntry = SegmentsEntry()
    ringing: RingingEntry = RingingEntry()
    waiting: WaitingEntry = WaitingEntry()
    agents: AgentsEntry = AgentsEntry()
    monitor: MonitorEntry = MonitorEntry()
    digits: DigitsEntry = DigitsEntry()
    queues: dict[QueueName, QueueEntry] = {}
    welsh: WelshEntry = WelshEntry()
