"""The end of a call while one of its team leaders is being let go: nothing is left, whichever moment it comes in."""

from __future__ import annotations

import asyncio

from tests.unit.acd.test_listening import WHISPERING, Watched, _watched


def test_the_caller_hangs_up_while_the_leader_is_let_go() -> None:
    """R-MON-2: whichever moment of it the caller chooses, nothing of the leader's is left on the PBX."""
    for moments in range(12):

        async def story(one: Watched, moments: int = moments) -> None:
            await one.oversees(WHISPERING)
            one.line.pbx.hangs_up(one.leg_of())
            for _ in range(moments):
                await asyncio.sleep(0)
            one.line.pbx.hangs_up("c1")
            await asyncio.sleep(1)
            assert not one.line.pbx.bridges
            assert not one.line.pbx.channels

        _watched(story)
