"""A call under a team leader's eyes, and what the leader asks of it."""

from __future__ import annotations

from typing import Any

from ivr.softphone.agent_phone import Script
from ivr.softphone.call import Call as Sip
from tests.e2e.earshot import they_hear
from tests.e2e.story import Agent, Call, Story

JANE = "120000000019"
PAIR = {"caller": {"agent"}, "agent": {"caller"}}
LISTENING = PAIR | {"leader": {"caller", "agent"}}
WHISPERING = LISTENING | {"agent": {"caller", "leader"}}
ALL = {"caller": {"agent", "leader"}, "agent": {"caller", "leader"}, "leader": {"caller", "agent"}}


class Watched:
    """Jane talks with 7001; 7101, who leads the team, has a phone that answers, or follows ``scripts``."""

    def __init__(self, story: Story, call: Call, agent: Agent, leader: Agent) -> None:
        self.call = call
        self.agent = agent
        self.leader = leader
        self._story = story

    @property
    def phones(self) -> dict[str, Sip]:
        """Who is on the phone; the leader once they have answered."""
        found: dict[str, Sip] = {"caller": self.call.sip, "agent": self.agent.phone.rings[-1]}
        if self.leader.phone.rings:
            found["leader"] = self.leader.phone.rings[-1]
        return found

    async def asks(self, verb: str, expected: int = 200) -> Any:
        """The leader asks to listen, whisper, join or take."""
        status, answer = await self.leader.request("POST", f"/api/calls/{self.call.row().call_id}/{verb}")
        assert status == expected, answer
        return answer

    async def hear(self, expected: dict[str, set[str]]) -> None:
        """Wait until each hears exactly these; a leader who is to be heard has come in."""
        if "leader" in expected:
            await self.leader.is_in("on_call")
        await they_hear({name: self.phones[name] for name in expected}, expected)

    def audited(self) -> list[tuple[str, str]]:
        """Who did what to the agent of this call, in order."""
        query = "SELECT actor, what FROM audit WHERE call_id = :call_id ORDER BY audit_id"
        return [tuple(row) for row in self._story.line.rows(query, call_id=self.call.row().call_id)]


async def watched(story: Story, *scripts: Script, available: bool = False) -> Watched:
    """Caller and agent are in talk, the leader is logged in."""
    agent = await story.agent("7001", Script.answer(0.1))
    leader = await story.agent("7101", *(scripts or (Script.answer(0.1),)), available=available)
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await agent.is_in("on_call")
    return Watched(story, call, agent, leader)
