"""A call that an agent makes, on a PBX in virtual time: each outcome, and who may make one (R-OUT-1, R-STATE-12)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ivr.acd import phones
from ivr.acd.outside_leg import Outbound
from ivr.domain.agents import AgentState, SystemReason, by_agent
from ivr.domain.dialling import Reason, suppressed
from ivr.domain.events import CallEnd, CallProgressed, CallState, Change
from ivr.domain.outbound import Order, Placed, Whom
from ivr.domain.purposes import AttemptOutcome, Purpose
from ivr.domain.talking import Command, Done, End, Hold, Impossible, Outcome
from ivr.flows.services import Rules
from ivr.pbx.trunks import Trunk
from ivr.records.called import Called
from tests.unit.acd.world import GENERALIST, GENERALIST_2
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import EMPLOYERS, GENERAL, SmallHelpline
from tests.unit.virtual_time import now, run_virtual

NUMBER = "07700900123"
TRUNK = Trunk("one", ("192.0.2.10",), server="192.0.2.10:5060", number_form="+44")
RULES = Rules(outbound=Outbound(TRUNK, clis={"cmg": GENERAL}, employer_cli=EMPLOYERS))
FAR = "PJSIP/+447700900123@trunk-one"
APOLOGY = "en/apology-lost-line"

Told = Callable[["Dialling"], Coroutine[Any, Any, None]]


class Dialling:
    """A helpline with a carrier, and an agent who makes a call."""

    def __init__(self, before: SmallHelpline | None = None) -> None:
        self.line = SmallHelpline(RULES, before)
        self.progress: list[str] = []
        self.line.store.listen(self._hear)

    def _hear(self, change: Change) -> None:
        if isinstance(change, CallProgressed):
            self.progress.append(change.progress)

    @property
    def own(self) -> str:
        """The agent's leg."""
        return next(leg for leg in self.line.pbx.legs() if "outside" not in leg)

    @property
    def far(self) -> str:
        """The leg of whom they call."""
        return next(leg for leg in self.line.pbx.legs() if "outside" in leg)

    def state(self) -> AgentState:
        """The agent's."""
        return self.line.state(GENERALIST)

    async def dial(self, **more: Any) -> Placed | Impossible:
        """The agent asks for the call."""
        return await self.line.switchboard.dial(Order(GENERALIST, NUMBER, **more))

    async def ask(self, wish: Any) -> Outcome:
        """The agent asks something of it."""
        call_id = self.line.calls()[-1].call_id
        return await self.line.switchboard.command(call_id, Command(wish, GENERALIST, by_agent("7004")))

    async def until(self, state: CallState) -> None:
        """Wait for the call's row."""
        await self.line.until(lambda: self.line.calls()[-1].state is state)


def _story(
    told: Told, far: Phone, own: Phone | None = None, *, available: bool = True, state: AgentState | None = None
) -> None:
    async def whole() -> None:
        made = Dialling()
        await made.line.pbx.session.link_up()
        made.line.agent(GENERALIST, own or Phone(after_s=0.5), available=available)
        if state is not None:
            made.line.ask(GENERALIST, state, "Lunch")
        made.line.pbx.phones[FAR] = far
        await told(made)
        await made.line.over()

    run_virtual(whole())


def test_the_agents_phone_rings_first_then_whom_they_call() -> None:
    """R-OUT-1, R-STATE-4: on call at once, own phone, then the other, who sees the line's number; After Call Work."""

    async def told(made: Dialling) -> None:
        line = made.line
        placed = await made.dial(whom=Whom("client", 7), purpose=Purpose.CALL_BACK)
        assert isinstance(placed, Placed)
        assert made.state() is AgentState.ON_CALL
        await asyncio.sleep(0.2)
        assert [leg for leg in line.pbx.legs() if "outside" in leg] == []
        await made.until(CallState.TALKING)
        await asyncio.sleep(0.1)
        assert line.pbx.connected[-1] == {made.own, made.far}
        row = line.calls()[-1]
        assert (row.cli, row.dnis, row.line, row.client_id, row.pop) == (NUMBER, GENERAL, "general", 7, "record")
        assert made.progress == ["calling_agent", "dialling", "ringing", "answered"]
        line.pbx.hangs_up(made.far)
        await made.until(CallState.ENDED)
        assert made.state() is AgentState.AFTER_CALL_WORK
        row = line.calls()[-1]
        assert row.end is CallEnd.REACHED
        (attempt,) = line.store.rows.outbound_attempts.values()
        assert (attempt.outcome, attempt.record_id, attempt.purpose_expected) == (AttemptOutcome.ANSWERED, 7, True)

    _story(told, Phone(after_s=2))


