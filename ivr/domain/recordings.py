"""A call's recordings (R-REC): what one is, what silences it, and what a file keeps of that. Pure.

A recording is silenced (silence stands in its place, the time line is kept) or cut (nothing of that time is in it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from ivr.domain.ids import CallId, RecordingId

HEADER_BYTES: Final = 44
BYTES_IN_MS: Final = 16
"""Asterisk's ``wav``: 16 bit, 8 kHz, one channel, behind a header."""


class Quiet(StrEnum):
    """Why a stretch of a talk is not to be heard. The names are kept, and never change."""

    CHECK = "check"
    """The security check: silenced by the service (R-REC-1)."""
    MUTED = "muted"
    """Silenced by the agent."""
    CUT = "cut"
    """Paused by the agent."""
    HELD = "held"
    """The far end was on hold: music for them, and perhaps a consultation, none of which is recorded."""

    @property
    def is_cut(self) -> bool:
        """Nothing of that time is in the file, not even silence."""
        return self in {Quiet.CUT, Quiet.HELD}


class Why(StrEnum):
    """Why a recording is not there, or ended before its talk."""

    RETENTION = "retention"
    """Its time to be kept is over."""
    NO_ROOM = "no_room"
    FAULT = "fault"
    """Asterisk would not record, or stopped by itself."""
    LOST = "lost"
    """The file is not where it should be."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A quiet stretch: ``at_ms`` is its place in the file, ``ms`` how long it lasted; None while it does."""

    kind: Quiet
    at_ms: int
    ms: int | None = None


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """One file of one call; ``part`` counts a call's from 1. ``ms`` and ``size``: what the file came to in the end;
    None while it is made. ``why``: a `Why`.
    """

    recording_id: RecordingId
    call_id: CallId
    part: int
    began_at: datetime
    ended_at: datetime | None = None
    ms: int | None = None
    size: int | None = None
    quiet: tuple[Stretch, ...] = ()
    deleted_at: datetime | None = None
    why: str | None = None

    @property
    def file(self) -> str:
        """Its name in the folder of recordings."""
        return f"{self.recording_id}.wav"

    @property
    def is_quiet(self) -> Quiet | None:
        """Why nothing of the talk is heard in it now."""
        return self.quiet[-1].kind if self.quiet and self.quiet[-1].ms is None else None

    @property
    def was_silenced(self) -> bool:
        """Whether it has been silenced before, or is."""
        return any(not stretch.kind.is_cut for stretch in self.quiet)

    def at_ms(self, now: datetime) -> int:
        """The place in the file that is recorded now: without what is cut out."""
        cut = sum(stretch.ms or 0 for stretch in self.quiet if stretch.kind.is_cut)
        last = self.quiet[-1] if self.quiet else None
        if last is not None and last.ms is None and last.kind.is_cut:
            return last.at_ms
        return max(0, _ms(now, self.began_at) - cut)

    def turned(self, kind: Quiet | None, now: datetime) -> RecordingRow:
        """The same when from ``now`` on it is quiet for this reason, or heard."""
        if kind is self.is_quiet:
            return self
        at_ms, quiet = self.at_ms(now), list(self.quiet)
        if quiet and quiet[-1].ms is None:
            quiet[-1] = replace(quiet[-1], ms=self._lasted(quiet, now))
            at_ms = quiet[-1].at_ms + (0 if quiet[-1].kind.is_cut else quiet[-1].ms or 0)
        if kind is not None:
            quiet.append(Stretch(kind, at_ms))
        return replace(self, quiet=tuple(quiet))

    def _lasted(self, quiet: Sequence[Stretch], now: datetime) -> int:
        """Of the last stretch, which goes on: counted from where it began by the clock."""
        cut = sum(stretch.ms or 0 for stretch in quiet[:-1] if stretch.kind.is_cut)
        return max(0, _ms(now, self.began_at) - cut - quiet[-1].at_ms)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of a call's recording, whatever process and part of the call it is."""

    check: bool = False
    """A security check is made."""
    muted: bool = False
    paused: bool = False
    """Both by the call's agent."""

    def quiet(self, *, held: bool) -> Quiet | None:
        """What comes of it: what is cut out is cut, whatever else is asked."""
        if held:
            return Quiet.HELD
        if self.paused:
            return Quiet.CUT
        if self.check:
            return Quiet.CHECK
        return Quiet.MUTED if self.muted else None

    @property
    def silenced(self) -> bool:
        """Whether nothing said may be in the file."""
        return self.check or self.muted


@dataclass(frozen=True, slots=True)
class RecordedNow:
    """What a talk's recording does now, as its people are told. ``quiet``: None while it is heard."""

    is_wanted: bool = False
    """Calls of this line are recorded."""
    is_on: bool = False
    quiet: Quiet | None = None
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """Recording has stopped everywhere, or, ``why`` None, goes on again (R-REC)."""

    why: Why | None
    since: datetime


def length_ms(size: int) -> int:
    """What a file of so many bytes plays."""
    return max(0, size - HEADER_BYTES) // BYTES_IN_MS


def _ms(later: datetime, earlier: datetime) -> int:
    return round((later - earlier).total_seconds() * 1000)
