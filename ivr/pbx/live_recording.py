"""A bridge's recording under way: the handle of one file that Asterisk writes.

Asterisk 22 never forgets that a recording was silenced: a second ``mute`` is answered with 204 and does nothing, and
the ``unmute`` behind it silences. So a recording is silenced once; who wants it again begins another file (`is_spent`).
Source: res_stasis_recording.c; ARI POST and DELETE /recordings/live/{name}/mute and /pause.
"""

from __future__ import annotations

import asyncio
from typing import Final

from ivr.errors import Conflict, NotFound
from ivr.pbx.ari_rest import AriRest

FORMAT: Final = "wav"
TRY_S: Final = 0.005
TRIES: Final = 100
"""The recorder takes a moment to begin, in which Asterisk answers 409."""


class LiveRecording:
    """One recording; every command raises NotFound when it is over."""

    def __init__(self, name: str, rest: AriRest, *, was_silenced: bool = False, is_silent: bool = False) -> None:
        """``was_silenced`` and ``is_silent``: as another process has left it."""
        self.name = name
        self._rest = rest
        self._path = f"recordings/live/{name}"
        self._was_silenced = was_silenced
        self.is_silent = is_silent
        self.is_paused = False

    @property
    def is_spent(self) -> bool:
        """Whether it cannot be silenced any more."""
        return self._was_silenced and not self.is_silent

    async def silence(self) -> None:
        """Write silence from here on."""
        if not self.is_silent:
            self._was_silenced = self.is_silent = True
            await self._ask("POST", "mute")

    async def sound(self) -> None:
        """Write what is heard again."""
        if self.is_silent:
            await self._ask("DELETE", "mute")
            self.is_silent = False

    async def pause(self) -> None:
        """Write nothing from here on."""
        if not self.is_paused:
            await self._ask("POST", "pause")
            self.is_paused = True

    async def go_on(self) -> None:
        """Write again."""
        if self.is_paused:
            await self._ask("DELETE", "pause")
            self.is_paused = False

    async def stop(self) -> None:
        """End it; the file is whole a moment later. Over already is fine."""
        try:
            await self._ask("POST", "stop")
        except NotFound:
            return

    async def is_there(self) -> bool:
        """Whether Asterisk writes it still; learns on the way whether it is paused."""
        try:
            found = await self._rest.get(self._path)
        except NotFound:
            return False
        self.is_paused = found["state"] == "paused"
        return True

    async def _ask(self, method: str, verb: str) -> None:
        for _ in range(TRIES):
            try:
                await (self._rest.post if method == "POST" else self._rest.delete)(f"{self._path}/{verb}")
            except Conflict:
                await asyncio.sleep(TRY_S)
            else:
                return
        raise Conflict(f"{self._path}: it does not begin")
