"""Bring everything the project needs onto this machine, without installing anything system-wide.

``python3 -m tools.bootstrap [--with dev] [--with postgresql] [--with chromium]`` from the project's folder; ``make
run`` and ``make test`` call it. It needs Python >= 3.11 and apt, runs as root or not, and costs a few milliseconds when
there is nothing to do. Two of them at once wait for each other.
"""

from __future__ import annotations

import argparse
import fcntl
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tools import pages, python_env, toolchain
from tools.console import Refusals, say

PROJECT = Path(__file__).resolve().parent.parent
STATE = PROJECT / ".state"
_EXTRAS = ("dev", "postgresql", "chromium")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; ends with exit code 1 and a plain message when something is missing."""
    parser = argparse.ArgumentParser(prog="bootstrap", description="Bring what the helpline needs.")
    parser.add_argument("--with", dest="extras", action="append", default=[], choices=_EXTRAS)
    extras = parser.parse_args(arguments).extras
    with Refusals(), _alone(STATE):
        bring_all(frozenset(extras))


def bring_all(extras: frozenset[str]) -> None:
    """Programs and packages side by side: the one waits for the network while the other unpacks; then the pages."""
    folder = STATE / "toolchain"
    with ThreadPoolExecutor() as pool:
        tasks: list[Future[object]] = [
            pool.submit(
                _bring_host_and_python,
                folder,
                PROJECT / ("requirements-dev.lock" if "dev" in extras else "requirements.lock"),
            ),
            pool.submit(toolchain.choose_asterisk, folder),
            pool.submit(toolchain.bring, folder, toolchain.LETTERS),
        ]
        if "postgresql" in extras:
            tasks.append(pool.submit(toolchain.bring, folder, toolchain.POSTGRESQL))
        if "chromium" in extras:
            tasks.append(pool.submit(toolchain.bring_chromium, folder))
    for task in tasks:
        task.result()
    pages.build(PROJECT, STATE)


def _bring_host_and_python(folder: Path, lock: Path) -> None:
    toolchain.bring(folder, toolchain.HOST)
    venv = STATE / "venv"
    if not python_env.is_filled(venv, lock):
        python_env.fill(venv, lock, python_env.bundled_pip_wheel() or toolchain.pip_wheel(folder))
    python_env.write_command(venv, PROJECT, "ivr")


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold the set-up's lock; says so when another set-up has to be waited for."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "bootstrap.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  another set-up is running; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main(sys.argv[1:])
