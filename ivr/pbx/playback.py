"""Playing media to a channel or a bridge: the handle of one playback, and what both its targets share."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Final

from ivr.errors import NotFound
from ivr.pbx.ari_events import PlaybackFinished
from ivr.pbx.ari_rest import AriRest

SLOTS: Final = 4
"""A target's playbacks take so many ids in turn; at most two are under way at once."""


def new_id(prefix: str) -> str:
    """A short id of our own for a channel, bridge or playback, unique beyond this process: ``p-3f9a0c71b2d4``."""
    return f"{prefix}-{secrets.token_hex(6)}"


class PlaybackEnd(StrEnum):
    """Why a playback is over."""

    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    GONE = "gone"


class Playback:
    """Media being played to a channel or a bridge; made by their ``play``."""

    __slots__ = ("_on_over", "_over", "_rest", "end", "id")

    def __init__(self, playback_id: str, rest: AriRest, on_over: Callable[[], None]) -> None:
        self.id = playback_id
        self._on_over = on_over
        self.end: PlaybackEnd | None = None
        self._rest = rest
        self._over = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, for whatever reason."""
        return self.end is not None

    async def finished(self) -> PlaybackEnd:
        """Wait for its end: played out, failed, stopped, or its target gone, whose life is the limit."""
        await self._over.wait()
        return self.end or PlaybackEnd.GONE

    async def stop(self) -> None:
        """Silence it at once; already over is fine. It counts as over from here on, whatever the answer.

        Asterisk reports no end for a playback that is stopped while it is still queued, so none is awaited.
        """
        if self.is_over:
            return
        self.ended(PlaybackEnd.STOPPED)
        try:
            await self._rest.delete(f"playbacks/{self.id}")
        except NotFound:
            return

    def ended(self, end: PlaybackEnd) -> None:
        """Told by the handle it plays to; only the first end counts."""
        if self.end is None:
            self.end = end
            self._over.set()
            self._on_over()


class Player:
    """What channels and bridges share: playing, and knowing what plays."""

    def __init__(self, kind: str, target_id: str, rest: AriRest) -> None:
        self.id = target_id
        self._path = f"{kind}/{target_id}"
        self._rest = rest
        self._playbacks: dict[str, Playback] = {}
        self._quiet: Playback | None = None
        self._played = 0

    async def play(self, media: Sequence[str], playback_id: str | None = None) -> Playback:
        """Play ``media`` (URIs without commas, ``sound:/…``) one after another in one request, then return at once.

        A playback started while another one plays is queued behind it. Raises NotFound when the channel is gone.
        """
        await self._end_quiet()
        playback = Playback(playback_id or self._next_id(), self._rest, self.wake)
        self._playbacks = {playback.id: playback} | {old.id: old for old in self.playing}
        try:
            await self._post("play", {"media": ",".join(media), "playbackId": playback.id})
        except BaseException:
            self._playback_ended(playback.id, PlaybackEnd.FAILED)
            raise
        return playback

    async def keep_quiet(self, sound: str) -> None:
        """Play a silent sound that whatever comes next ends (playing, music, leaving). Raises NotFound."""
        self._quiet = await self.play([sound])

    async def _end_quiet(self) -> None:
        quiet, self._quiet = self._quiet, None
        if quiet is not None:
            await quiet.stop()

    async def stop_left_over(self) -> None:
        """Stop what another process has begun to play here, before anything of ours plays.

        A channel that plays leaves commands such as ``answer`` and ``moh`` unanswered until the playback's end.
        """
        for slot in range(SLOTS):
            with suppress(NotFound):
                await self._rest.delete(f"playbacks/{self._id_in(slot)}")

    def _next_id(self) -> str:
        self._played += 1
        return self._id_in(self._played % SLOTS)

    def _id_in(self, slot: int) -> str:
        """Known beforehand, so that the next process can stop what this one has begun."""
        return f"p-{self.id}-{slot}"

    async def start_moh(self, moh_class: str | None = None) -> None:
        """Music on hold. A playback ends it: whoever plays something starts it again."""
        await self._end_quiet()
        await self._post("moh", {"mohClass": moh_class} if moh_class else None)

    def wake(self) -> None:
        """Have everybody who waits for this target look again; a bridge has nobody."""

    @property
    def playing(self) -> tuple[Playback, ...]:
        """The playbacks not yet over."""
        return tuple(playback for playback in self._playbacks.values() if not playback.is_over)

    def playback_finished(self, event: PlaybackFinished) -> None:
        """Told by the session."""
        self._playback_ended(event.playback_id, PlaybackEnd.FAILED if event.failed else PlaybackEnd.FINISHED)

    async def _post(self, verb: str, params: Mapping[str, str] | None = None, body: object = None) -> None:
        await self._rest.post(f"{self._path}/{verb}", params, body)

    async def _delete(self, verb: str, params: Mapping[str, str] | None = None) -> None:
        await self._rest.delete(f"{self._path}/{verb}", params)

    def _playback_ended(self, playback_id: str, end: PlaybackEnd) -> None:
        playback = self._playbacks.pop(playback_id, None)
        if playback is not None:
            playback.ended(end)

    def _all_playbacks_ended(self) -> None:
        for playback_id in tuple(self._playbacks):
            self._playback_ended(playback_id, PlaybackEnd.GONE)
