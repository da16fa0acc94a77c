"""How long the store takes on a call's way to an agent: ``python -m tests.bench.bench_store [database address]``.

One round: a call in the menu is queued and an agent reserved for it, in one transaction, timed as the call's task sees
it; then the agent answers, the call ends, and the agent is Available again. Without an address it makes a SQLite file.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from statistics import quantiles
from typing import Final

from sqlalchemy import Connection, insert

from ivr.acd import ledger, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.events import AgentOffered, CallEnd, CallState, Change
from ivr.domain.ids import AgentId, CallId, new_call_id
from ivr.domain.queueing import AgentRow, CallRow
from ivr.domain.routes import Segments, employer, existing_case
from ivr.store import tables as t
from ivr.store.engine import SqlStore, open_store
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx

ROUNDS: Final = 500
WARM_UP: Final = 50
BATCH: Final = 25
"""Calls queued in one transaction while a bench is set up."""
NAMES: Final = Segments()
CASE: Final = existing_case(NAMES, None, "M1", "Maintenance")
ELSEWHERE: Final = employer(NAMES, None)
"""A call that nobody in the bench may take."""


@dataclass(frozen=True)
class Figures:
    """Milliseconds over all rounds."""

    name: str
    p50_ms: float
    p99_ms: float

    def __str__(self) -> str:
        return f"{self.name:<58} p50 {self.p50_ms:7.2f} ms   p99 {self.p99_ms:7.2f} ms"


def figures(name: str, seconds: Sequence[float]) -> Figures:
    """The figures of the rounds after the warm-up."""
    cuts = quantiles(seconds[WARM_UP:], n=100)
    return Figures(name, cuts[49] * 1000, cuts[98] * 1000)


class Bench:
    """One store, its agents, and a call after another."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._offered: list[AgentOffered] = []
        store.listen(self._heard)

    def _heard(self, change: Change) -> None:
        if isinstance(change, AgentOffered):
            self._offered.append(change)

    async def staff(self, agents: int) -> None:
        """``agents`` people of one team, all Available; nothing else."""
        await self._store.write(_wipe_and_staff, agents)

    async def queue_elsewhere(self, calls: int) -> None:
        """Calls that wait for a segment where nobody is."""
        for _ in range(calls // BATCH):
            await self._store.run(_wait_elsewhere, BATCH)

    async def reservations(self, rounds: int) -> list[float]:
        """Seconds from asking for the queue to knowing that it is done, the agent reserved."""
        return [await self._round() for _ in range(rounds)]

    async def _round(self) -> float:
        call_id = new_call_id(_now())
        await self._store.run(ledger.arrive, _call_row(call_id))
        self._offered.clear()
        began = time.perf_counter()
        await self._store.run(ledger.enqueue, call_id, CASE, _now(), Limits())
        took_s = time.perf_counter() - began
        (offered,) = self._offered
        await self._store.run(_finish, offered)
        return took_s


def _now() -> datetime:
    return datetime.now(UTC)


def _call_row(call_id: CallId) -> CallRow:
    return CallRow(call_id, CallState.MENU, "general", "cmg", "en", f"channel-{call_id}", _now(), dnis="03069990100")


def _finish(tx: Tx, offered: AgentOffered) -> None:
    ledger.answer_offer(tx, offered.offer_id, _now())
    ledger.end_call(tx, offered.call_id, CallEnd.ABANDONED_QUEUE, _now(), Limits())
    available = StateRequest(AgentState.AVAILABLE)
    toolbar.ask(tx, offered.agent_id, available, "bench", _now(), toolbar.IDLE_LOGOUT_S)


def _wait_elsewhere(tx: Tx, calls: int) -> None:
    for _ in range(calls):
        call_id = new_call_id(_now())
        ledger.arrive(tx, _call_row(call_id))
        ledger.enqueue(tx, call_id, ELSEWHERE, _now(), Limits())


def _wipe_and_staff(sql: Connection, agents: int) -> None:
    for table in reversed(t.metadata.sorted_tables):
        sql.execute(table.delete())
    sql.execute(insert(t.segment), [{"name": "Maintenance"}])
    sql.execute(insert(t.team), [{"name": "M1", "segment": "Maintenance"}])
    rows = list(_available(agents))
    person = {"name": "Somebody", "role": "agent", "password_hash": "", "sip_ha1": "", "team": "M1"}
    sql.execute(insert(t.agent), [{"agent_id": a.agent_id, "staff_number": a.staff_number, **person} for a in rows])
    sql.execute(insert(t.agent_live), [{f.name: getattr(a, f.name) for f in fields(AgentRow)} for a in rows])


def _available(agents: int) -> Iterator[AgentRow]:
    for number in range(agents):
        now = _now()
        yield AgentRow(
            AgentId(number), f"{70000 + number}", "M1", "Maintenance", AgentState.AVAILABLE, now, idle_since=now
        )


async def measure(url: str, rounds: int = ROUNDS) -> list[Figures]:
    """Every figure, on the migrated database at ``url``; what was in it is gone."""
    store = open_store(url)
    try:
        bench, found = Bench(store), []
        for agents in (10, 10_000):
            await bench.staff(agents)
            found.append(figures(f"queue and reserve, {agents} agents Available", await bench.reservations(rounds)))
        await bench.staff(10)
        await bench.queue_elsewhere(500)
        found.append(figures("the same, 10 agents, 500 others waiting", await bench.reservations(rounds)))
        return found
    finally:
        await store.close()


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/bench.db"
        upgrade(url)
        for line in asyncio.run(measure(url)):
            sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