def test_the_line_of_whom_is_called_is_shown() -> None:
    """R-OUT-1: an employer sees the employers' line."""

    async def told(made: Dialling) -> None:
        await made.dial(whom=Whom("employer", 3))
        await made.until(CallState.TALKING)
        asked = next(one for one in made.line.pbx.asked if "create" in one.path and "outside" in one.target)
        assert asked.body == {"variables": {"CONNECTEDLINE(num)": "+44" + EMPLOYERS[1:]}}
        assert made.line.calls()[-1].line == "employers"

    _story(told, Phone())


@pytest.mark.parametrize(
    ("far", "end"),
    [
        (Phone("busy"), CallEnd.BUSY),
        (Phone("reject"), CallEnd.REJECTED),
        (Phone("ring"), CallEnd.NO_ANSWER),
        (Phone("silent"), CallEnd.UNREACHABLE),
        (Phone("unregistered"), CallEnd.UNREACHABLE),
    ],
)
def test_why_nobody_was_reached_is_told(far: Phone, end: CallEnd) -> None:
    """R-OUT-1, R-OUT-5: told to the agent, a busy tone, After Call Work; the attempt is kept with its outcome."""

    async def told(made: Dialling) -> None:
        await made.dial()
        await made.until(CallState.ENDED)
        assert made.line.calls()[-1].end is end
        assert made.progress[-1] == end.value
        assert made.state() is AgentState.AFTER_CALL_WORK
        assert [one.outcome for one in made.line.store.rows.outbound_attempts.values()] == [end.value]
        assert any("tone" in one.target for one in made.line.pbx.asked)

    _story(told, far)


@pytest.mark.parametrize("own", [Phone("ring"), Phone("reject"), Phone("unregistered")])
def test_an_own_phone_that_is_not_answered_leaves_the_agent_as_they_were(own: Phone) -> None:
    """R-OUT-1: Available with the idle time they had; nobody outside is rung."""

    async def told(made: Dialling) -> None:
        idle = made.line.row(GENERALIST).idle_since
        await asyncio.sleep(30)
        await made.dial()
        await made.until(CallState.ENDED)
        assert made.progress == ["calling_agent", "agent_not_reached"]
        assert (made.state(), made.line.row(GENERALIST).idle_since) == (AgentState.AVAILABLE, idle)
        assert not [one for one in made.line.pbx.asked if "outside" in one.target]

    _story(told, Phone(), own)


def test_who_was_not_ready_is_so_again() -> None:
    """R-OUT-1: with the same code, and what they asked for meanwhile takes its place."""

    async def told(made: Dialling) -> None:
        await made.dial()
        await made.until(CallState.ENDED)
        assert (made.state(), made.line.row(GENERALIST).code) == (AgentState.NOT_READY, "Lunch")
        await made.dial()
        made.line.ask(GENERALIST, AgentState.LOGGED_OUT)
        await made.until(CallState.ENDED)
        assert made.state() is AgentState.LOGGED_OUT

    _story(told, Phone(), Phone("ring"), state=AgentState.NOT_READY)


def test_an_agent_who_hangs_up_while_it_rings_cancels() -> None:
    """R-OUT-1: the ringing there stops at once; After Call Work."""

    async def told(made: Dialling) -> None:
        await made.dial()
        await made.line.until(lambda: "ringing" in made.progress)
        made.line.pbx.hangs_up(made.own)
        await made.until(CallState.ENDED)
        assert made.line.calls()[-1].end is CallEnd.CANCELLED
        assert (made.progress[-1], made.state()) == ("cancelled", AgentState.AFTER_CALL_WORK)
        assert not made.line.pbx.legs()

    _story(told, Phone("ring"))


@pytest.mark.parametrize("own", [Phone("ring"), Phone(after_s=0.5)])
def test_an_agent_ends_it_at_the_desk(own: Phone) -> None:
    """R-STATE-12: while their own phone rings, and while the other one does."""

    async def told(made: Dialling) -> None:
        await made.dial()
        await asyncio.sleep(2)
        assert await made.ask(End()) == Done()
        await made.until(CallState.ENDED)
        assert made.line.calls()[-1].end is CallEnd.CANCELLED
        await made.line.until(lambda: not made.line.pbx.legs())

    _story(told, Phone("ring"), own)


