"""An agent's browser that was loaded anew in mid-call: some seconds in which they come back to it (R-STATE-8).

Sound goes with the page, the call must not. The phone of a browser that is lost is given `GRACE_S` to register again,
while the far end hears music; then it is rung into the same talk, and answers by itself. Within the talk's own task.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from ivr.acd.offer import LEG, LEG_START_LIMIT_S, unbroken
from ivr.acd.room import Room
from ivr.domain.phones import PhoneKind, kind_of
from ivr.errors import Conflict, NotFound, PbxError
from ivr.pbx.handles import Channel

log = structlog.get_logger()

GRACE_S: Final = 10.0
"""A page is there again within two or three seconds; a browser that was started anew takes longer."""
ANSWER_S: Final = 5
GONE_S: Final = 2.0
ANSWERS_ITSELF: Final = {"PJSIP_HEADER(add,Call-Info)": "<sip:helpline>;answer-after=0"}
"""By which the page knows that this is the talk it had."""


async def comes_back(room: Room) -> bool:
    """Whether the agent, whose phone is lost, is back in the talk. False, too, for a phone that is no browser's."""
    agent = room.agent
    if agent.agent_id is None or kind_of(agent.endpoint) is not PhoneKind.BROWSER:
        return False
    log.info("talk.waits_for_browser", agent=agent.staff_number)
    holds_far = not room.far_is_held and not room.company
    if holds_far:
        await room.hold_far(alone=False)
    await agent.leg.hang_up()
    leg = await _back(room)
    if leg is None:
        return False
    room.has_again(leg)
    try:
        await room.bridge.add(leg)
        if agent.is_muted:
            await leg.mute()
    except NotFound:
        return False
    if holds_far:
        await room.take_far()
    elif room.far_is_held:
        await room.leave_alone()
    log.info("talk.browser_back", agent=agent.staff_number)
    return True


async def _back(room: Room) -> Channel | None:
    """The answered leg of the page; None when it has not come in time."""
    try:
        async with asyncio.timeout(GRACE_S):
            async with asyncio.timeout(GONE_S):
                await room.agent.leg.destroyed.wait()
            while True:
                while room.agent.phone_lost:
                    room.news.clear()
                    await room.news.wait()
                leg = await _answered(room)
                if leg is not None:
                    return leg
                await asyncio.sleep(1.0)
    except TimeoutError:
        return None


async def _answered(room: Room) -> Channel | None:
    """The leg, once the page has answered it. Given up meanwhile (too late, the caller gone), it is hung up: the room
    knows only the leg of before.
    """
    made: list[Channel] = []
    try:
        leg = await unbroken(_rung(room, made))
        await leg.up_or_gone(ANSWER_S)
        if leg.is_up:
            return leg
        await leg.hang_up()
        await leg.destroyed.wait()
    except NotFound:
        return None
    except asyncio.CancelledError:
        for leg in made:
            with suppress(PbxError):
                await unbroken(leg.hang_up())
        raise
    return None


async def _rung(room: Room, made: list[Channel]) -> Channel:
    """A leg under the id of the one before, so that a later process finds the talk as it was; ``made`` keeps it."""
    leg_id = room.agent.leg.id
    leg = await room.acd.session.create_leg(
        room.agent.endpoint, app_args=("leg", leg_id.removeprefix(LEG)), channel_id=leg_id, variables=ANSWERS_ITSELF
    )
    made.append(leg)
    try:
        if not leg.is_gone and await leg.started(LEG_START_LIMIT_S):
            await leg.dial(ANSWER_S, room.far)
    except (NotFound, Conflict):
        log.info("leg.gone_early", leg=leg_id)
    return leg
