"""Steps that nobody waits for: written in order, in batches, and not lost while the database is away."""

from __future__ import annotations

import asyncio
from datetime import datetime

from structlog.testing import capture_logs

from ivr.domain.ids import CallId
from ivr.errors import StoreError
from ivr.mi.recorder import BATCH_S, KEPT, Recorder
from ivr.store.ports import Tx
from tests.unit.acd.world import NINE
from tests.unit.small_helpline import LookingStore
from tests.unit.virtual_time import now, run_virtual

ONE, OTHER = CallId("one"), CallId("other")


def _nine() -> datetime:
    return NINE


def _written(store: LookingStore) -> list[tuple[str, str]]:
    return [(fact.call_id, fact.step) for fact in store.rows.journey]


def test_what_is_noted_is_written_in_order_within_a_tenth_of_a_second() -> None:
    """R-MI-2: a call's journey, step by step."""

    async def story() -> None:
        store = LookingStore()
        recorder = Recorder(store, _nine)
        running = asyncio.create_task(recorder.run())
        await asyncio.sleep(1)
        recorder.note(ONE, "played", prompts="greeting")
        recorder.note(OTHER, "played")
        recorder.note(ONE, "no_choice")
        assert _written(store) == []
        began = now()
        await asyncio.sleep(BATCH_S + 0.01)
        assert now() - began < 0.12
        assert _written(store) == [("one", "played"), ("other", "played"), ("one", "no_choice")]
        assert store.rows.journey[0].data == (("prompts", "greeting"),)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run_virtual(story())


def test_a_calls_own_transaction_takes_its_steps_with_it() -> None:
    """R-MI-2: nothing of a call is written after what it did next; other calls' steps stay where they are."""

    async def story() -> None:
        store = LookingStore()
        recorder = Recorder(store, _nine)
        recorder.note(ONE, "played")
        recorder.note(OTHER, "played")
        taken = recorder.take(ONE)
        assert len(taken) == 1
        assert recorder.take(ONE) == []
        await recorder.flush()
        assert _written(store) == [("other", "played")]

    run_virtual(story())


def test_steps_wait_while_the_database_does_not_answer() -> None:
    """Nothing is lost, nothing is written twice, and what comes meanwhile comes behind."""

    async def story() -> None:
        store = LookingStore()
        recorder = Recorder(store, _nine)
        recorder.note(ONE, "first")
        store.fails = lambda: StoreError("away")
        await recorder.flush()
        recorder.note(ONE, "second")
        store.fails = lambda: None
        await recorder.flush()
        await recorder.flush()
        assert _written(store) == [("one", "first"), ("one", "second")]

    with capture_logs() as logs:
        run_virtual(story())
    assert [entry["event"] for entry in logs if entry["log_level"] != "debug"] == ["journey.write_failed"]


def test_what_is_kept_has_a_limit_and_the_oldest_goes_first() -> None:
    """A database that is away for hours must not take the process with it."""

    async def story() -> None:
        store = LookingStore()
        recorder = Recorder(store, _nine)
        order: list[int] = []

        def step(number: int) -> None:
            def write(_tx: Tx) -> None:
                order.append(number)

            recorder.write(ONE, write)

        for number in range(KEPT + 3):
            step(number)
        store.fails = lambda: StoreError("away")
        await recorder.flush()
        store.fails = lambda: None
        await recorder.flush()
        assert order == list(range(3, KEPT + 3))

    with capture_logs():
        run_virtual(story())
