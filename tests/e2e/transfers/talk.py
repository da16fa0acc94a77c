"""A talk of a caller and an agent, whom they consult, and who hears whom, each by a tone of their own."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ivr.softphone.agent_phone import Script
from ivr.softphone.call import Call as Sip
from ivr.softphone.carrier import Carrier
from tests.e2e.heard import audible_share, tone_share
from tests.e2e.helpline import Helpline
from tests.e2e.story import Agent, Call, Story

JANE = "120000000019"
"""Her case is 7001's."""
OUTSIDE = "03069990500"
CARRIER = "127.0.0.2"
CALLER_HZ, ASKER_HZ, OTHER_HZ = 600, 1000, 1500
HEARD, UNHEARD = 0.15, 0.02
"""Shares of the power; of a conference each hears two tones."""
WINDOW_S = 0.5
HEAR_S = 5.0
TRUNKS = """
[one]
addresses = ["127.0.0.2"]
server = "127.0.0.2:{port}"
"""
OUTBOUND = """
[calls]
trunk = "one"
ring_timeout_s = 4
no_ringing_timeout_s = 2
"""


@dataclass(slots=True)
class Lab:
    """The helpline, and the port at which its carrier answers."""

    line: Helpline
    port: int = 0

    def write_carrier(self) -> None:
        """Before it starts."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((CARRIER, 0))
            self.port = int(probe.getsockname()[1])
        (self.line.folder / "dialplan" / "trunks.toml").write_text(TRUNKS.format(port=self.port))
        (self.line.folder / "dialplan" / "outbound.toml").write_text(OUTBOUND)

    def outside(self, *scripts: Script) -> Carrier:
        """Whoever answers outside; rings unless told."""
        return Carrier(CARRIER, self.port, scripts=scripts or (Script.ring(),))


@dataclass(slots=True)
class Talk:
    """A caller in talk with an agent, each with a tone."""

    story: Story
    call: Call
    asker: Agent
    at_asker: Sip

    async def desk(self, agent: Agent, method: str, path: str = "", body: object = None) -> tuple[int, Any]:
        """A desk asks something of its agent's call: HTTP status and answer."""
        url = f"/api/agents/me/call{path}"
        async with agent._http.request(method, url, json=body, headers=agent._bearer) as reply:
            return reply.status, await reply.json() if reply.status != 204 else None

    async def does(self, method: str, path: str, body: object = None, agent: Agent | None = None) -> None:
        """The asker's desk asks for what can be done."""
        status, answer = await self.desk(agent or self.asker, method, path, body)
        assert status == 200, answer

    async def consult(self, kind: str, name: str) -> None:
        """Somebody is rung."""
        body = {"to": {"kind": kind, "name": name}, "reason": "about the arrears", "notes": "has the letter here"}
        await self.does("POST", "/consultation", body)

    async def consults(self, other: Agent) -> Sip:
        """Another agent is rung and answers: the call at their phone."""
        await self.consult("agent", other.staff)
        ring = await other.rung()
        ring.answer()
        await other.is_in("on_call")
        ring.say_tone(OTHER_HZ)
        return ring

    async def hears(self, who: Sip, *tones_hz: int) -> None:
        """From now on they hear these tones, and none of the others."""
        from_s = who.heard.seconds
        others = {CALLER_HZ, ASKER_HZ, OTHER_HZ} - set(tones_hz)

        def so() -> bool:
            end_s = who.heard.seconds
            if end_s < from_s + WINDOW_S:
                return False
            share = {hz: tone_share(who.heard, hz, end_s - WINDOW_S, end_s) for hz in (*tones_hz, *others)}
            return all(share[hz] > HEARD for hz in tones_hz) and all(share[hz] < UNHEARD for hz in others)

        await self.story.until(so, f"hears {tones_hz} Hz", HEAR_S)

    async def has_music(self, who: Sip) -> None:
        """From now on they hear something that is none of the tones."""
        await self.hears(who)
        from_s = who.heard.seconds

        def so() -> bool:
            end_s = who.heard.seconds
            return end_s > from_s + 1 and audible_share(who.heard, end_s - 1, end_s) > 0.7

        await self.story.until(so, "music", HEAR_S)
        await self.hears(who)

    async def hear_each_other(self, caller: Sip, agent: Sip, agent_hz: int = ASKER_HZ) -> None:
        """Caller and agent, and nobody else."""
        await self.hears(caller, agent_hz)
        await self.hears(agent, CALLER_HZ)

    @property
    def parties(self) -> list[tuple[str, str]]:
        """Everybody who was ever rung for it: state, and whether they are over."""
        query = "SELECT state FROM call_party WHERE call_id = :call_id AND ended_at IS NULL ORDER BY made_at"
        return [tuple(row) for row in self.story.line.rows(query, call_id=self.call.row().call_id)]


async def talk_of(story: Story, staff: str = "7001") -> Talk:
    """Jane talks with the owner of her case."""
    asker = await story.agent(staff, Script.answer(0.1, tone_hz=ASKER_HZ))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ring = await asker.rung()
    await asker.is_in("on_call")
    call.sip.say_tone(CALLER_HZ)
    talk = Talk(story, call, asker, ring)
    await talk.hear_each_other(call.sip, ring)
    return talk


@asynccontextmanager
async def emergency(leader: Agent) -> AsyncIterator[None]:
    """The emergency setting, switched on and off over the API."""
    await _turn(leader, on=True)
    try:
        yield
    finally:
        await _turn(leader, on=False)


async def _turn(leader: Agent, *, on: bool) -> None:
    body = {"on": on, "why": "Half of the agents are away."}
    async with leader._http.put("/api/switches/emergency", json=body, headers=leader._bearer) as reply:
        assert reply.status == 200, await reply.text()
