"""`ivr run`: prepare the installation, start its supervisor, wait until the service answers, and say how to use it.

Enters: the environment. Leaves: a detached supervisor, and what a person needs to know, on the terminal.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

from ivr import accepted, config, provision, settings
from ivr.domain.lines import Line
from ivr.errors import IvrError
from ivr.pbx import asterisk
from ivr.records import sample
from ivr.records.sample import AGENTS
from ivr.settings import PROJECT, Settings
from ivr.supervisor import supervise

HEALTH_LIMIT_S: Final = 30.0
HEALTH_TRY_S: Final = 2.0
EXAMPLE_CALL: Final = 'call 03069990100 --keys "1,120000000019" --answer 7001'
_POLL_S: Final = 0.1
_LOG_LINES: Final = 15


class NotComingUp(IvrError):
    """The service did not answer in time; the message has the end of its log."""

    error_id = "launch.failed"


def run() -> Settings:
    """Start the installation unless it runs already; returns its settings. Raises ``IvrError``."""
    state_dir = settings.runtime_file().parent
    with _one_at_a_time(state_dir):
        if supervise.is_running(state_dir):
            say(f"The helpline runs already ({state_dir}).")
            return settings.load()
        return _start(state_dir)


def prepare() -> None:
    """Put everything in place and start nothing: others start Asterisk and the service, and keep them running.

    Ports stay as they are, so that it may run beside both. Raises ``IvrError``.
    """
    _put_in_place(settings.prepare(keep_ports=True))
    say("  prepared")


def healthy(ours: Settings) -> bool:
    """True when the service answers its health check."""
    connection = http.client.HTTPConnection(ours.host, ours.http_port, timeout=HEALTH_TRY_S)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def introduce(ours: Settings) -> None:
    """Print the numbers to dial, the desk's address, the sample staff, and how to call without a phone."""
    dialplan = accepted.dialplan(ours)
    calls = "from any SIP phone on this machine, without registering" if ours.pbx.has_test_line else "over a trunk"
    say(f"\nNumbers to dial, {calls}:")
    for line in dialplan.lines.values():
        for number in line.numbers:
            say(f"  sip:{number}@{ours.sip_address}:{ours.sip_port}   {_described(line)}")
    say(f"\nDesk:         {ours.web_url}    monitor: {ours.web_url}monitor    API: {ours.web_url}api/openapi.json")
    say(f"Sample staff: {_staff()}; password: {ours.sample_password}; PIN: {sample.pin(ours.sample_password)}")
    say(f"Their phones register with the same number and password at {ours.sip_address}:{ours.sip_port} (UDP).")
    if ours.smtp is None:
        say("Mail:         waits in the database: no SMTP server is configured (IVR_SMTP_HOST; docs/mail.md).")
    for line_of_text in _moved_ports(ours):
        say(line_of_text)
    say(f"\nA call without a phone:  {_same_place()}.state/venv/bin/ivr {EXAMPLE_CALL}")
    say(f"Stop:                    {_same_place()}make stop")


def say(line: str) -> None:
    """Print for a person, at once."""
    print(line, flush=True)  # noqa: T201 - this is the terminal's side


def _start(state_dir: Path) -> Settings:
    supervise.stop(state_dir)  # what a killed supervisor may have left
    last = settings.load() if settings.runtime_file().is_file() else None
    ours = settings.prepare()
    if last is not None and last.sip_port != ours.sip_port:
        say(f"  SIP has moved from port {last.sip_port} to {ours.sip_port}: phones have to be told.")
    _put_in_place(ours)
    say("  starting …")
    _detach(ours)
    _await_health(ours)
    return ours


def _put_in_place(ours: Settings) -> None:
    """Prompts, the database, and Asterisk's files. Raises ``IvrError``."""
    install = asterisk.locate()
    say("  preparing the database …")
    provision.prepare_database(ours)
    say("  building prompts …")
    prompts = provision.build_prompts(ours)
    configuration = config.from_files(config.folder(), ours.prompts_dir)
    accepted.accept(ours, configuration)
    phones = provision.read_phones(ours)
    fallback = provision.make_fallback(configuration.dialplan, prompts, phones)
    provision.write_pbx_files(ours, install, fallback, phones, configuration.dialplan.trunks.values())


def _detach(ours: Settings) -> None:
    with supervise.open_log(ours.log_dir / "supervisor.log") as out:
        subprocess.Popen(
            [sys.executable, "-m", "ivr", "supervise"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def _await_health(ours: Settings) -> None:
    deadline = time.monotonic() + HEALTH_LIMIT_S
    while not healthy(ours):
        if time.monotonic() > deadline:
            supervise.stop(ours.state_dir)
            path = ours.log_dir / "service.log"
            said = f"The service did not answer within {HEALTH_LIMIT_S:.0f} s. The end of {path}:"
            raise NotComingUp(f"{said}\n{_tail(path)}")
        time.sleep(_POLL_S)


def _tail(path: Path) -> str:
    if not path.is_file():
        return "(no log)"
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])


def _described(line: Line) -> str:
    leader = f" to {line.leader}" if line.leader else ""
    return f"{line.name} ({line.brand.upper()}, {line.entry.value.replace('_', ' ')}{leader})"


def _same_place() -> str:
    """What another command needs before it to find this installation, when it is not in the usual place."""
    given = os.environ.get("IVR_STATE_DIR")
    return f"IVR_STATE_DIR={shlex.quote(given)} " if given else ""


def _staff() -> str:
    leaders = [number for number, _name, _team, role in AGENTS if role == "team_leader"]
    agents = [number for number, *_ in AGENTS if number not in leaders]
    return f"caseworkers {agents[0]} to {agents[-1]}, team leaders {' and '.join(leaders)}"


def _moved_ports(ours: Settings) -> Iterator[str]:
    """A line for each port that is not the usual one; the next start tries it first, so that phones find it again."""
    if ours.sip_port != settings.DEFAULT_SIP_PORT and "IVR_SIP_PORT" not in os.environ:
        yield f"SIP is at port {ours.sip_port}, not the usual {settings.DEFAULT_SIP_PORT}, and stays there if it can."
    if ours.http_port != settings.DEFAULT_HTTP_PORT and "IVR_HTTP_PORT" not in os.environ:
        yield f"The desk is at {ours.http_port}, not the usual {settings.DEFAULT_HTTP_PORT}, and stays there if it can."


@contextmanager
def _one_at_a_time(state_dir: Path) -> Iterator[None]:
    """Two starts of one installation follow each other."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "run.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
