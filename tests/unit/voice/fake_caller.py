"""A caller in virtual time: a real channel handle whose Asterisk plays prompts of known length."""

from __future__ import annotations

import asyncio

from ivr.pbx.ari_events import ChannelDtmfReceived, ChannelHangupRequest, PlaybackFinished
from ivr.pbx.ari_rest import AriRest, Reply
from ivr.pbx.handles import Channel
from tests.unit.pbx.fake_transport import Asked, FakeTransport
from tests.unit.virtual_time import now


class FakeCaller(Channel):
    """``prompt_s``: how long each prompt takes; ``broken``: prompts fail instead."""

    def __init__(self, prompt_s: float = 5.0, *, broken: bool = False) -> None:
        self.asterisk = FakeTransport(self._answer)
        super().__init__("caller", AriRest(self.asterisk))
        self.prompt_s = prompt_s
        self.broken = broken
        self.prompts: list[tuple[str, float]] = []
        """What was played, and when it began."""
        self.stopped_at: list[float] = []
        self._ends: dict[str, asyncio.TimerHandle] = {}

    def press(self, keys: str, at: float = 0.0, gap_s: float = 0.1) -> None:
        """Have ``keys`` arrive from virtual second ``at`` on; those due now arrive at once."""
        for position, key in enumerate(keys):
            self._at(at + position * gap_s, lambda key=key: self.apply(ChannelDtmfReceived(self.id, key), 1))

    def hang_up_at(self, at: float) -> None:
        """Have the caller hang up."""
        self._at(at, lambda: self.apply(ChannelHangupRequest(self.id, 16, 0, soft=False), 2))

    def _at(self, at: float, event: object) -> None:
        assert callable(event)
        if at <= now():
            event()
        else:
            asyncio.get_running_loop().call_at(at, event)

    def _answer(self, asked: Asked) -> Reply | None:
        if asked.path.endswith("/play"):
            self._playing(asked)
        elif asked.path.startswith("playbacks/"):
            self.stopped_at.append(now())
            self._ends.pop(asked.path.removeprefix("playbacks/")).cancel()
        return None

    def _playing(self, asked: Asked) -> None:
        media, _, playback_id = asked.target.partition("media=")[2].partition("&playbackId=")
        self.prompts.append((media, now()))
        end = PlaybackFinished(playback_id, self.id, failed=self.broken)
        delay_s = 0.001 if self.broken else self.prompt_s
        self._ends[playback_id] = asyncio.get_running_loop().call_later(delay_s, self.apply, end, 3)
