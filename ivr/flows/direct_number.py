"""A team leader's direct number (R-LINE-4): outside the queues, the Welsh offer and opening hours."""

from __future__ import annotations

from ivr.flows.call import Call


async def direct_number(call: Call) -> None:
    """Ring the leader, then the deputy, then both until one answers; the caller hears ringing, and no prompt."""
    await call.ring_people()
