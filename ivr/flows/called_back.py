"""A caller who is called back instead of waiting: their place in the queue, the agent's phone, then theirs (R-CB-14).

Enters: a call whose caller has hung up, or is about to. Leaves: the caller on the line with an agent (`Reached`): their
call goes on as any other; or None: nobody was reached, and `CalledBack.close` tells the store. Runs in the call's own
task; legs and bridge are named by the call, so that a later process finds them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Final

import structlog

from ivr.acd import ledger, recovery, ring_back
from ivr.acd.offer import Ringing
from ivr.acd.recovery import Left, Standing
from ivr.acd.waiting import QueuedCall
from ivr.domain.events import AgentOffered, CallBackChanged, CallState, OfferEnded, PartyChanged, PhoneChanged
from ivr.domain.ids import CallId, Language
from ivr.domain.lines import Line
from ivr.domain.opening import Doors
from ivr.domain.queueing import CallRow
from ivr.domain.talking import NO_TALK, Command, Done, End, Outcome, TalkNow
from ivr.errors import NotFound, StoreError
from ivr.flows.ringing_back import RingingBack
from ivr.flows.services import Services
from ivr.flows.speech import Speech
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd
from ivr.store.ports import Tx
from ivr.voice.names import Prompt

log = structlog.get_logger()

LOOK_S: Final = 5.0
"""So often it is looked whether the line is open, and the call still in the queue."""
IN_QUEUE: Final = frozenset({CallState.WAITING, CallState.RINGING})
SEEN_OFF_S: Final = 10.0
"""A caller who was told goodbye, and hung up on, is gone by then."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The caller is on the line; ``left`` is how their call goes on from here."""

    channel: Channel
    left: Left


