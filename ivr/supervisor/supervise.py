"""Keeps Asterisk and the service running: starts both, starts either again when it dies, ends both when told to.

Enters: the settings of a prepared installation. Leaves: two child processes, ``<state>/log/*.log``, and
``<state>/supervisor.json``, which names them. One supervisor runs in a state folder at a time: it holds the lock
``<state>/supervisor.lock``, which the kernel lets go whatever way it ends.

A child that dies comes back after a pause that doubles with each failure and starts small again once it stayed up; a
service that hangs is killed first (``ivr.supervisor.pulse``). Calls in Asterisk outlive the service's restart; the
reverse is not possible.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Final

import structlog

from ivr import log
from ivr.errors import IvrError
from ivr.pbx import asterisk
from ivr.settings import PROJECT, Settings
from ivr.supervisor.pulse import Pulse, answers

FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0
STEADY_S: Final = 30.0
STOP_LIMIT_S: Final = 10.0
LARGEST_LOG_BYTES: Final = 10_000_000
_POLL_S: Final = 0.05

_log = structlog.get_logger()


class AlreadyRunning(IvrError):
    """Another supervisor has this state folder."""

    error_id = "supervisor.running"


@dataclass(slots=True)
class Child:
    """A process that is kept running. ``command`` is started in the project's folder, its output goes to ``log``."""

    name: str
    command: Sequence[str]
    log: Path
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    pause_s: float = FIRST_PAUSE_S
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Start it in a session of its own, so that a terminal's Ctrl-C does not reach it."""
        self.ended.clear()
        with open_log(self.log) as out:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.starts += 1
        _log.info("child.started", child=self.name, pid=self.process.pid, starts=self.starts)

    async def wait(self) -> float:
        """Wait until it ends; returns how many seconds the next start should wait."""
        began = time.monotonic()
        code = await self._running().wait()
        lasted_s = time.monotonic() - began
        self.pause_s = FIRST_PAUSE_S if lasted_s >= STEADY_S else min(self.pause_s * 2, LONGEST_PAUSE_S)
        _log.warning("child.ended", child=self.name, code=code, lasted_s=round(lasted_s, 1), pause_s=self.pause_s)
        return self.pause_s

    async def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """Ask it to end; kill it when it has not within the limit."""
        if self.process is None or self.process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), limit_s)
        except TimeoutError:
            _log.warning("child.killed", child=self.name)
            self.process.kill()
            await self.process.wait()

    async def kill(self) -> None:
        """End one that hangs; it is started again like one that died."""
        _log.error("child.hung", child=self.name)
        with suppress(ProcessLookupError):
            self._running().kill()

    def _running(self) -> asyncio.subprocess.Process:
        if self.process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self.process


def supervise(settings: Settings, install: asterisk.Install) -> None:
    """Run until SIGTERM or SIGINT. Raises ``AlreadyRunning``."""
    with alone(settings):
        log.set_up()
        put_aside(settings.pbx.folder / "log" / "full")
        children = (
            Child(
                "asterisk",
                install.command("-f", "-C", str(settings.pbx.configuration)),
                settings.log_dir / "asterisk-console.log",
            ),
            Child("service", [sys.executable, "-m", "ivr", "serve"], settings.log_dir / "service.log"),
        )
        asyncio.run(_keep_running(settings, children, Pulse(partial(answers, settings.host, settings.http_port))))


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the state folder's lock. Raises ``AlreadyRunning`` when another process has it."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with (settings.state_dir / "supervisor.lock").open("w", encoding="utf-8") as lock:
        if not _take(lock):
            raise AlreadyRunning(f"a supervisor already runs in {settings.state_dir}")
        yield


def is_running(state_dir: Path) -> bool:
    """True while a supervisor holds the state folder."""
    path = state_dir / "supervisor.lock"
    if not path.is_file():
        return False
    with path.open("r+", encoding="utf-8") as lock:
        return not _take(lock)


def stop(state_dir: Path, limit_s: float = 3 * STOP_LIMIT_S) -> bool:
    """End the supervisor and what it left behind; returns whether there was anything to end.

    A supervisor that was killed leaves its children running: they are ended by the ids it wrote down.
    """
    noted = _noted(state_dir)
    supervisor = noted.pop("supervisor", None)
    found = is_running(state_dir)
    if found and supervisor is not None:
        _signal(supervisor, signal.SIGTERM)
        _await_end([supervisor], limit_s)
    orphans = [process for process in noted.values() if process.is_alive()]
    for process in orphans:
        _signal(process, signal.SIGTERM)
    _await_end(orphans, STOP_LIMIT_S)
    (state_dir / "supervisor.json").unlink(missing_ok=True)
    return found or bool(orphans)


def open_log(path: Path) -> IO[bytes]:
    """A log file to append to; one that grew too large is put aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put_aside(path)
    return path.open("ab")


def put_aside(path: Path) -> None:
    """Rename a log that grew too large, in place of the one that was put aside before."""
    if path.is_file() and path.stat().st_size > LARGEST_LOG_BYTES:
        path.replace(path.with_name(path.name + ".1"))


async def _keep_running(settings: Settings, children: Sequence[Child], pulse: Pulse) -> None:
    told_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, told_to_end.set)
    keepers = [asyncio.create_task(_keep(settings, child, children), name=child.name) for child in children]
    keepers.append(asyncio.create_task(pulse.watch(children[-1].kill), name="pulse"))
    await told_to_end.wait()
    for keeper in keepers:
        keeper.cancel()
    await asyncio.gather(*keepers, return_exceptions=True)
    for child in reversed(children):
        await child.stop()
    _log.info("supervisor.ended")


async def _keep(settings: Settings, child: Child, children: Sequence[Child]) -> None:
    """Start one child again and again, until cancelled."""
    while True:
        await child.start()
        _note(settings, children)
        await asyncio.sleep(await child.wait())


@dataclass(frozen=True, slots=True)
class Process:
    """A process by its id and the tick it started at, so that another that got the same id is not taken for it."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Process:
        """The process that has this id now."""
        return cls(pid, _start_tick(pid) or 0)

    def is_alive(self) -> bool:
        """True while it runs; a zombie does not."""
        return self.started != 0 and _start_tick(self.pid) == self.started


def _note(settings: Settings, children: Sequence[Child]) -> None:
    """Write down who runs, for `stop`."""
    running = {child.name: child.process.pid for child in children if child.process is not None}
    known = {"supervisor": os.getpid(), **running}
    notes = {name: {"pid": pid, "started": Process.of(pid).started} for name, pid in known.items()}
    fresh = settings.supervisor_file.with_suffix(".new")
    fresh.write_text(json.dumps(notes, indent=2), encoding="utf-8")
    fresh.replace(settings.supervisor_file)


def _noted(state_dir: Path) -> dict[str, Process]:
    path = state_dir / "supervisor.json"
    if not path.is_file():
        return {}
    notes = json.loads(path.read_text(encoding="utf-8"))
    return {name: Process(int(note["pid"]), int(note["started"])) for name, note in notes.items()}


def _start_tick(pid: int) -> int | None:
    """When the process started, in clock ticks since boot; ``None`` when it is gone. Source: proc(5), field 22."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


def _signal(process: Process, number: signal.Signals) -> None:
    if process.is_alive():
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def _await_end(processes: Sequence[Process], limit_s: float) -> None:
    """Wait for them to end; kill those that have not within the limit."""
    deadline = time.monotonic() + limit_s
    while any(process.is_alive() for process in processes) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    for process in processes:
        _signal(process, signal.SIGKILL)


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
