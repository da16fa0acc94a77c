"""A minute of `make soak`: whatever callers, phones and desks do, nothing is stuck, nothing lost, the sums hold."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.settings import PROJECT
from tests.one_at_a_time import alone_among_heavy

CALLS = 40
RATE = 1.0
PATIENCE_S = 150.0
"""All who stay are answered within this, on a machine with several times the work it can do."""
LIMIT_S = 420.0


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No other heavy test beside this one."""
    with alone_among_heavy():
        yield


@pytest.mark.slow
async def test_a_minute_of_anything_at_any_moment(tmp_path: Path) -> None:
    """R-MI-3, R-RONA-1, R-WAIT-5, R-WAIT-6, R-STATE-8: 0 channels, 0 bridges, nobody stuck, no call lost, no error."""
    soak = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "soak", "--calls", str(CALLS), "--rate", str(RATE)),
        *("--patience", str(PATIENCE_S), "--save", str(tmp_path)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(soak.communicate(), LIMIT_S)
    finally:
        if soak.returncode is None:
            soak.send_signal(signal.SIGINT)
            await soak.wait()
    assert soak.returncode == 0, said.decode()
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["wrong"] == []
    offered = sum(line["offered"] for line in report["lines"].values())
    assert CALLS * 0.8 <= offered <= CALLS
    assert sum(line["answered"] for line in report["lines"].values()) > 0
    assert "Nothing is wrong." in (tmp_path / "report.txt").read_text()
