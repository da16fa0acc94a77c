"""The people of a story: callers, and agents at their desks, on the story's own PBX.

::

    async with agents_at_their_desks(pbx, {"7001": "…"}) as desks, Caller() as caller:
        call = await dial(caller, pbx, "03069990100")
        ring = await desks["7001"].rung(5)
        desks["7001"].answer()
        await hear_each_other(call, ring)
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.call import Call
from ivr.softphone.caller import Caller
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.transaction import Address
from tests.e2e.heard import TONE_SHARE, tone_share

CLI = "07700900123"  # a number that Ofcom keeps for drama
ANSWER_LIMIT_S = 5.0
TONES_HZ = (600, 1000)  # the caller's, the agent's
LISTEN_S = 0.4
HEAR_LIMIT_S = 5.0


@asynccontextmanager
async def agents_at_their_desks(
    pbx: Address, passwords: Mapping[str, str], *scripts: Script
) -> AsyncIterator[dict[str, AgentPhone]]:
    """Registered phones by staff number; each follows ``scripts`` (none: rings until told). Off at the end."""
    async with AsyncExitStack() as desks:
        phones = {}
        for number, password in passwords.items():
            phone = AgentPhone(number, password, pbx, scripts=scripts or (Script.ring(),))
            phones[number] = await desks.enter_async_context(phone)
        yield phones


async def dial(caller: Caller, pbx: Address, number: str, *, cli: str | None = CLI) -> OutgoingCall:
    """Call ``number`` on ``pbx``; returns as soon as the INVITE is out."""
    return await caller.call(f"sip:{number}@{pbx[0]}:{pbx[1]}", cli=cli)


async def dial_and_wait(caller: Caller, pbx: Address, number: str, *, cli: str | None = CLI) -> OutgoingCall:
    """Call ``number``, and wait until it is answered."""
    call = await dial(caller, pbx, number, cli=cli)
    await call.answered(ANSWER_LIMIT_S)
    return call


async def hear_each_other(caller: Call, agent: Call) -> None:
    """Each sends a tone and waits until the other's is what they hear; ``TimeoutError`` names who does not.

    Both are silent again at the end. Not for a held call.
    """
    for call, tone_hz in zip((caller, agent), TONES_HZ, strict=True):
        call.say_tone(tone_hz)
    for who, call, tone_hz in (("the agent", agent, TONES_HZ[0]), ("the caller", caller, TONES_HZ[1])):
        await _until_heard(call, tone_hz, who)
    for call in (caller, agent):
        call.say_nothing()


async def _until_heard(call: Call, tone_hz: int, who: str) -> None:
    """Wait until what ``call`` hears from now on is that tone."""
    from_s = call.heard.at(time.monotonic())

    def hears() -> bool:
        end_s = call.heard.seconds
        return end_s > from_s + LISTEN_S and tone_share(call.heard, tone_hz, end_s - LISTEN_S, end_s) >= TONE_SHARE

    await call.until(hears, HEAR_LIMIT_S, f"{who} hears {tone_hz} Hz")
