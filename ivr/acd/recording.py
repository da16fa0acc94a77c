"""A talk's recording (R-REC-1): begun with the talk, silenced and cut as is asked, ended with it.

One part of the talk, so everything happens in the call's own task, after far end and agent are connected: nothing is
asked of the PBX for it before. What is recorded is what the far end and the agent say to each other; while the far end
is on hold nothing is (docs/recording.md). Whatever goes wrong ends the recording, never the call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import structlog

from ivr.acd.room import Room
from ivr.acd.talk import TalkEnd
from ivr.domain.events import PartyChanged, PhoneChanged
from ivr.domain.ids import CallId, new_recording_id
from ivr.domain.recordings import Quiet, RecordedNow, RecordingRow, Why, Wishes
from ivr.domain.talking import NOT_YOURS, Command, Done, Impossible, Outcome, Silence
from ivr.errors import IvrError, PbxError
from ivr.pbx.live_recording import LiveRecording

log = structlog.get_logger()

NOT_RECORDED: Final = Impossible("recording.none", "calls of this line are not recorded")


@dataclass(frozen=True, slots=True)
class Found:
    """What is on record of a call's recording: what is asked of it, and its files so far."""

    wishes: Wishes = field(default_factory=Wishes)
    rows: tuple[RecordingRow, ...] = ()


class Keeper(Protocol):
    """Who keeps recordings (`ivr.recording.keeping`). All that is awaited may raise StoreError."""

    @property
    def may_record(self) -> bool:
        """There is room, and Asterisk records."""

    @property
    def tries(self) -> int:
        """Rises when it is worth another try after a fault."""

    def watch(self, news: Callable[[], None]) -> Callable[[], None]:
        """Have ``news`` called when either has changed; returns what ends that."""

    async def found(self, call_id: CallId) -> Found:
        """What there is of the call."""

    async def wish(self, call_id: CallId, wishes: Wishes) -> None:
        """Keep what is asked of its recording."""

    async def began(self, row: RecordingRow) -> None:
        """A file is about to be made."""

    async def changed(self, row: RecordingRow) -> None:
        """It is quiet, or heard again."""

    def finish(self, row: RecordingRow, why: Why | None) -> None:
        """It has ended; the rest is done beside the call. ``why``: before its talk."""

    def failed(self) -> None:
        """Asterisk would not record."""

    def note(self, call_id: CallId, step: str, **data: str) -> None:
        """A step of the call's journey."""


