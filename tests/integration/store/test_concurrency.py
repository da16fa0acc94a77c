"""Many tasks at one store at once, some of which stop waiting: nothing is lost, nobody is reserved twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from ivr.acd import ledger, toolbar
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.events import AgentOffered, CallChanged, CallEnd, CallState, Change, OfferEnded, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId, new_call_id
from ivr.store.engine import SqlStore, open_store
from ivr.store.memory_rows import Rows
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from tests.integration.store.staffed import rows_of, wipe_and_staff
from tests.unit.acd import naive
from tests.unit.acd.happenings import ROUTES
from tests.unit.acd.world import IDLE_LOGOUT_S, LIMITS, NINE, STAFF, call_row

CALLERS = 60
CROWD = 12
"""Callers in all, and how many come at once."""
REASONS = (OfferState.NO_ANSWER, OfferState.BUSY, OfferState.UNREACHABLE)


class Crowd:
    """Callers, agents and phones that all act at once, on one store or on several with one database."""

    def __init__(self, stores: list[SqlStore], seed: int) -> None:
        self._stores = stores
        self._dice = random.Random(seed)
        self._now = NINE
        self._ringing: list[AgentOffered] = []
        self.told: list[Change] = []
        for store in stores:
            store.listen(self._heard)

    async def act(self) -> None:
        """Everybody at once, until every caller has come and most are gone."""
        await asyncio.gather(*(self._agent(AgentId(agent_id)) for agent_id, _team, _segment in STAFF))
        await asyncio.gather(*(self._callers() for _ in range(CROWD)))

    def _heard(self, change: Change) -> None:
        self.told.append(change)
        if isinstance(change, AgentOffered):
            self._ringing.append(change)

    def _later(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    async def _callers(self) -> None:
        for _ in range(CALLERS // CROWD):
            call_id = new_call_id(NINE)
            await self._impatiently(partial(self._come_in, call_id=call_id))
            for offered in self._dice.sample(self._ringing, min(3, len(self._ringing))):
                await self._impatiently(partial(self._phone, offer_id=offered.offer_id))
            await self._agent(AgentId(self._dice.choice(STAFF)[0]))
            await self._impatiently(partial(self._hang_up, call_id=call_id))

    async def _agent(self, agent_id: AgentId) -> None:
        await self._impatiently(partial(self._log_in, agent_id=agent_id))

    async def _impatiently(self, step: Callable[[Tx], object]) -> None:
        """Run a step; every third waiter is cancelled somewhere on the way."""
        task = asyncio.create_task(self._dice.choice(self._stores).run(step))
        if self._dice.random() < 0.33:
            for _ in range(self._dice.randrange(1, 5)):
                await asyncio.sleep(0)
            task.cancel()
        (result,) = await asyncio.gather(task, return_exceptions=True)
        assert not isinstance(result, Exception), result

    # --- the steps, in the store's own thread -------------------------------------------------------------------------

    def _come_in(self, tx: Tx, *, call_id: CallId) -> None:
        ledger.arrive(tx, call_row(call_id, self._later()))
        assert ledger.enqueue(tx, call_id, self._dice.choice(ROUTES), self._now, LIMITS)

    def _phone(self, tx: Tx, *, offer_id: OfferId) -> None:
        """Somebody's phone is answered, or is not; perhaps one whose ringing is long over."""
        if self._dice.random() < 0.5:
            ledger.answer_offer(tx, offer_id, self._later())
        else:
            ledger.end_offer(tx, offer_id, self._dice.choice(REASONS), self._later(), LIMITS)

    def _log_in(self, tx: Tx, *, agent_id: AgentId) -> None:
        toolbar.log_in(tx, agent_id, "PJSIP/x", self._later())
        toolbar.ask(tx, agent_id, StateRequest(AgentState.AVAILABLE), "agent", self._now, IDLE_LOGOUT_S)

    def _hang_up(self, tx: Tx, *, call_id: CallId) -> None:
        ledger.end_call(tx, call_id, CallEnd.ABANDONED_MENU, self._later(), LIMITS)


def _check(rows: Rows, told: list[Change]) -> None:
    naive.nobody_is_left_waiting_for_nothing(rows)
    naive.offers_and_states_agree(rows)
    naive.talks_and_states_agree(rows)
    assert len(rows.calls) > CALLERS // 2
    offered = [change.offer_id for change in told if isinstance(change, AgentOffered)]
    assert sorted(offered) == sorted(rows.offers), "an offer was made and not told, or told and not made"
    ended = Counter(change.offer_id for change in told if isinstance(change, OfferEnded))
    assert ended == Counter(o.offer_id for o in rows.offers.values() if o.state is not OfferState.RINGING)
    ends = Counter(change.call_id for change in told if isinstance(change, CallChanged) and change.end is not None)
    assert ends == Counter(c.call_id for c in rows.calls.values() if c.state is CallState.ENDED)


async def _crowded(url: str, stores: int, seed: int) -> None:
    upgraded = [open_store(url) for _ in range(stores)]
    try:
        await upgraded[0].write(wipe_and_staff)
        crowd = Crowd(upgraded, seed)
        await crowd.act()
        for store in upgraded:
            await store.run(lambda _tx: None)
        _check(await upgraded[0].look_up(rows_of), crowd.told)
        assert await upgraded[0].run(ledger.sweep, NINE) == 0
    finally:
        for store in upgraded:
            await store.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_crowd_on_sqlite(tmp_path: Path, seed: int) -> None:
    """R-RONA-1: whatever the load; what a cancelled waiter reserved is told and not lost."""
    url = f"sqlite:///{tmp_path / 'helpline.db'}"
    upgrade(url)
    asyncio.run(_crowded(url, 1, seed))


@pytest.mark.postgres
@pytest.mark.parametrize(("stores", "seed"), [(1, 1), (2, 2)])
def test_a_crowd_on_postgresql(postgres_url: str, stores: int, seed: int) -> None:
    """R-RONA-1: also with two processes on one database, held apart by the matching lock."""
    upgrade(postgres_url)
    asyncio.run(_crowded(postgres_url, stores, seed))
