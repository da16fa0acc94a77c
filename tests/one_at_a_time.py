"""Tests that take a machine's whole strength, of which only one runs at a time, whatever the workers do."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone_among_heavy() -> Iterator[None]:
    """Wait until no other heavy test runs on this machine; it is not heavy to wait."""
    with (Path(tempfile.gettempdir()) / "helpline-heavy-test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
