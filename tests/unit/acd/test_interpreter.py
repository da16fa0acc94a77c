"""An interpreter in a talk, on a PBX in virtual time (R-XFER-5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from ivr.acd.outside_leg import Outbound
from ivr.domain.agents import AgentState
from ivr.domain.events import CallState
from ivr.domain.talking import (
    CallInterpreter,
    Command,
    Complete,
    Consult,
    Done,
    Drop,
    Hold,
    Impossible,
    Outcome,
    PartyRole,
    PartyRow,
    Retrieve,
    Target,
)
from ivr.flows.services import Rules
from tests.unit.acd.test_outbound_call import RULES, TRUNK
from tests.unit.acd.world import GENERALIST, GENERALIST_2
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import run_virtual

NAMES = {"the-big-word": "03069990500", "another": "03069990501"}
WITH = replace(RULES, outbound=replace(RULES.outbound, interpreters=NAMES))
THERE = "PJSIP/+443069990500@trunk-one"

Told = Callable[["Talking"], Coroutine[Any, Any, None]]


class Talking:
    """A caller talks with an agent."""

    def __init__(self, line: SmallHelpline) -> None:
        self.line = line

    async def ask(self, wish: Any) -> Outcome:
        """The agent asks something of the call."""
        call_id = self.line.calls()[-1].call_id
        return await self.line.switchboard.command(call_id, Command(wish, GENERALIST, "agent 7004"))

    @property
    def party(self) -> PartyRow:
        """The last interpreter's row."""
        rows = self.line.store.rows.parties.values()
        return [row for row in rows if row.role is PartyRole.INTERPRETER][-1]

    @property
    def own(self) -> str:
        """The agent's leg."""
        return self._leg("PJSIP/7004")

    @property
    def there(self) -> str:
        """The interpreter's leg."""
        return self._leg(THERE)

    def _leg(self, endpoint: str) -> str:
        return next(leg for leg, known in self.line.pbx.channels.items() if known.endpoint == endpoint)

    async def comes_in(self) -> None:
        """An interpreter answers, and is in the talk."""
        assert await self.ask(CallInterpreter()) == Done()
        await self.line.until(lambda: self.party.is_in)
        await asyncio.sleep(0.1)
        assert self.line.pbx.connected[-1] == {"c1", self.own, self.there}


def _story(told: Told, there: Phone, rules: Rules = WITH) -> None:
    async def whole() -> None:
        line = SmallHelpline(rules)
        line.pbx.phones[THERE] = there
        line.agent(GENERALIST, Phone())
        line.caller_arrives()
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.5)
        await told(Talking(line))
        await line.over()

    run_virtual(whole())


def test_an_interpreter_joins_and_the_agent_alone_hears_ringing() -> None:
    """R-XFER-5: the caller stays in talk meanwhile; then all three hear each other."""

    async def told(talk: Talking) -> None:
        assert await talk.ask(CallInterpreter()) == Done()
        await asyncio.sleep(1)
        played = [one.target for one in talk.line.pbx.asked if "tone" in one.target]
        assert len(played) == 1
        assert "leg-snoop" in played[0]
        assert talk.line.pbx.bridges[f"talk-{talk.line.call().call_id}"] == {"c1", talk.own}
        await talk.line.until(lambda: talk.party.is_in)
        await asyncio.sleep(0.1)
        assert talk.line.pbx.connected[-1] == {"c1", talk.own, talk.there}
        assert not [leg for leg in talk.line.pbx.channels if "snoop" in leg]
        assert talk.line.state(GENERALIST) is AgentState.ON_CALL

    _story(told, Phone(after_s=3))


@pytest.mark.parametrize("does", ["ring", "reject", "busy", "silent", "unregistered"])
def test_one_that_is_not_reached_leaves_the_talk_as_it_was(does: str) -> None:
    """R-XFER-5: told by the party's end; another may be called."""

    async def told(talk: Talking) -> None:
        assert await talk.ask(CallInterpreter()) == Done()
        await talk.line.until(lambda: talk.party.ended_at is not None)
        await asyncio.sleep(0.2)
        assert talk.line.call().state is CallState.TALKING
        assert len(talk.line.pbx.channels) == 2
        assert await talk.ask(CallInterpreter("another")) == Done()

    _story(told, Phone(does))


def test_an_interpreter_who_hangs_up_leaves_the_talk() -> None:
    """R-XFER-5: it goes on."""

    async def told(talk: Talking) -> None:
        await talk.comes_in()
        talk.line.pbx.hangs_up(talk.there)
        await talk.line.until(lambda: talk.party.ended_at is not None)
        assert talk.line.call().state is CallState.TALKING

    _story(told, Phone())


@pytest.mark.parametrize("after_s", [1.0, 20.0])
def test_the_agent_lets_them_go(after_s: float) -> None:
    """R-XFER-5: while it rings, and in the talk."""

    async def told(talk: Talking) -> None:
        assert await talk.ask(CallInterpreter()) == Done()
        await asyncio.sleep(3)
        assert await talk.ask(Drop(talk.party.party_id)) == Done()
        await talk.line.until(lambda: len(talk.line.pbx.channels) == 2)
        assert talk.party.ended_at is not None
        assert talk.line.call().state is CallState.TALKING

    _story(told, Phone(after_s=after_s))


