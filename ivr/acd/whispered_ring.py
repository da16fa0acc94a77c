"""The ring tone that an agent alone hears in a talk that goes on, while somebody else is rung for it."""

from __future__ import annotations

import asyncio

import structlog

from ivr.acd.offer import LEG_START_LIMIT_S, unbroken
from ivr.acd.overseer import SNOOP
from ivr.acd.ring_tone import RING
from ivr.acd.room import Room
from ivr.errors import PbxError
from ivr.pbx.handles import Channel
from ivr.pbx.playback import new_id

log = structlog.get_logger()


class WhisperedRing:
    """Plays into a channel that whispers to the agent's leg. One that cannot be played harms nothing but the tone."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._snoop: Channel | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, leg: Channel) -> None:
        """Have ``leg`` hear it; returns at once."""
        self._task = self._room.begin(self._play(leg), f"ring-tone-{leg.id}")

    async def stop(self) -> None:
        """Silent again, and nothing of it left."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        snoop, self._snoop = self._snoop, None
        if snoop is not None:
            await snoop.hang_up()

    async def _play(self, leg: Channel) -> None:
        try:
            await unbroken(self._open(leg))
            if self._snoop is not None and await self._snoop.started(LEG_START_LIMIT_S):
                await self._snoop.play([RING])
        except PbxError as error:
            log.warning("ring_tone.not_played", error=str(error))

    async def _open(self, leg: Channel) -> None:
        self._snoop = await self._room.acd.session.create_snoop(leg, new_id(SNOOP), whispers=True)
