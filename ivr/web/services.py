"""What the web side is given by whoever puts the service together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from argon2 import PasswordHasher

from ivr.acd.answering import NOTHING_RINGS
from ivr.acd.deadlines import IDLE_WARNING_S
from ivr.acd.toolbar import IDLE_LOGOUT_S
from ivr.domain.applications import Rules as ApplicationRules
from ivr.domain.dialling import DiallingRules
from ivr.domain.ids import AgentId, Brand, CallId, StaffNumber
from ivr.domain.lines import as_words
from ivr.domain.mails import MailNow
from ivr.domain.office import Office
from ivr.domain.outbound import Order, Placed
from ivr.domain.phones import PhoneKind, endpoint_of
from ivr.domain.recordings import RecordingStopped
from ivr.domain.reminders import SnoozeRules
from ivr.domain.routes import Segments
from ivr.domain.talking import CALL_OVER, Command, Impossible, Outcome, TalkNow
from ivr.domain.thresholds import MonitorRules
from ivr.domain.words import RecordKind
from ivr.errors import RequestError
from ivr.letters.printer import NOT_PRINTED
from ivr.letters.templates import Sheet
from ivr.records import secret_keys
from ivr.records.secret_keys import SecretKeys
from ivr.records.source import WhyUnanswered
from ivr.store.engine import SqlStore
from ivr.voice.prompts import Prompts

OpenDays = Callable[[Brand, date], bool]


class Hush(Protocol):
    """Silences a call's recording while somebody says who they are (R-REC-1), and ends that; without one, nothing."""

    async def __call__(self, call_id: CallId, /, *, on: bool) -> None:
        """``on``: silence it; else let it sound again."""