@pytest.mark.parametrize(
    ("rules", "error_id"),
    [(Rules(), "outbound.no_trunk"), (Rules(outbound=Outbound(TRUNK)), "outbound.no_number")],
)
def test_a_call_that_cannot_be_made_changes_nothing(rules: Rules, error_id: str) -> None:
    """R-OUT-1: without a carrier, or a number of ours to show."""

    async def whole() -> None:
        line = SmallHelpline(rules)
        await line.pbx.session.link_up()
        line.agent(GENERALIST)
        refused = await line.switchboard.dial(Order(GENERALIST, NUMBER))
        assert isinstance(refused, Impossible)
        assert refused.error_id == error_id
        assert line.state(GENERALIST) is AgentState.AVAILABLE
        await line.over()

    run_virtual(whole())


def test_who_is_on_a_call_cannot_make_another() -> None:
    """R-STATE-12: from Available, Not Ready and After Call Work alone."""

    async def told(made: Dialling) -> None:
        assert isinstance(await made.dial(), Placed)
        refused = await made.dial()
        assert isinstance(refused, Impossible)
        assert refused.error_id == "agent.not_in_this_state"
        await made.until(CallState.TALKING)

    _story(told, Phone())


def test_nobody_who_dials_is_offered_a_call() -> None:
    """R-STATE-3, R-RONA-1: a caller who waits goes to somebody else, or waits."""

    async def told(made: Dialling) -> None:
        await made.dial()
        made.line.caller_arrives()
        await made.line.until_call(CallState.WAITING)
        await asyncio.sleep(90)
        assert made.line.offers() == []
        made.line.pbx.hangs_up("c1")
        await made.line.until_call(CallState.ENDED)

    _story(told, Phone())


def test_the_reconciler_finds_nothing_wrong() -> None:
    """R-OUT-1: a call that is being made holds its agent, as one in talk does."""

    async def told(made: Dialling) -> None:
        await made.dial()
        for progress in ("calling_agent", "ringing", "answered"):
            await made.line.until(lambda progress=progress: made.progress[-1] == progress)  # type: ignore[misc]
            await made.line.switchboard.reconcile()
            assert made.state() is AgentState.ON_CALL
        assert made.line.switchboard.defects == 0

    _story(told, Phone(after_s=2))


def test_hold_works_as_on_any_call() -> None:
    """R-STATE-12: whom they called hears music; then both hang up."""

    async def told(made: Dialling) -> None:
        await made.dial()
        await made.until(CallState.TALKING)
        await asyncio.sleep(0.1)
        assert await made.ask(Hold()) == Done()
        assert made.state() is AgentState.ON_HOLD
        assert made.line.pbx.channels[made.far].music
        made.line.pbx.hangs_up(made.own)
        await made.until(CallState.ENDED)
        assert made.state() is AgentState.AFTER_CALL_WORK

    _story(told, Phone())


def test_a_phone_lost_in_the_talk_leaves_the_other_to_gich() -> None:
    """R-STATE-8, R-WAIT-1: an apology, then GICH's queue; the agent is Not Ready, the next one has the call."""

    async def told(made: Dialling) -> None:
        line = made.line
        await made.dial()
        await made.until(CallState.TALKING)
        await asyncio.sleep(0.1)
        far = made.far
        line.pbx.heard[far] = []
        line.pbx.falls_silent(made.own)
        line.store.transact(phones.note, "PJSIP/7004", line.wall(), reachable=False, news=True)
        await made.until(CallState.WAITING)
        assert (made.state(), line.row(GENERALIST).code) == (AgentState.NOT_READY, SystemReason.UNREACHABLE.value)
        await asyncio.sleep(5)
        assert line.heard(far)[0] == APOLOGY
        line.agent(GENERALIST_2, Phone())
        await made.until(CallState.TALKING)
        await asyncio.sleep(0.1)
        assert far in line.pbx.connected[-1]
        line.pbx.hangs_up(far)
        await made.until(CallState.ENDED)
        assert line.state(GENERALIST_2) is AgentState.AFTER_CALL_WORK

    _story(told, Phone())


# --- dialled on the agent's phone -----------------------------------------------------------------------------------


