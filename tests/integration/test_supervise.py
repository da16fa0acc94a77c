"""Real processes under the supervisor: what dies comes back, what is told to end ends, nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ivr import settings
from ivr.pbx.asterisk import Install
from ivr.settings import Settings
from ivr.supervisor import supervise
from tests.patience import patiently

LIMIT_S = patiently(10.0)
SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def until(condition: Callable[[], bool], what: str) -> None:
    """Poll, at most for the limit."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


@pytest.fixture
def prepared(tmp_path: Path) -> Settings:
    """An installation in a folder of its own."""
    return settings.prepare({"IVR_STATE_DIR": str(tmp_path)})


def supervisor_process(prepared: Settings) -> subprocess.Popen[bytes]:
    """A supervisor whose Asterisk and service are sleepers."""
    program = prepared.state_dir / "sleeper"
    program.write_text(f"#!{sys.executable}\n{SLEEPER}\n")
    program.chmod(0o755)
    code = (
        "from ivr import settings; from ivr.pbx.asterisk import Install; from ivr.supervisor import supervise;"
        "from pathlib import Path; import sys; sys.executable = sys.argv[1];"
        "supervise.supervise(settings.load(), Install(Path(sys.argv[1]), '22.10.1'))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(program)],
        env={**os.environ, "IVR_STATE_DIR": str(prepared.state_dir)},
        stderr=subprocess.DEVNULL,
    )


def children(prepared: Settings) -> dict[str, supervise.Process]:
    """Who the supervisor says it runs, all of them alive."""
    noted = supervise._noted(prepared.state_dir)
    return noted if len(noted) == 3 and all(process.is_alive() for process in noted.values()) else {}


def test_a_service_that_is_killed_comes_back_by_itself(prepared: Settings) -> None:
    """Supervision: kill -9 of the service, and another runs soon after; Asterisk is left as it is."""
    supervisor = supervisor_process(prepared)
    try:
        until(lambda: bool(children(prepared)), "both children run")
        before = children(prepared)
        os.kill(before["service"].pid, signal.SIGKILL)
        until(lambda: children(prepared).get("service", before["service"]) != before["service"], "another service")
        assert children(prepared)["asterisk"] == before["asterisk"]
    finally:
        supervise.stop(prepared.state_dir)
        supervisor.wait(LIMIT_S)
    assert not any(process.is_alive() for process in before.values())


def test_stop_ends_what_a_killed_supervisor_left_behind(prepared: Settings) -> None:
    """Supervision: children outlive a killed supervisor, so that calls go on, and stop still finds them."""
    supervisor = supervisor_process(prepared)
    until(lambda: bool(children(prepared)), "both children run")
    left = children(prepared)
    supervisor.kill()
    supervisor.wait(LIMIT_S)
    assert not supervise.is_running(prepared.state_dir)
    assert left["service"].is_alive()
    assert supervise.stop(prepared.state_dir)
    assert not any(process.is_alive() for process in left.values())
    assert not supervise.stop(prepared.state_dir)


def test_one_supervisor_a_state_folder(prepared: Settings) -> None:
    """Supervision: a second one refuses, and does not disturb the first."""
    with supervise.alone(prepared):
        assert supervise.is_running(prepared.state_dir)
        with pytest.raises(supervise.AlreadyRunning):
            supervise.supervise(prepared, Install(Path(sys.executable), "22.10.1"))
    assert not supervise.is_running(prepared.state_dir)


async def test_a_child_that_does_not_end_is_killed(tmp_path: Path) -> None:
    """Supervision: a hung process does not hold up the end."""
    child = supervise.Child("stubborn", [sys.executable, "-c", STUBBORN], tmp_path / "log")
    await child.start()
    await _says_up(tmp_path / "log")
    await child.stop(limit_s=0.1)
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


async def test_pauses_grow_while_a_child_keeps_dying(tmp_path: Path) -> None:
    """Supervision: a service that cannot start does not use the machine up; the pause has a limit."""
    child = supervise.Child("dying", [sys.executable, "-c", ""], tmp_path / "log")
    pauses: list[float] = []
    for _ in range(7):
        await child.start()
        pauses.append(await child.wait())
    assert pauses == sorted(pauses)
    assert pauses[0] == 2 * supervise.FIRST_PAUSE_S
    assert pauses[-1] == supervise.LONGEST_PAUSE_S


def test_a_process_id_that_was_given_to_another_is_not_taken_for_ours() -> None:
    """Supervision: stop never ends a process that only has the same number."""
    ours = supervise.Process.of(os.getpid())
    assert ours.is_alive()
    assert not replace(ours, started=ours.started + 1).is_alive()
    assert not supervise.Process(os.getpid(), 0).is_alive()


async def _says_up(log: Path) -> None:
    async with asyncio.timeout(LIMIT_S):
        while b"up" not in log.read_bytes():  # noqa: ASYNC110, ASYNC240 - a file tells nobody that it grew
            await asyncio.sleep(0.02)
