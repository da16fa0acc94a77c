"""The switchboard: which calls there are, each with its own task, and what they are told.

Enters: the PBX's calls (`SessionOwner`) and the store's changes. Leaves: one task per call, which owns everything of
that call; its boundary is the only catch-all, and a call that fails never harms another. `Switchboard.close` leaves
calls that are up as they are: the next process takes them over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from ivr.acd import ledger, overdue, overseeing, recovery
from ivr.acd.left_over import left_of, remove_bridge, remove_empty_bridges
from ivr.acd.offer import LEG
from ivr.acd.recovery import Left, Standing
from ivr.acd.while_here import while_here
from ivr.domain.events import (
    AgentOffered,
    CallBackChanged,
    CallEnd,
    Change,
    OfferEnded,
    PartyChanged,
    PhoneChanged,
)
from ivr.domain.ids import CallId, Language, new_call_id
from ivr.domain.lines import Entry, Line
from ivr.domain.numbers import masked
from ivr.domain.outbound import Order, Placed
from ivr.domain.queueing import CallRow
from ivr.domain.routes import CallKind
from ivr.domain.talking import CALL_OVER, Command, Impossible, Outcome, TalkNow
from ivr.errors import NotFound
from ivr.flows.any_line import answer_line, resume, unknown_number
from ivr.flows.call import Call
from ivr.flows.called_back import CalledBack, Reached
from ivr.flows.carried import Carried
from ivr.flows.dialling_out import dialled_on_phone, dialled_out, talk_on
from ivr.flows.outbound_call import AtPhone, OutboundCall, taken_up
from ivr.flows.services import Services
from ivr.pbx.ari_events import CallBroadcast, StasisStart
from ivr.pbx.handles import Channel
from ivr.pbx.session import Linked

log = structlog.get_logger()

INBOUND: Final = "line"
"""The first argument with which the dialplan hands a caller over; the second is the number dialled."""
DIALLED: Final = "phone"
"""The same for an agent's phone; the number that it dialled and its endpoint follow."""
UNKNOWN_LINE: Final = Line("unknown", (), "cmg", "en", Entry.MENU, "always")
CLOSE_LIMIT_S: Final = 10.0
RECONCILE_S: Final = 10.0
NEWS_S: Final = 1.0
"""By so much the news of a hang-up may come behind the command that met it."""

BeganWith = Callable[[str], Awaitable[Services]]
Flow = Callable[[], Coroutine[None, None, None]]
LEAVING: Final = Impossible("service.leaving", "another process takes the calls over: try again in a moment")


@dataclass(slots=True)
class _Up:
    call: Carried | CalledBack
    task: asyncio.Task[None]


