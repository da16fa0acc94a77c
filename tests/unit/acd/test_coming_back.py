"""A browser that is rung into its talk again: what was begun for it never stays."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from ivr.acd import coming_back
from ivr.acd.room import Room


class Leg:
    """The page's leg, which rings and is not answered."""

    id = "leg-1"
    is_gone = is_up = False
    hung_up = False

    async def started(self, _limit_s: float) -> bool:
        """It begins at once."""
        return True

    async def dial(self, *_how: object) -> None:
        """It is asked to ring."""
        return

    async def up_or_gone(self, _limit_s: float) -> bool:
        """Nobody answers."""
        await asyncio.Event().wait()
        return False

    async def hang_up(self) -> None:
        """Remember it."""
        self.hung_up = True


async def test_who_is_given_up_while_their_phone_rings_is_hung_up() -> None:
    """R-STATE-8: the time is over, or the caller has gone: nothing of the ringing is left on the PBX."""
    leg, rings = Leg(), asyncio.Event()

    async def create_leg(*_what: object, **_how: object) -> Leg:
        rings.set()
        return leg

    room: Any = SimpleNamespace(
        agent=SimpleNamespace(leg=Leg(), endpoint="PJSIP/7001-web"),
        acd=SimpleNamespace(session=SimpleNamespace(create_leg=create_leg)),
        far=None,
    )
    answering = asyncio.create_task(coming_back._answered(cast("Room", room)))
    await rings.wait()
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    assert answering.cancelled()
    assert leg.hung_up
