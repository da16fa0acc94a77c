"""Whether a process may claim calls: only while its database has just answered."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from ivr.domain.agents import AgentState
from ivr.domain.events import CallState
from ivr.errors import StoreError, StoreUnavailable
from ivr.health import BEAT_S, STALE_S, Heartbeat
from tests.unit.acd.world import GENERALIST
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import now, run_virtual


def test_no_call_is_claimed_before_the_first_beat_nor_while_the_database_is_silent() -> None:
    """The PBX's own plan takes callers within seconds of the database's end; back, the service does, within one."""

    async def story() -> None:
        line = SmallHelpline()
        heart = Heartbeat(line.services)
        assert not heart.fresh()
        await heart.beat()
        assert heart.fresh()
        running = asyncio.create_task(heart.run())
        await asyncio.sleep(10)
        assert heart.fresh()
        line.store.fails = lambda: StoreUnavailable("away")
        began = now()
        await line.until(lambda: not heart.fresh(), 10)
        assert now() - began <= STALE_S + 0.02
        await asyncio.sleep(10)
        assert not heart.fresh()
        line.store.fails = lambda: None
        began = now()
        await line.until(heart.fresh, 10)
        assert now() - began <= BEAT_S + 0.02
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await line.over()

    with capture_logs() as logs:
        run_virtual(story())
    assert {entry["event"] for entry in logs} == {"database.silent"}


def test_a_refusing_database_counts_as_silent() -> None:
    """A full disk answers, but nothing can be written."""

    async def story() -> None:
        line = SmallHelpline()
        heart = Heartbeat(line.services)
        line.store.fails = lambda: StoreError("disk full")
        await heart.beat()
        assert not heart.fresh()
        await line.over()

    with capture_logs():
        run_virtual(story())


def test_the_sweep_offers_what_matching_missed_and_counts_it() -> None:
    """R-RONA-4: a call and an agent that somehow were not brought together wait a second at most; it is a defect."""

    async def story() -> None:
        line = SmallHelpline()
        heart = Heartbeat(line.services)
        line.caller_arrives()
        await line.until_call(CallState.WAITING)
        line.agent(GENERALIST, available=False)
        # Behind the ledger's back: Available without the match that belongs to it.
        line.store.transact(
            lambda tx: tx.move_agent(
                GENERALIST, AgentState.NOT_READY, state=AgentState.AVAILABLE, idle_since=line.wall()
            )
        )
        assert line.call().state is CallState.WAITING
        await heart.beat()
        assert line.call().state is CallState.RINGING
        assert heart.defects == 1
        await heart.beat()
        assert heart.defects == 1
        await line.over()

    with capture_logs():
        run_virtual(story())