class Switchboard:
    """The calls of one process."""

    def __init__(self, services: Callable[[], Services], began_with: BeganWith, may_claim: Callable[[], bool]) -> None:
        """``services``: what a call arriving now starts with; ``began_with``: what one started with whose row has this
        configuration's hash; ``may_claim``: whether loop and database answer.
        """
        self._services = services
        self._began_with = began_with
        self._may_claim = may_claim
        self._up: dict[CallId, _Up] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._leaving = False
        self._overdue = overdue.Overdue()
        self.defects = 0
        """What only `reconcile` found."""
        self.replaced = asyncio.Event()
        """Another process has our calls; this one is to end."""

    @property
    def calls_up(self) -> int:
        """How many calls this process carries."""
        return len(self._up)

    # --- told by the PBX ----------------------------------------------------------------------------------------

    def on_broadcast(self, call: CallBroadcast) -> None:
        """A call looks for somebody: claim it, but only if we can serve it."""
        if self._leaving or not self._may_claim():
            return
        self._own(self._claim(call.channel.id), "claim")

    def on_start(self, channel: Channel, start: StasisStart) -> None:
        """A call is ours: it gets its task."""
        if len(start.args) > 2 and start.args[0] == DIALLED:
            self._dialled(channel, start.args[1], f"PJSIP/{start.args[2]}")
            return
        if not start.args or start.args[0] != INBOUND:
            log.warning("channel.unexpected", args=start.args)
            self._own(channel.hang_up(), "hang-up")
            return
        self._begin(channel, start.args[1] if len(start.args) > 1 else start.channel.exten)

    def _begin(self, channel: Channel, dnis: str) -> None:
        services = self._services()
        line = services.line_of(dnis)
        call = Call(services, new_call_id(services.now()), channel, line or UNKNOWN_LINE, dnis)
        self._take(call, channel, partial(unknown_number if line is None else answer_line, call))

    def _dialled(self, channel: Channel, number: str, endpoint: str) -> None:
        """An agent's phone has dialled: one of our lines, as anybody may, or a number outside (R-STATE-12)."""
        services = self._services()
        if services.line_of(number) is not None:
            self._begin(channel, number)
            return
        at_phone = AtPhone(channel, endpoint, number)
        call = OutboundCall(services, new_call_id(services.now()), at_phone=at_phone)
        self._take(call, None, partial(dialled_on_phone, call))

    async def on_linked(self, linked: Linked) -> None:
        """Connected, or connected again: take over what another process has left, and clear up what nobody owns."""
        services = self._services()
        await remove_empty_bridges(services.session, linked, tuple(self._up))
        await self._let_leaders_go(services)
        for standing in await services.store.run(recovery.standing_calls, services.node):
            if standing.call.call_id not in self._up:
                await self._take_over(standing, linked)
        await self._clear_up(linked)

    def on_replaced(self) -> None:
        """Another process has taken over: command nothing any more."""
        self._leaving = True
        self.replaced.set()

    # --- told by the store --------------------------------------------------------------------------------------

    def changed(self, change: Change) -> None:
        """Pass an offer on to the call it is for, and word of a phone to every call."""
        if isinstance(change, AgentOffered | OfferEnded | PartyChanged | CallBackChanged):
            up = self._up.get(change.call_id)
            if up is not None:
                up.call.tell(change)
        elif isinstance(change, PhoneChanged):
            for up in self._up.values():
                up.call.tell(change)

    # --- told by people -----------------------------------------------------------------------------------------

    async def command(self, call_id: CallId, command: Command) -> Outcome:
        """Somebody asks something of a call in talk (docs/acd.md). Raises PbxError when the PBX fails at it."""
        up = self._up.get(call_id)
        return CALL_OVER if up is None else await up.call.command(command)

    async def dial(self, order: Order) -> Placed | Impossible:
        """An agent wants somebody outside called; or why that cannot be (R-OUT-1). Raises PbxError, StoreError."""
        services = self._services()
        if self._leaving or not services.session.is_ready:
            return LEAVING
        call = OutboundCall(services, new_call_id(services.now()), order)
        refused = await call.begin()
        if refused is not None:
            return refused
        self._take(call, None, partial(dialled_out, call))
        return Placed(call.call_id)

    def talk_now(self, call_id: CallId) -> TalkNow | None:
        """Who hears whom on a call; None while nobody talks on it."""
        up = self._up.get(call_id)
        return None if up is None else up.call.talk_now

    # --- what rows say against what is there ----------------------------------------------------------------------

    async def run(self) -> None:
        """Compare rows with what is there, again and again, until cancelled: nothing may be stuck for ever."""
        while True:
            await asyncio.sleep(RECONCILE_S)
            if self._services().session.is_ready and self._may_claim():
                await _guarded(self.reconcile(), "reconcile.failed")

    async def reconcile(self) -> None:
        """End calls that nobody carries any more, and set agents free whom nothing holds. Each is a defect of ours."""
        services = self._services()
        for row in await services.store.run(recovery.stray_calls, services.node, tuple(self._up)):
            channel = services.session.channel(row.channel_id)
            if row.call_id not in self._up and (channel is None or channel.is_gone):
                self.defects += 1
                log.error("call.stray", call_id=row.call_id, state=row.state.value)
                await self._end_stray(row)
        await self._end_overdue_offers(services)
        limits = services.rules.limits
        for agent in await services.store.run(recovery.free_stuck_agents, services.now(), limits):
            self.defects += 1
            log.error("agent.stuck", agent=agent.staff_number, state=agent.state.value)

    async def _end_overdue_offers(self, services: Services) -> None:
        standing = await services.store.run(recovery.standing_calls, services.node)
        at = asyncio.get_running_loop().time()
        for offer_id in self._overdue.of(standing, services.rules.ringing.ring_timeout_s, at):
            if await services.store.run(overdue.take_back, offer_id, services.now()):
                self.defects += 1
                log.error("offer.overdue", offer_id=offer_id)

    async def _end_stray(self, row: CallRow) -> None:
        """Who was promised a call back is still rung, when their place comes."""
        services = await self._began_with(row.config_hash)
        if row.is_to_be_called_back:
            standing = await services.store.run(recovery.standing, row)
            self._call_back(self._called_back(services, Left(standing)), None, row.language)
        else:
            await self._end_lost(row.call_id)

    async def _end_lost(self, call_id: CallId) -> None:
        services = self._services()
        await services.store.run(
            ledger.end_call, call_id, CallEnd.ABANDONED_MENU, services.now(), services.rules.limits
        )

    # --- the calls' tasks ---------------------------------------------------------------------------------------

    async def close(self) -> None:
        """End every task of ours; the calls themselves stay up on the PBX and in the store."""
        self._leaving = True
        tasks = [up.task for up in self._up.values()] + list(self._errands)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_LIMIT_S)

    async def _claim(self, channel_id: str) -> None:
        await self._services().session.claim(channel_id)

    async def _take_over(self, standing: Standing, linked: Linked) -> None:
        """One call of a process that is no more; one whose caller has gone meanwhile is ended in the store."""
        row = standing.call
        services = await self._began_with(row.config_hash)
        caller = linked.ours(row.channel_id)
        channel = None if caller is None else services.session.adopt(caller)
        if row.kind == CallKind.OUTBOUND:
            made = await taken_up(services, self._left(standing, linked), channel)
            if made is not None:
                self._take(made, None, partial(talk_on, made))
            return
        if row.is_to_be_called_back:
            left = self._left(standing, linked)
            far = None if row.called_back_at is None else channel
            self._call_back(self._called_back(services, left, far), None if far else channel, row.language)
            return
        if channel is None:
            await self._end_left(standing, linked)
            return
        line = services.line_of(row.dnis)
        call = Call(services, row.call_id, channel, line or UNKNOWN_LINE, row.dnis, self._left(standing, linked))
        call.speak(row.language)
        self._take(call, channel, partial(resume, call))

    def _left(self, standing: Standing, linked: Linked) -> Left:
        return left_of(self._services().session, standing, linked)

    async def _end_left(self, standing: Standing, linked: Linked) -> None:
        """Its caller is gone: the row ends, and an agent still in the talk is let go (`_clear_up` ends their leg)."""
        services, call_id = self._services(), standing.call.call_id
        await self._end_lost(call_id)
        await remove_bridge(services.session, linked, call_id)

    async def _let_leaders_go(self, services: Services) -> None:
        """Who listened to a talk of another process's is let go; their legs and ears belong to nobody then."""
        now, limits = services.now(), services.rules.limits
        await services.store.run(overseeing.let_go, services.node, tuple(self._up), now, limits)

    async def _clear_up(self, linked: Linked) -> None:
        """Legs that belong to no call are hung up; a caller who does is somebody to serve."""
        session = self._services().session
        for info in linked.channels:
            if info.id not in linked.channel_ids or session.channel(info.id) is not None:
                continue
            channel = session.adopt(info)
            if channel.is_gone:
                continue
            log.warning("channel.orphaned", channel_id=info.id)
            if info.id.startswith(LEG):
                await channel.hang_up()
            else:
                self._begin(channel, info.exten)

    def _own(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(_guarded(work, f"{name}.failed"), name=name)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def _take(self, call: Carried, channel: Channel | None, flow: Flow) -> None:
        """``channel``: the caller's, whose hang-up ends the flow; None where the flow itself knows what ends it."""
        self._give_task(call, self._carry(call, channel, flow))

    def _give_task(self, call: Carried | CalledBack, carrying: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(carrying, name=f"call-{call.call_id}")
        self._up[call.call_id] = _Up(call, task)
        task.add_done_callback(lambda _task: self._up.pop(call.call_id, None))

    def _called_back(self, services: Services, left: Left, far: Channel | None = None) -> CalledBack:
        row = left.standing.call
        return CalledBack(services, row.call_id, services.line_of(row.dnis) or UNKNOWN_LINE, row.dnis, left, far)

    def _call_back(self, back: CalledBack, caller: Channel | None, language: Language) -> None:
        """Take up a call back that another process has left; ``caller``: whom it was saying goodbye to."""
        self._give_task(back, self._carry_back(back, caller, language))

    async def _carry(self, call: Carried, channel: Channel | None, flow: Flow) -> None:
        """One call from arrival to its end: the boundary of everything that can go wrong in it."""
        with bound_contextvars(call_id=call.call_id, line=call.line.name):
            log.info("call.arrived" if call.left is None else "call.taken_over", dnis=masked(call.dnis))
            try:
                if call.left is None:
                    await call.arrive()
                await (flow() if channel is None else _until_gone(channel, flow))
            except Exception:
                log.exception("call.failed")
                await _guarded(call.give_to_fallback(), "call.fallback_failed")
            if not self._leaving:
                await _guarded(_close(call), "call.close_failed")
                if isinstance(call, Call) and call.back is not None:
                    await self._carry_back(call.back)

    async def _carry_back(self, back: CalledBack, caller: Channel | None = None, language: Language = "en") -> None:
        """A call back, until its caller is on the line: from then on their call is one as any other."""
        reached: Reached | None = None
        with bound_contextvars(call_id=back.call_id, line=back.line.name):
            try:
                if caller is not None:
                    await back.see_off(caller, language)
                reached = await back.until_reached()
            except Exception:
                log.exception("call_back.failed")
            if reached is None:
                if not self._leaving:
                    await _guarded(back.close(), "call_back.close_failed")
                return
        services, row = back.services, reached.left.standing.call
        call = Call(services, row.call_id, reached.channel, back.line, row.dnis, reached.left)
        call.speak(row.language)
        self._up[row.call_id].call = call
        await self._carry(call, reached.channel, partial(resume, call))


async def _until_gone(channel: Channel, flow: Flow) -> None:
    """Run the flow; the caller's hang-up cancels it the moment the PBX tells."""
    try:
        await while_here(channel, flow())
    except NotFound:
        if not await _gone_soon(channel):
            raise


async def _close(call: Carried) -> None:
    end = await call.close()
    if not isinstance(call, Call) or call.back is None:
        log.info("call.ended", end=end.value)


async def _gone_soon(channel: Channel) -> bool:
    """A 404 may be told before the hang-up that explains it; one that nothing explains is a fault of ours."""
    try:
        async with asyncio.timeout(NEWS_S):
            await channel.gone.wait()
    except TimeoutError:
        return False
    return True


async def _guarded(work: Awaitable[None], event: str) -> None:
    """Whatever goes wrong in clearing up one call stays with that call."""
    try:
        await work
    except Exception:
        log.exception(event)