def test_what_an_agent_dials_on_their_phone_is_such_a_call() -> None:
    """R-STATE-12: On call while dialling and talking; the phone hears ringing, and is answered when the other is."""

    async def told(made: Dialling) -> None:
        line = made.line
        line.pbx.dials("p1", "7004", "+447700900123")
        await line.until(lambda: "ringing" in made.progress)
        assert made.state() is AgentState.ON_CALL
        assert line.pbx.channels["p1"].state == "Ring"
        await made.until(CallState.TALKING)
        await asyncio.sleep(0.1)
        assert line.pbx.channels["p1"].state == "Up"
        assert line.pbx.connected[-1] == {"p1", made.far}
        line.pbx.hangs_up("p1")
        await made.until(CallState.ENDED)
        assert made.state() is AgentState.AFTER_CALL_WORK

    _story(told, Phone(after_s=2))


def test_a_phone_that_dials_somebody_busy_hears_so() -> None:
    """R-OUT-1: refused with the cause, by which a phone plays its own tone."""

    async def told(made: Dialling) -> None:
        made.line.pbx.dials("p1", "7004", NUMBER)
        await made.line.until(lambda: "p1" not in made.line.pbx.channels)
        ended = [one.target for one in made.line.pbx.asked if one.method == "DELETE" and "channels/p1" in one.path]
        assert "reason_code=17" in ended[0]
        await made.until(CallState.ENDED)
        assert made.state() is AgentState.AFTER_CALL_WORK

    _story(told, Phone("busy"))


def test_a_number_that_may_not_be_dialled_is_refused_on_the_phone() -> None:
    """R-OUT-4, R-OUT-2: told by a prompt; nothing is rung, and the agent stays as they are."""

    async def told(made: Dialling) -> None:
        line = made.line
        line.store.called[NUMBER] = Called(suppressed(Reason.OPTED_OUT, None))
        for channel, number in (("p1", "09060000000"), ("p2", "00447700900123"), ("p3", "999")):
            line.pbx.dials(channel, "7004", number)
            await line.until(lambda channel=channel: channel not in line.pbx.channels)  # type: ignore[misc]
            assert line.heard(channel) == ["en/agent-number-refused"]
        assert (line.calls(), made.state()) == ([], AgentState.AVAILABLE)

    _story(told, Phone())


def test_a_phone_on_which_nobody_is_logged_in_dials_nobody() -> None:
    """R-OUT-4: told by a prompt."""

    async def told(made: Dialling) -> None:
        made.line.pbx.dials("p1", "7010", NUMBER)
        await made.line.until(lambda: "p1" not in made.line.pbx.channels)
        assert made.line.heard("p1") == ["en/agent-nobody-here"]
        assert made.line.calls() == []

    _story(told, Phone())


def test_a_phone_that_dials_a_line_of_ours_is_a_caller() -> None:
    """R-LINE-1: as anybody who dials it."""

    async def told(made: Dialling) -> None:
        made.line.pbx.dials("p1", "7004", GENERAL)
        await made.line.until(lambda: made.line.heard("p1"))
        assert made.line.call("p1").state is CallState.MENU

    _story(told, Phone())


# --- another process ------------------------------------------------------------------------------------------------


def _left(until: CallState, far: Phone, then: Told) -> None:
    """The process that made the call is no more; another one finds it."""

    async def whole() -> None:
        made = Dialling()
        await made.line.pbx.session.link_up()
        made.line.agent(GENERALIST, Phone(after_s=0.5))
        made.line.pbx.phones[FAR] = far
        await made.dial()
        await made.until(until)
        await asyncio.sleep(1.5)
        await made.line.close()
        after = Dialling(made.line)
        await after.line.pbx.session.link_up()
        await then(after)
        await after.line.over()

    run_virtual(whole())


def test_a_talk_goes_on_in_another_process() -> None:
    """A restart: nobody notices; hold and hang-up work on."""

    async def then(after: Dialling) -> None:
        await asyncio.sleep(5)
        assert after.state() is AgentState.ON_CALL
        assert len(after.line.pbx.legs()) == 2
        assert await after.ask(Hold()) == Done()
        after.line.pbx.hangs_up(after.far)
        await after.until(CallState.ENDED)
        assert (after.state(), after.line.calls()[-1].end) == (AgentState.AFTER_CALL_WORK, CallEnd.REACHED)

    _left(CallState.TALKING, Phone(), then)


def test_a_ringing_that_nobody_follows_ends() -> None:
    """A restart while it rings: ended, the agent free, nothing rings on."""

    async def then(after: Dialling) -> None:
        began = now()
        await after.until(CallState.ENDED)
        assert now() - began < 1
        assert after.line.calls()[-1].end is CallEnd.CANCELLED
        assert after.state() is AgentState.AFTER_CALL_WORK

    _left(CallState.DIALLING, Phone("ring"), then)
