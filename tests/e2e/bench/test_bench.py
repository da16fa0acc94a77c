"""`make bench` works: every figure is measured. How fast the service is depends on the machine and is not asserted."""

from __future__ import annotations

import asyncio
import json
import math
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.settings import PROJECT
from tests.one_at_a_time import alone_among_heavy

LIMIT_S = 240


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No other heavy test beside this one."""
    with alone_among_heavy():
        yield


async def test_the_bench_measures_both_ways_without_a_failed_call(tmp_path: Path) -> None:
    """Somebody who runs the bench gets a table, a chart, and every figure of dialplan and service."""
    bench = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench", "--quick", "--save", str(tmp_path)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(bench.communicate(), LIMIT_S)
    finally:
        if bench.returncode is None:
            bench.send_signal(signal.SIGINT)
            await bench.wait()
    assert bench.returncode == 0, said.decode()
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert {load["way"] for load in figures["loads"]} == {"dialplan", "service"}
    assert all(load["journeys"] and load["pbx_cpu_ms"] > 0 and not load["errors"] for load in figures["loads"])
    assert figures["available_ms"]
    assert all(math.isfinite(value) for value in (*figures["available_ms"], *figures["reserve_ms"].values()))
    assert "last digit -> agent's INVITE" in (tmp_path / "table.md").read_text()
    assert (tmp_path / "chart.svg").read_text().startswith("<svg")
