"""The ring tone that an agent hears, alone in the talk's bridge, while somebody else's phone rings for them."""

from __future__ import annotations

from typing import Final

import structlog

from ivr.errors import NotFound, PbxError
from ivr.pbx.handles import Bridge
from ivr.pbx.playback import Playback

log = structlog.get_logger()

RING: Final = "tone:ring;tonezone=uk"
"""Endless, in the cadence of indications.conf."""
BUSY: Final = "tone:busy;tonezone=uk"
"""Likewise: whom an agent called was not reached."""


class RingTone:
    """Plays into the bridge: whoever is held with music is not in it."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._playback: Playback | None = None

    async def start(self) -> None:
        """A tone that cannot be played harms nothing but the tone."""
        await self.stop()
        try:
            self._playback = await self._bridge.play([RING])
        except PbxError as error:
            log.warning("ring_tone.not_played", error=str(error))

    async def stop(self) -> None:
        """Silent again; silent already is fine."""
        playback, self._playback = self._playback, None
        if playback is not None:
            await playback.stop()

    async def stop_left_over(self) -> None:
        """Silence what another process had begun to play here."""
        try:
            await self._bridge.stop_left_over()
        except NotFound:
            return