class CalledBack:
    """One call whose caller is to be called back."""

    def __init__(
        self,
        services: Services,
        call_id: CallId,
        line: Line,
        dnis: str,
        left: Left | None = None,
        far: Channel | None = None,
    ) -> None:
        """``left``: how another process left it, None: it waits here; ``far``: the caller's leg that one made."""
        self.call_id = call_id
        self.line = line
        self.dnis = dnis
        self.services = services
        self._left = left
        self._far = far
        self._queued = QueuedCall(services.acd(line), call_id, None, "")
        self._agent: Ringing | None = None
        self._outcome = ring_back.FAULT
        """How it ended, should nothing else be said of it."""

    def tell(self, change: AgentOffered | OfferEnded | PhoneChanged | PartyChanged | CallBackChanged) -> None:
        """The store has committed something about this call. Told from the event loop, never waits."""
        if not isinstance(change, CallBackChanged):
            self._queued.tell(change)
        elif change.is_over:
            self._queued.leave()

    async def command(self, command: Command) -> Outcome:
        """Somebody asks something of this call: while the caller is rung, its agent may end it."""
        agent = self._agent
        if agent is None or agent.leg is None or command.by != agent.offered.agent_id:
            return NO_TALK
        if not isinstance(command.wish, End):
            return NO_TALK
        await agent.leg.hang_up()
        return Done()

    @property
    def talk_now(self) -> TalkNow | None:
        """Nobody talks yet."""
        return None

    async def see_off(self, caller: Channel, language: Language) -> None:
        """Say goodbye to the caller who has taken the call back, and let them go."""
        services, brand = self.services, self.line.brand
        speech = Speech(self.call_id, caller, services.prompts, services.recorder, brand, language)
        try:
            if self._left is not None:
                await caller.stop_left_over()
            await speech.say(Prompt.CALLBACK_ACCEPTED, barge_in=False)
        except NotFound:
            log.info("call_back.gone_early")
        await caller.hang_up()
        try:
            async with asyncio.timeout(SEEN_OFF_S):
                await caller.gone.wait()
        except TimeoutError:
            log.warning("call_back.caller_stays")

    async def until_reached(self) -> Reached | None:
        """Wait for the call's place, ring an agent, then the caller; None: nothing more is to be done."""
        row = await self._row()
        ringing = None if row is None else await self._taken_up(row)
        while row is not None and (ringing or row.state in IN_QUEUE):
            ringing = ringing or await self._answered()
            if ringing is None or ringing.leg is None:
                return None
            self._agent = ringing
            if await self._is_reached(ringing.leg):
                return await self._reached(ringing.leg)
            if not await self._waits_again(ringing.leg):
                return None
            self._agent = ringing = None
            row = await self._row()
        return None

    async def close(self) -> None:
        """Whatever became of it, the call is over: a caller who was not reached gets a formal call back."""
        agent = None if self._agent is None else self._agent.leg
        lost = agent is not None and agent.was_cut
        try:
            services, now = self.services, self.services.now()
            limits = services.rules.limits
            await services.store.run(
                ring_back.finish, self.call_id, self._outcome, now, limits, self._is_open_day, lost=lost
            )
        finally:
            await self._queued.clear_up()
            if self._far is not None:
                await self._far.hang_up()

    # --- waiting for an agent -----------------------------------------------------------------------------------

    async def _answered(self) -> Ringing | None:
        """Wait until an agent has answered; None: the call is over, withdrawn, say, or its line has closed."""
        looking = asyncio.create_task(self._look(), name=f"looking-{self.call_id}")
        try:
            return await self._queued.until_answered()
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _look(self) -> None:
        """Until the call does not wait any more."""
        while await self._still_waits():  # noqa: ASYNC110 - a look at the clock, not at a flag
            await asyncio.sleep(LOOK_S)
        self._queued.leave()

    async def _still_waits(self) -> bool:
        services = self.services
        is_open = services.doors(self.line, services.now()) is Doors.OPEN
        try:
            return await services.store.run(
                ring_back.look, self.call_id, services.now(), services.rules.limits, self._is_open_day, is_open=is_open
            )
        except StoreError:
            log.exception("call_back.look_failed")
            return True

    async def _taken_up(self, row: CallRow) -> Ringing | None:
        """An agent who has answered, as another process left it; else the call waits, with its place."""
        self._queued.shown = row.call_back_number or ""
        left = self._left
        if left is None:
            return None
        self._queued.take_up(left)
        ringing = self._queued.answered
        if ringing is not None and ringing.leg is not None:
            await ringing.leg.stop_left_over()
            services = self.services
            await services.store.run(ledger.answer_offer, ringing.offered.offer_id, services.now())
        elif row.state is CallState.TALKING:
            self._outcome = ring_back.LOST
        else:
            await self._queued.take_back()
        return ringing

    async def _waits_again(self, leg: Channel) -> bool:
        """Whether the agent's phone was lost before the caller was rung: then the call waits again (R-STATE-8)."""
        row = await self._row()
        if not leg.was_cut or row is None or not row.waits_for_call_back:
            return False
        self._queued.forget_answer()
        services = self.services
        return await services.store.run(ledger.requeue, self.call_id, services.now(), services.rules.limits)

    # --- with an agent ------------------------------------------------------------------------------------------

    async def _is_reached(self, agent: Channel) -> bool:
        """Ring the caller, once."""
        row = await self._row()
        if row is None:
            return False
        ringing = RingingBack(self.services, row, agent, self._far)
        try:
            self._outcome = await ringing.outcome()
        finally:
            self._far = ringing.far
        log.info("call_back.rung", outcome=self._outcome)
        return self._outcome == OfferEnd.ANSWERED and await ringing.greet()

    async def _reached(self, agent: Channel) -> Reached | None:
        """How the call goes on as any other. A phone lost during the greeting is replaced: the caller waits."""
        services, far = self.services, self._far
        if agent.was_cut:
            await services.store.run(ledger.requeue, self.call_id, services.now(), services.rules.limits)
        standing = await services.store.run(_standing, self.call_id)
        if standing is None or far is None:
            return None
        if standing.agent is not None:
            services.recorder.note(self.call_id, "bridged", agent=standing.agent.staff_number)
        return Reached(far, Left(standing, agent, self._queued.give()))

    def _is_open_day(self, day: date) -> bool:
        return self.services.is_open_day(self.line.brand, day)

    async def _row(self) -> CallRow | None:
        return await self.services.store.run(_call, self.call_id)


def _call(tx: Tx, call_id: CallId) -> CallRow | None:
    return tx.call(call_id)


def _standing(tx: Tx, call_id: CallId) -> Standing | None:
    call = tx.call(call_id)
    return None if call is None else recovery.standing(tx, call)
