"""What a call works with: the service's parts and the rules' figures, composed once by the application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ivr.acd.ledger import Limits
from ivr.acd.offer import RingTimes
from ivr.acd.outside_leg import Outbound, Unit
from ivr.acd.recording import Keeper, Notice, Recorded
from ivr.acd.room import Acd
from ivr.domain.events import CallState
from ivr.domain.ids import Brand, CallId, Language
from ivr.domain.lines import Entry, Line
from ivr.domain.opening import Doors
from ivr.domain.queueing import CallRow
from ivr.domain.routes import Segments
from ivr.domain.waiting import Announce
from ivr.mi.recorder import Recorder
from ivr.pbx.session import AriSession
from ivr.records.source import RecordSource
from ivr.store.engine import SqlStore
from ivr.voice.prompts import Prompts


@dataclass(frozen=True, slots=True)
class DigitRules:
    """R-DTMF-1: attempts and time-outs (seconds), and the length of each reference (digits)."""

    attempts: int = 2
    first_digit_s: float = 6.0
    between_digits_s: float = 4.0
    scin_digits: int = 12
    ern_digits: int = 12
    trn_digits: int = 12


@dataclass(frozen=True, slots=True)
class WaitRules:
    """R-WAIT-2: when what is said to a waiting caller, in seconds; ``music`` is a class of musiconhold.conf.

    ``queues``: what is announced in single queues, by scope (``segment:GICH``); elsewhere it is ``announce``.
    ``call_back_after_s``: so long after it was queued a call is offered a call back, and again each such time; 0: it is
    not (R-WAIT-3); ``call_backs``: the same in single queues.
    """

    announce_first_s: float = 20.0
    announce_every_s: float = 45.0
    music: str = "default"
    announce: Announce = Announce.BOTH
    queues: Mapping[str, Announce] = field(default_factory=dict)
    call_back_after_s: float = 0.0
    call_backs: Mapping[str, float] = field(default_factory=dict)

    def announced_in(self, queues: Iterable[str]) -> Announce:
        """What is announced to a call whose open scopes are ``queues``: the first that says something decides."""
        return next((self.queues[queue] for queue in queues if queue in self.queues), self.announce)

    @property
    def call_backs_are_offered(self) -> bool:
        """Whether they are in any queue."""
        return any(after_s > 0 for after_s in (self.call_back_after_s, *self.call_backs.values()))

    def call_back_in(self, queues: Iterable[str]) -> float:
        """After how many seconds a call whose open scopes are ``queues`` is offered a call back; 0: it is not."""
        return next((self.call_backs[queue] for queue in queues if queue in self.call_backs), self.call_back_after_s)


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures and names a call started with; they stay with it whatever is reloaded meanwhile."""

    segments: Segments = field(default_factory=Segments)
    limits: Limits = field(default_factory=Limits)
    ringing: RingTimes = field(default_factory=RingTimes)
    digits: DigitRules = field(default_factory=DigitRules)
    waiting: WaitRules = field(default_factory=WaitRules)
    config_hash: str = ""
    welsh_outside: Unit | None = None
    """The Welsh Language Unit as a number outside, if it is one (R-MENU-5)."""
    outbound: Outbound = field(default_factory=Outbound)
    """How numbers outside are rung (R-OUT, R-XFER-5)."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the service that a call needs; ``now`` is the wall clock, aware UTC."""

    session: AriSession
    store: SqlStore
    records: RecordSource
    prompts: Prompts
    recorder: Recorder
    rules: Rules
    now: Callable[[], datetime]
    node: str = "node-1"
    doors: Callable[[Line, datetime], Doors] = lambda _line, _now: Doors.OPEN
    """Whether a line is open at an instant (R-LINE-5)."""
    line_of: Callable[[str], Line | None] = lambda _dialled: None
    """The line that a dialled number belongs to (R-LINE-1)."""
    is_down: Callable[[], bool] = lambda: False
    """Whether the case system is down (R-MON-4)."""
    is_open_day: Callable[[Brand, date], bool] = lambda _brand, _day: True
    """Whether callers of a brand are let in at any time of a day (R-CB-3)."""
    recordings: Keeper | None = None
    """Who keeps recordings."""

    def acd(self, line: Line, notice: Notice | None = None) -> Acd:
        """What a call of ``line`` works with in the queue and in talk; ``notice``: that talks of it are recorded."""
        rules = self.rules
        return Acd(
            self.session,
            self.store,
            rules.limits,
            rules.ringing,
            self.now,
            rules.waiting.music,
            rules.segments,
            rules.outbound,
            rules.outbound.cli(line.brand, employer=line.entry is Entry.EMPLOYER),
            None if notice is None or self.recordings is None else Recorded(self.recordings, notice),
        )

    def is_recorded(self, line: Line) -> bool:
        """Whether talks on this line are recorded."""
        return line.record and self.recordings is not None

    def arriving(
        self, call_id: CallId, line: Line, language: Language, channel_id: str, dnis: str, cli: str
    ) -> CallRow:
        """The row of a caller's call that comes in now."""
        return CallRow(
            call_id=call_id,
            state=CallState.MENU,
            line=line.name,
            brand=line.brand,
            language=language,
            channel_id=channel_id,
            arrived_at=self.now(),
            dnis=dnis,
            cli=cli,
            node=self.node,
            config_hash=self.rules.config_hash,
        )
