"""A caller in talk with an agent of GICH, on a PBX in virtual time, and what is asked of their talk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ivr.acd import phones
from ivr.acd.offer import RingTimes
from ivr.acd.outside_leg import Outbound
from ivr.domain.agents import AgentState, by_agent
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId
from ivr.domain.oversight import Switch
from ivr.domain.talking import Command, Consult, Done, Outcome, PartyRow, Target, Wish
from ivr.flows.services import Rules
from ivr.pbx.trunks import Trunk
from tests.unit.acd.world import GENERALIST, OWNER
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import DIRECT, GENERAL, SmallHelpline
from tests.unit.virtual_time import run_virtual

Told = Callable[["Talking"], Coroutine[Any, Any, None]]
OUTSIDE = "03069990500"
OUTSIDE_ENDPOINT = f"PJSIP/{OUTSIDE}@trunk-one"
RULES = Rules(
    outbound=Outbound(Trunk("one", ("127.0.0.1",), server="127.0.0.1:5070"), RingTimes(20, 5.0), {"cmg": GENERAL})
)
TO_OWNER = Consult(Target("agent", "7001"), "about the arrears")


class Talking:
    """The talk: caller ``c1``, and the agent who asks."""

    def __init__(self, line: SmallHelpline, asker: AgentId) -> None:
        self.line = line
        self.asker = asker
        self.leg = line.pbx.legs()[0]
        self.call_id = line.call().call_id

    async def ask(self, wish: Wish, by: AgentId | None = None) -> Outcome:
        """Somebody asks for something."""
        who = self.asker if by is None else by
        command = Command(wish, who, by_agent(str(7000 + who)))
        return await self.line.switchboard.command(self.call_id, command)

    async def does(self, wish: Wish, by: AgentId | None = None) -> None:
        """Somebody asks for what can be done."""
        outcome = await self.ask(wish, by)
        assert outcome == Done(), outcome

    async def consults(self, agent: AgentId = OWNER, phone: Phone | None = None) -> str:
        """The asker consults an Available agent who answers: their leg."""
        self.line.agent(agent, phone or Phone())
        await self.does(Consult(Target("agent", str(7000 + agent)), "about the arrears", "seen the letter"))
        await self.line.until(lambda: len(self.line.pbx.talk()) == 2, 5)
        await asyncio.sleep(0.1)
        return self.other_leg

    @property
    def other_leg(self) -> str:
        """The leg that is not the asker's."""
        (leg,) = [leg for leg in self.line.pbx.legs() if leg != self.leg]
        return leg

    @property
    def party(self) -> PartyRow:
        """The latest party."""
        return list(self.line.store.rows.parties.values())[-1]

    def hear_each_other(self, *channels: str) -> bool:
        """They, and nobody else, are in the bridge."""
        return self.line.pbx.talk() == set(channels)

    def state(self, agent: AgentId) -> tuple[AgentState, str | None]:
        """An agent's state and code."""
        return self.line.state(agent), self.line.row(agent).code

    def emergency(self) -> None:
        """A team leader switches the emergency setting on."""
        line = self.line
        line.store.transact(lambda tx: tx.turn(Switch.EMERGENCY, line.wall(), "leader 7101", is_on=True))

    def loses_phone(self, leg: str, staff: int) -> None:
        """A phone's sockets are gone."""
        line = self.line
        line.pbx.falls_silent(leg)
        line.store.transact(phones.note, f"PJSIP/{staff}", line.wall(), reachable=False, news=True)

    async def is_over(self) -> None:
        """The caller hangs up: everything ends."""
        self.line.pbx.hangs_up("c1")
        await self.line.until_call(CallState.ENDED)


async def begun(line: SmallHelpline, asker: AgentId = GENERALIST, dnis: str = GENERAL) -> Talking:
    """A call is answered by ``asker``."""
    line.agent(asker, Phone())
    line.caller_arrives(dnis=dnis)
    await line.until_call(CallState.TALKING)
    await asyncio.sleep(0.5)
    return Talking(line, asker)


def in_talk(story: Told, asker: AgentId = GENERALIST, dnis: str = GENERAL) -> None:
    """Tell ``story`` of a talk; afterwards everybody hangs up, and nothing and nobody is left behind."""

    async def told() -> None:
        line = SmallHelpline(replace(RULES))
        await story(await begun(line, asker, dnis))
        await line.over()
        assert not line.pbx.tones
        assert all(party.ended_at is not None for party in line.store.rows.parties.values())

    run_virtual(told())


def in_direct_talk(story: Told) -> None:
    """The same of a direct call, which the team leader has answered."""
    in_talk(story, OWNER, DIRECT)
