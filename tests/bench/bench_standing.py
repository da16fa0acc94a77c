"""How long it takes to learn how a waiting call stands: ``python -m tests.bench.bench_standing [database address]``.

With a year behind it: a million calls that have ended, each with its scopes, offer and state changes, ten answers a
minute up to now, and 200 calls that wait. Without an address it makes a SQLite file.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, text

from ivr.acd import ledger, toolbar
from ivr.domain.ids import CallId, new_call_id, new_offer_id
from ivr.domain.routes import general
from ivr.store import tables as t
from ivr.store.engine import SqlStore, open_store
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from ivr.store.standing import place
from tests.bench.bench_store import BATCH, figures
from tests.integration.store.staffed import wipe_and_staff
from tests.unit.acd.world import GENERALIST, LIMITS, NAMES, call_row

PAST: Final = 1_000_000
PART: Final = 5_000
RECENT: Final = 600
"""Answers of the last hour."""
WAITING: Final = 200
ROUNDS: Final = 600
_NUMBERS: Final = "WITH RECURSIVE n(i) AS (SELECT CAST(:low AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < :high) "
_YEAR: Final = (
    """INSERT INTO call (call_id, state, line, brand, language, channel_id, arrived_at, dnis, cli, node, kind,
    overflowed, answered_at, ended_at, "end", pop, config_hash)
    {numbers} SELECT 'c0' || (10000000 + i), 'ended', 'general', 'cmg', 'en', 'x', {long_ago}, '', '', 'n', 'general',
    {false}, {long_ago}, {long_ago}, 'answered', 'blank', '' FROM n""",
    """INSERT INTO call_scope (call_id, position, kind, key, name, added, reach)
    {numbers} SELECT 'c0' || (10000000 + i), 0, 'segment', 'segment:GICH', 'GICH', {false}, 'open' FROM n""",
    """INSERT INTO offer (offer_id, call_id, agent_id, scope, position, own, state, made_at, ended_at)
    {numbers} SELECT 'o0' || (10000000 + i), 'c0' || (10000000 + i), 4, 'segment:GICH', 0, {false}, 'answered',
    {long_ago}, {long_ago} FROM n""",
    """INSERT INTO agent_event (agent_id, at, before, after, cause)
    {numbers} SELECT 4, {long_ago}, 'on_call', 'after_call_work', 'x' FROM n""",
)


def _year(sql: Connection, low: int) -> None:
    on_postgres = sql.dialect.name == "postgresql"
    words = {
        "numbers": _NUMBERS,
        "false": "false" if on_postgres else "0",
        "long_ago": "timestamptz '2026-01-05 09:00+00'" if on_postgres else "1767603600000000",
    }
    for statement in _YEAR:
        sql.execute(text(statement.format(**words)), {"low": low, "high": low + PART - 1})


def _last_hour(sql: Connection, now: datetime) -> None:
    calls, scopes, offers = [], [], []
    for number in range(RECENT):
        at = now - timedelta(seconds=6 * number + 6)
        row = {"call_id": new_call_id(at), "state": "ended", "line": "general", "brand": "cmg", "language": "en"}
        ends = {"answered_at": at, "ended_at": at + timedelta(seconds=5), "end": "answered", "kind": "general"}
        rest = {"channel_id": "x", "dnis": "", "cli": "", "node": "", "overflowed": False, "pop": "", "config_hash": ""}
        calls.append(row | ends | rest | {"arrived_at": at})
        scope = {"call_id": row["call_id"], "position": 0, "kind": "segment", "key": "segment:GICH", "name": "GICH"}
        scopes.append(scope | {"added": False, "reach": "open"})
        offer = {"offer_id": new_offer_id(at), "call_id": row["call_id"], "agent_id": 4, "scope": "segment:GICH"}
        offers.append(offer | {"position": 0, "own": False, "state": "answered", "made_at": at, "ended_at": at})
    for table, rows in ((t.call, calls), (t.call_scope, scopes), (t.offer, offers)):
        sql.execute(insert(table), rows)


def _waiting(tx: Tx, now: datetime, first: int) -> list[CallId]:
    calls = []
    for number in range(first, first + BATCH):
        at = now - timedelta(seconds=WAITING - number)
        calls.append(new_call_id(at))
        ledger.arrive(tx, call_row(calls[-1], at))
        ledger.enqueue(tx, calls[-1], general(NAMES), at, LIMITS)
    return calls


async def _filled(url: str, now: datetime) -> tuple[SqlStore, list[CallId]]:
    store = open_store(url)
    await store.write(wipe_and_staff)
    for low in range(0, PAST, PART):
        await store.write(_year, low)
    await store.write(_last_hour, now)
    await store.run(toolbar.log_in, GENERALIST, "PJSIP/x", now)
    return store, [call for first in range(0, WAITING, BATCH) for call in await store.run(_waiting, now, first)]


async def _bench(url: str) -> None:
    now = datetime.now(UTC)
    store, calls = await _filled(url, now)
    for name, at in (("by answers", now), ("by handling time", now + timedelta(hours=1))):
        taken = []
        for number in range(ROUNDS):
            begun = time.perf_counter()
            seen = await store.read(place, calls[number % WAITING], at)
            taken.append(time.perf_counter() - begun)
        print(figures(f"{name}, e.g. number {seen.position}, {seen.expected_s} s", taken))  # noqa: T201 - its purpose
    await store.close()


def main() -> None:
    """Measure on the address given, or on a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'bench.db'}"
        upgrade(url)
        asyncio.run(_bench(url))


if __name__ == "__main__":
    main()