@dataclass(slots=True)
class Notice:
    """That the call is recorded, said to both if its caller has not heard it. ``uris``: in the call's language."""

    uris: Callable[[], Sequence[str]]
    is_due: bool = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a call on a recorded line works with."""

    keeper: Keeper
    notice: Notice


class Recording:
    """The recording of one talk: a part of it."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._recorded = room.acd.recorded
        self._agent = room.agent
        self._wishes = Wishes()
        self._row: RecordingRow | None = None
        self._live: LiveRecording | None = None
        self._parts: int | None = None
        """How many files the call has; None: not looked yet."""
        self._failed_at: int | None = None
        self._over: set[str] = set()
        self._music = False
        """The bridge plays music, since the agent's phone holds the call."""
        self._unwatch: Callable[[], None] = lambda: None
        if self._recorded is not None:
            self._unwatch = self._recorded.keeper.watch(room.news.set)
            room.bridge.on_recording_ended = self._ended_by_itself
            self._tell()

    # --- what is asked ------------------------------------------------------------------------------------------

    async def ask(self, command: Command) -> Outcome | None:
        """The agent mutes or pauses it, the service silences it during a security check; they nest."""
        wish = command.wish
        if not isinstance(wish, Silence):
            return None
        if wish.how != "check" and command.by != self._room.agent.agent_id:
            return NOT_YOURS
        if self._recorded is None:
            return Done() if wish.how == "check" else NOT_RECORDED
        await self._learn(self._recorded)
        await self._wish(self._recorded, replace(self._wishes, **{wish.how: wish.on}))
        await self.look()
        return Done()

    async def _wish(self, recorded: Recorded, wishes: Wishes) -> None:
        if wishes != self._wishes:
            await recorded.keeper.wish(self._room.call_id, wishes)
            self._wishes = wishes

    # --- what happens -------------------------------------------------------------------------------------------

    async def look(self) -> TalkEnd | None:
        """Have the recording be as it should be now."""
        recorded = self._recorded
        if recorded is None:
            return None
        try:
            await self._learn(recorded)
            await self._be_right(recorded)
        except IvrError as error:
            log.warning("recording.failed", error=str(error))
            await self._fail(recorded, error)
        self._tell()
        return None

    async def agent_gone(self, end: TalkEnd) -> TalkEnd | None:  # noqa: ARG002 - as every part
        """Nobody here takes the call over."""
        return None

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """Nothing of that concerns it."""

    async def clear_up(self) -> None:
        """The talk is over."""
        self._unwatch()
        if self._recorded is not None:
            await self._end(self._recorded)

    def _ended_by_itself(self, name: str) -> None:
        """Told from the read loop."""
        self._over.add(name)
        self._room.news.set()

    async def _learn(self, recorded: Recorded) -> None:
        """Once: what is asked of it, and whether another process has left it going on.

        One that was ever quiet is not gone on with: nobody knows for certain how Asterisk has it now.
        """
        if self._parts is not None:
            return
        found = await recorded.keeper.found(self._room.call_id)
        self._parts, self._wishes = len(found.rows), found.wishes
        recorded.notice.is_due = recorded.notice.is_due and not found.rows
        left = next((row for row in found.rows if row.ended_at is None), None)
        if left is None:
            return
        live = self._room.acd.session.recording(left.recording_id, was_silenced=True)
        self._row, self._live = left, live
        if left.quiet or not await live.is_there():
            await self._end(recorded)
        else:
            self._live = self._room.acd.session.recording(left.recording_id)

    async def _be_right(self, recorded: Recorded) -> None:
        room, keeper = self._room, recorded.keeper
        await self._end_music()
        if room.agent is not self._agent:
            self._agent = room.agent
            await self._wish(recorded, Wishes(check=self._wishes.check))
        if not keeper.may_record:
            await self._end(recorded, Why.NO_ROOM)
            return
        if self._row is not None and self._row.recording_id in self._over:
            raise PbxError("the recording has ended by itself")
        quiet = self._wishes.quiet(held=room.far_is_held or room.agent.leg.is_held)
        is_cut = quiet is not None and quiet.is_cut
        if self._row is None and not is_cut and self._failed_at != keeper.tries:
            await self._begin(recorded)
        if self._live is not None and self._row is not None:
            await self._obey(recorded, self._live, quiet)
            await self._begin_music()

    @property
    def _phone_holds(self) -> bool:
        return self._room.agent.leg.is_held and not self._room.far_is_held

    async def _begin_music(self) -> None:
        """Asterisk plays none to whom a phone holds in a bridge that is recorded; nothing of it is in the file."""
        if self._phone_holds and not self._music:
            self._music = True
            await self._room.bridge.start_moh(self._room.acd.music)

    async def _end_music(self) -> None:
        if self._music and not self._phone_holds:
            self._music = False
            await self._room.bridge.stop_moh()

    async def _obey(self, recorded: Recorded, live: LiveRecording, quiet: Quiet | None) -> None:
        is_cut = quiet is not None and quiet.is_cut
        if self._wishes.silenced and live.is_spent and not is_cut:
            await self._end(recorded)
            live = await self._begin(recorded)
        if self._wishes.silenced and not live.is_spent:
            await live.silence()
        await (live.pause() if is_cut else live.go_on())
        if not self._wishes.silenced:
            await live.sound()
        await self._turn(recorded, quiet)

    async def _turn(self, recorded: Recorded, quiet: Quiet | None) -> None:
        row, room = self._row, self._room
        if row is None or row.is_quiet is quiet:
            return
        self._row = row.turned(quiet, room.acd.now())
        await recorded.keeper.changed(self._row)
        step = "recording_goes_on" if quiet is None else "recording_quiet"
        data = {} if quiet is None else {"how": quiet.value}
        recorded.keeper.note(room.call_id, step, agent=room.agent.staff_number, **data)

    async def _begin(self, recorded: Recorded) -> LiveRecording:
        room, now = self._room, self._room.acd.now
        self._parts = (self._parts or 0) + 1
        row = RecordingRow(new_recording_id(now()), room.call_id, self._parts, now())
        await recorded.keeper.began(row)
        self._row, self._live = row, room.acd.session.recording(row.recording_id)
        await room.bridge.record(row.recording_id)
        self._row = replace(row, began_at=now())
        recorded.keeper.note(room.call_id, "recording_begun", part=str(row.part), agent=room.agent.staff_number)
        if recorded.notice.is_due:
            recorded.notice.is_due = False
            await room.bridge.play(recorded.notice.uris())
        return self._live

    async def _end(self, recorded: Recorded, why: Why | None = None) -> None:
        row, live = self._row, self._live
        self._row = self._live = None
        if row is None or live is None:
            return
        room = self._room
        try:
            await live.stop()
        except PbxError as error:
            log.warning("recording.not_stopped", error=str(error))
        recorded.keeper.finish(row.turned(None, room.acd.now()), why)
        step = "recording_ended" if why is None else "recording_stopped"
        data = {} if why is None else {"why": why.value}
        recorded.keeper.note(room.call_id, step, agent=room.agent.staff_number, **data)

    async def _fail(self, recorded: Recorded, error: IvrError) -> None:
        """A call that is ending is no fault; else nobody tries again before there is reason to."""
        if self._room.far.is_gone or self._room.agent.leg.is_gone:
            return
        self._failed_at = recorded.keeper.tries
        await self._end(recorded, Why.FAULT)
        if isinstance(error, PbxError):
            recorded.keeper.failed()

    def _tell(self) -> None:
        quiet = None if self._row is None else self._row.is_quiet
        self._room.recorded = RecordedNow(is_wanted=True, is_on=self._row is not None, quiet=quiet, wishes=self._wishes)