@dataclass(frozen=True, slots=True)
class HealthNow:
    """Whether this node can take calls: its PBX is linked, its database answers. ``words`` says what is wrong.
    Mail that does not go keeps no call away.
    """

    pbx_linked: bool
    database_answers: bool
    words: str = ""
    mail: MailNow = field(default_factory=lambda: MailNow(server=False))
    records_answer: bool | None = None
    """Whether the other system of record answers; None without one. Calls are taken without it all the same."""

    @property
    def able(self) -> bool:
        """Both are there."""
        return self.pbx_linked and self.database_answers


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What no row says: ``is_reachable`` of a phone (None: not known); ``warned_until``: who is logged out for idleness
    before then has been warned.
    """

    is_reachable: Callable[[str], bool | None]
    warned_until: datetime


@dataclass(frozen=True, slots=True)
class LogInLimits:
    """Failed log-ins within ``window_s`` seconds: for one staff number, and from one address."""

    window_s: float = 60.0
    per_staff_number: int = 5
    per_address: int = 50


async def _always_able() -> HealthNow:
    return HealthNow(pbx_linked=True, database_answers=True)


async def _nothing_rings(_agent_id: AgentId) -> Outcome:
    return NOTHING_RINGS


async def _no_calls(_call_id: CallId, _command: Command) -> Outcome:
    return CALL_OVER


async def _no_dialling(_order: Order) -> Placed | Impossible:
    return Impossible("outbound.no_trunk", "calls outside cannot be made here")


async def _phone_of(_agent_id: AgentId, staff_number: StaffNumber, kind: PhoneKind) -> str:
    return endpoint_of(staff_number, kind)


async def _no_secret(_account: str) -> str:
    raise RequestError("there is no Asterisk here", error_id="phone.no_pbx")


async def _nothing_taken(_account: str) -> None:
    return None


async def _nothing_recorded(_call_id: CallId, *, on: bool) -> None:  # noqa: ARG001 - the same as what records
    return None


async def _as_kept(_kinds: Iterable[RecordKind], _words: str) -> WhyUnanswered | None:
    return None


async def _no_printing(_sheet: Sheet) -> bytes:
    raise RequestError("nothing is printed here", error_id=NOT_PRINTED)


def _as_keyed(line: str) -> tuple[str, str]:
    return as_words(line), as_words(line)


async def _no_prompts(_config_hash: str | None) -> Prompts | None:
    return None


def _every_day(_brand: Brand, _day: date) -> bool:
    return True


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WebServices:
    """Everything the web side needs from outside.

    ``now``: the wall clock, aware UTC. ``health`` is asked on each ``GET /api/health``. ``on_log_in`` is told who
    logs in on which of their phones and says which endpoint rings for them; it may refuse with RequestError.
    ``dialling``: what may be rung now. ``is_reachable``: whether an endpoint can be rung, None while nobody knows.
    ``open_days``: whether callers of a brand are let in at any time of a day (Europe/London). ``command``: asks
    something of a call in talk; ``talk_now``: who hears whom there; ``answer``: has the phone that rings for an
    agent answer; ``dial``: makes a call outside, or says why not. ``line_name``: of a line's key, in English and in
    Welsh; ``monitor``: what queues are to keep to. ``pages``: the folder of the built pages.
    ``give_phone_secret`` makes a new secret for a browser's account, ``take_phone_secret`` ends the one it has;
    both may raise PbxError. ``pbx_phones``: Asterisk's WebSocket for SIP.
    ``segments``: the names of those that the rules speak of. ``ask_anew``: what is searched for, where it is a whole
    reference, is brought up to date from another system of record; why that could not be done, if so.
    ``hush``: silences a recording during the security check; ``keys``: what callers' secrets are kept under.
    ``office``: what operations have written of the work around calls.
    ``snoozing``: by what steps reminders are put off.
    ``print_sheet`` makes PDF, or raises RequestError; ``batch_at``: when the day's batch of letters goes, in London.
    ``recordings``: the folder of recordings' files; ``recording_stopped``: why nothing is recorded now;
    ``keep_days``: how long they are kept.
    ``applications``: how new-application call backs go.
    ``prompts``: those of the configuration with this hash, or of the current.
    """

    store: SqlStore
    health: Callable[[], Awaitable[HealthNow]] = _always_able
    on_log_in: Callable[[AgentId, StaffNumber, PhoneKind], Awaitable[str]] = _phone_of
    now: Callable[[], datetime] = _utc_now
    idle_logout_s: Callable[[], float] = lambda: IDLE_LOGOUT_S
    dialling: Callable[[], DiallingRules] = DiallingRules
    idle_warning_s: Callable[[], float] = lambda: IDLE_WARNING_S
    is_reachable: Callable[[str], bool | None] = lambda _endpoint: None
    open_days: Callable[[], OpenDays] = lambda: _every_day
    command: Callable[[CallId, Command], Awaitable[Outcome]] = _no_calls
    dial: Callable[[Order], Awaitable[Placed | Impossible]] = _no_dialling
    talk_now: Callable[[CallId], TalkNow | None] = lambda _call_id: None
    answer: Callable[[AgentId], Awaitable[Outcome]] = _nothing_rings
    line_name: Callable[[str], tuple[str, str]] = _as_keyed
    monitor: Callable[[], MonitorRules] = MonitorRules
    pages: Path = Path(".state/pages")
    give_phone_secret: Callable[[str], Awaitable[str]] = _no_secret
    take_phone_secret: Callable[[str], Awaitable[None]] = _nothing_taken
    pbx_phones: str = ""
    prompts: Callable[[str | None], Awaitable[Prompts | None]] = _no_prompts
    ask_anew: Callable[[Iterable[RecordKind], str], Awaitable[WhyUnanswered | None]] = _as_kept
    segments: Callable[[], Segments] = Segments
    hush: Hush = _nothing_recorded
    office: Callable[[], Office] = Office
    applications: Callable[[], ApplicationRules] = ApplicationRules
    keys: SecretKeys = field(default_factory=secret_keys.fresh)
    snoozing: Callable[[], SnoozeRules] = SnoozeRules
    print_sheet: Callable[[Sheet], Awaitable[bytes]] = _no_printing
    batch_at: Callable[[], time] = lambda: time(17, 30)
    recordings: Path | None = None
    recording_stopped: Callable[[], RecordingStopped | None] = lambda: None
    keep_days: Callable[[], float] = lambda: 90.0
    session_life: timedelta = timedelta(hours=12)
    log_in_limits: LogInLimits = field(default_factory=LogInLimits)
    passwords: PasswordHasher = field(default_factory=PasswordHasher)

    def surroundings(self) -> Surroundings:
        """What a picture of an agent says beside their row."""
        return Surroundings(self.is_reachable, self.now() + timedelta(seconds=self.idle_warning_s()))