@pytest.mark.parametrize("who", ["c1", "agent"])
@pytest.mark.parametrize("after_s", [1.0, 20.0])
def test_caller_or_agent_hangs_up_and_all_end(who: str, after_s: float) -> None:
    """R-XFER-5: nothing is left, whoever of the two it was."""

    async def told(talk: Talking) -> None:
        assert await talk.ask(CallInterpreter()) == Done()
        await asyncio.sleep(3)
        talk.line.pbx.hangs_up(talk.own if who == "agent" else who)
        await talk.line.until_call(CallState.ENDED)
        await talk.line.until(lambda: talk.line.pbx.is_empty)
        assert talk.party.ended_at is not None
        assert talk.line.state(GENERALIST) is AgentState.AFTER_CALL_WORK

    _story(told, Phone(after_s=after_s))


def test_a_caller_on_hold_and_the_agent_speaks_with_the_interpreter() -> None:
    """R-STATE-12, R-XFER-5: no silence is sent over them; alone again the agent holds as ever."""

    async def told(talk: Talking) -> None:
        await talk.comes_in()
        assert await talk.ask(Hold()) == Done()
        assert talk.line.state(GENERALIST) is AgentState.ON_HOLD
        assert not talk.line.pbx.channels[talk.own].hears_silence
        assert await talk.ask(Drop(talk.party.party_id)) == Done()
        assert talk.line.pbx.channels[talk.own].hears_silence
        assert await talk.ask(Retrieve()) == Done()
        assert talk.line.state(GENERALIST) is AgentState.ON_CALL

    _story(told, Phone())


@pytest.mark.parametrize(
    ("outbound", "provider", "error_id"),
    [
        (RULES.outbound, None, "interpreter.none"),
        (Outbound(interpreters=NAMES), None, "interpreter.no_trunk"),
        (Outbound(TRUNK, interpreters=NAMES), "no-such", "interpreter.unknown"),
    ],
)
def test_why_none_can_be_called(outbound: Outbound, provider: str | None, error_id: str) -> None:
    """R-XFER-5: as the configuration says."""

    async def told(talk: Talking) -> None:
        refused = await talk.ask(CallInterpreter(provider))
        assert isinstance(refused, Impossible)
        assert refused.error_id == error_id

    _story(told, Phone(), Rules(outbound=outbound))


def test_a_consultation_beside_it_breaks_nothing() -> None:
    """R-XFER-2, R-XFER-5: the interpreter stays with the agent, and with whom the call is handed over to."""

    async def told(talk: Talking) -> None:
        line = talk.line
        await talk.comes_in()
        line.agent(GENERALIST_2, Phone())
        assert await talk.ask(Consult(Target("agent", "7010"), "language")) == Done()
        await line.until(lambda: line.state(GENERALIST_2) is AgentState.ON_CALL)
        await asyncio.sleep(0.2)
        assert line.pbx.bridges[f"talk-{line.call().call_id}"] == {talk.own, talk.there, talk._leg("PJSIP/7010")}
        assert not line.pbx.channels[talk.own].hears_silence
        assert await talk.ask(Complete()) == Done()
        await line.until(lambda: line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        await asyncio.sleep(0.2)
        assert line.pbx.bridges[f"talk-{line.call().call_id}"] == {"c1", talk.there, talk._leg("PJSIP/7010")}
        line.pbx.hangs_up(talk._leg("PJSIP/7010"))
        await line.until_call(CallState.ENDED)
        assert talk.party.ended_at is not None

    _story(told, Phone())


def test_a_second_one_is_refused() -> None:
    """R-XFER-5: one at a time."""

    async def told(talk: Talking) -> None:
        await talk.comes_in()
        refused = await talk.ask(CallInterpreter("another"))
        assert isinstance(refused, Impossible)
        assert refused.error_id == "interpreter.one_already"

    _story(told, Phone())


@pytest.mark.parametrize(("after_s", "stays"), [(1.0, True), (60.0, False)])
def test_another_process_goes_on_with_an_interpreter(after_s: float, stays: bool) -> None:  # noqa: FBT001 - a parameter
    """A restart: who talks stays; a ringing that nobody has followed ends."""

    async def whole() -> None:
        line = SmallHelpline(WITH)
        line.pbx.phones[THERE] = Phone(after_s=after_s)
        line.agent(GENERALIST, Phone())
        line.caller_arrives()
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.5)
        before = Talking(line)
        await before.ask(CallInterpreter())
        await asyncio.sleep(3)
        await line.close()
        for task in asyncio.all_tasks():
            if task.get_name().startswith("party-"):
                task.cancel()  # with its process
        after = Talking(SmallHelpline(WITH, line))
        await after.line.pbx.session.link_up()
        await asyncio.sleep(1)
        assert after.party.is_in is stays
        assert [one for one in after.line.pbx.channels.values() if one.endpoint == THERE and stays] or not stays
        if stays:
            assert await after.ask(Drop(after.party.party_id)) == Done()
        await after.line.until(lambda: len(after.line.pbx.channels) == 2)
        await after.line.over()

    run_virtual(whole())
