"""What the set-up says to a person: one line for each step, and how a missing prerequisite is reported."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


class SetupError(Exception):
    """Set-up cannot go on; the message says what is missing and the command that brings it."""


def say(line: str) -> None:
    """Print one progress line at once, also when output is a pipe."""
    print(line, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announce a long step, and afterwards how many seconds it took."""
    say(f"  {what} …")
    began = time.monotonic()
    yield
    say(f"  {what}: {time.monotonic() - began:.1f} s")


class Refusals:
    """``with Refusals():`` turns a :class:`SetupError` into a plain message and exit code 1, without a traceback."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if isinstance(error, SetupError):
            print(f"\nSet-up cannot go on: {error}", file=sys.stderr, flush=True)
            raise SystemExit(1) from None
