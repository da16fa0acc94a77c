"""The service away and back, or beside another process of its own name; the story's own people go on meanwhile."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivr.settings import PROJECT
from tests.e2e.helpline import Helpline


@asynccontextmanager
async def service_away(line: Helpline) -> AsyncIterator[None]:
    """The service is killed; at the end it is started again, in a thread, so that phones go on."""
    line.signal_service(signal.SIGKILL)
    try:
        yield
    finally:
        await asyncio.to_thread(line.start_service)


def start_beside(line: Helpline) -> subprocess.Popen[bytes]:
    """Start another process of the same name, which is the helpline's from here on; returns the first."""
    first = line._service
    assert first is not None
    with (line.folder / "service.log").open("ab") as log:
        line._service = subprocess.Popen(
            [sys.executable, "-m", "ivr", "serve"],
            env=line._environment,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return first
