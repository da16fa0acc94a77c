"""One whole helpline for stories: a real Asterisk, the service's own process, a database of its own.

Nothing in here knows how the service works inside: it starts processes, places calls, asks the API and reads rows.
"""

from __future__ import annotations

import asyncio
import fcntl
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

from ivr import config, provision, settings
from ivr.domain.ids import Language
from ivr.pbx import asterisk
from ivr.settings import PROJECT, Settings
from ivr.voice.prompts import Prompts
from tests.e2e.rows import open_rows
from tests.patience import patiently
from tests.personal_data import OF_THIS_RUN, Datum, of_sample

UP_LIMIT_S: Final = patiently(30.0)
POLL_S: Final = 0.05
RTP_FROM: Final = 20_000
RTP_SPAN: Final = 600
_helplines = itertools.count()
PASSWORD: Final = "a sample password"
SHORT: Final = {
    "ring_timeout_s": 2,
    "no_ringing_timeout_s": 1,
    "again_after_rona_s": 3,
    "overflow_s": 4,
    "announce_first_s": 2,
    "announce_every_s": 4,
    "after_call_work_s": 3,
    "longest_wait_limit_s": 2,
    "first_digit_s": 1.5,
    "between_digits_s": 1,
}
"""Limits of the rules, shortened by configuration so that a story need not wait."""
PATIENT: Final = {**SHORT, "ring_timeout_s": 12, "no_ringing_timeout_s": 4, "first_digit_s": 4}
"""The same for many callers at once on a busy machine, none of whom is to be overtaken by a limit."""


class Helpline:
    """A helpline of one's own in ``folder``.

    ``limits``: values of queues.toml and office.toml other than shipped; ``hours``: a hours.toml of its own.
    """

    def __init__(
        self,
        folder: Path,
        limits: dict[str, float],
        database_url: str | None = None,
        hours: str | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        """``more``: what else stands in the environment."""
        self.folder = folder
        self._dialplan = folder / "dialplan"
        self._environment = {
            **os.environ,
            "IVR_STATE_DIR": str(folder / "state"),
            "IVR_DIALPLAN_DIR": str(self._dialplan),
            "IVR_SAMPLE_PASSWORD": PASSWORD,
            "IVR_PHONE_TRANSFERS": "yes",
            "IVR_LOG_LEVEL": "debug",
            **(more or {}),
        }
        if database_url is not None:
            self._environment["IVR_DATABASE_URL"] = database_url
        self._write_dialplan(limits)
        if hours is not None:
            (self._dialplan / "hours.toml").write_text(hours)
        self.settings: Settings = _prepare(self._environment)
        self.install = asterisk.locate()
        self._pbx: subprocess.Popen[bytes] | None = None
        self._service: subprocess.Popen[bytes] | None = None
        self._rows = open_rows(self.settings.database_url)

    # --- starting and stopping ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Build what is missing and start everything; returns when the service can take calls."""
        self.prompts = _built_prompts(self.settings)
        provision.prepare_database(self.settings)
        phones = provision.read_phones(self.settings)
        dialplan = config.load(self._dialplan)
        fallback = provision.make_fallback(dialplan, self.prompts, phones)
        provision.write_pbx_files(self.settings, self.install, fallback, phones, dialplan.trunks.values())
        self._pbx = asterisk.start(self.install, self.settings.pbx)
        asterisk.wait_ready(self.install, self.settings.pbx)
        self.start_service()

    def start_service(self) -> None:
        """Start the service's process and wait until it can take calls."""
        log = (self.folder / "service.log").open("ab")
        with log:
            self._service = subprocess.Popen(
                [sys.executable, "-m", "ivr", "serve"],
                env=self._environment,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._until(self._is_able, "the service can take calls")

    def signal_service(self, number: signal.Signals) -> None:
        """Send the service a signal: TERM stops it, KILL kills it, STOP hangs it, CONT wakes it."""
        assert self._service is not None
        self._service.send_signal(number)
        if number in {signal.SIGTERM, signal.SIGKILL}:
            self._service.wait(UP_LIMIT_S)

    def bring_back(self) -> None:
        """The service can take calls, also where a story before this one failed while it was away or hung."""
        if self.service_runs():
            self.signal_service(signal.SIGCONT)
            self._until(self._is_able, "the service can take calls")
        else:
            self.start_service()

    def service_runs(self) -> bool:
        """Whether the service's process is there."""
        return self._service is not None and self._service.poll() is None

    def restart_pbx(self) -> None:
        """End Asterisk and start it anew; whatever it knew by heart alone is gone."""
        assert self._pbx is not None
        asterisk.stop(self._pbx)
        self._pbx = asterisk.start(self.install, self.settings.pbx)
        asterisk.wait_ready(self.install, self.settings.pbx)

    def stop(self) -> None:
        """End everything."""
        if self.service_runs():
            self.signal_service(signal.SIGCONT)
            self.signal_service(signal.SIGTERM)
        if self._pbx is not None:
            asterisk.stop(self._pbx)
        self._keep_personal_data()
        self._rows.close()

    # --- looking ------------------------------------------------------------------------------------------------

    @property
    def service_pid(self) -> int:
        """The service's process."""
        assert self._service is not None
        return self._service.pid

    @property
    def pbx_pid(self) -> int:
        """Asterisk's process."""
        assert self._pbx is not None
        return self._pbx.pid

    def rows(self, query: str, **values: object) -> list[Any]:
        """Rows of the database, read from outside the service."""
        return self._rows.ask(query, values)

    def ari(self, path: str) -> Any:
        """What Asterisk holds, asked past the service: ``channels``, ``bridges``."""
        pbx = self.settings.pbx
        token = b64encode(f"{pbx.ari_user}:{pbx.ari_password}".encode()).decode()
        return _get_json(self.settings.host, pbx.http_port, f"/ari/{path}", {"Authorization": f"Basic {token}"})

    def prompt(self, name: str, language: Language = "en") -> Path:
        """The sound file of a prompt; of one with a value in it, what is said before the value."""
        return self.prompts.files(language, name, key="4", position=1, minutes=1, digits="0")[0]

    def uri(self, number: str) -> str:
        """What a caller's phone dials."""
        return f"sip:{number}@{self.settings.host}:{self.settings.sip_port}"

    async def empty(self, limit_s: float = 5.0) -> None:
        """Asterisk holds no channel and no bridge; what it still holds after the limit is told."""
        deadline = time.monotonic() + patiently(limit_s)
        while held := [*self.ari("channels"), *self.ari("bridges")]:
            assert time.monotonic() < deadline, f"Asterisk still holds {json.dumps(held, indent=1)}"
            await asyncio.sleep(POLL_S)

    # --- inside -------------------------------------------------------------------------------------------------

    def _keep_personal_data(self) -> None:
        """What the run's logs are searched for at its end."""
        pbx = self.settings.pbx
        OF_THIS_RUN.keep(of_sample(PASSWORD))
        secrets = (pbx.ari_password, pbx.ami_password, pbx.agi_secret)
        OF_THIS_RUN.keep(Datum("text", "a secret of Asterisk's", secret) for secret in secrets)
        OF_THIS_RUN.keep_rows(self.rows)

    def _is_able(self) -> bool:
        assert self._service is not None
        assert self._service.poll() is None, (self.folder / "service.log").read_text()[-4000:]
        with suppress(OSError, http.client.HTTPException, AssertionError):
            _get_json(self.settings.host, self.settings.http_port, "/api/health", {})
            return True
        return False

    def _until(self, met: Any, what: str) -> None:
        deadline = time.monotonic() + UP_LIMIT_S
        while not met():
            assert time.monotonic() < deadline, f"{what}: not within {UP_LIMIT_S} s; see {self.folder}/service.log"
            time.sleep(POLL_S)

    def _write_dialplan(self, limits: dict[str, float]) -> None:
        shutil.copytree(PROJECT / "dialplan", self._dialplan)
        files = [self._dialplan / name for name in ("queues.toml", "office.toml")]
        for key, value in limits.items():
            counts = [_set(file, key, value) for file in files]
            assert sum(counts) == 1, f"neither queues.toml nor office.toml has {key} once"


def _set(file: Path, key: str, value: float) -> int:
    content, count = re.subn(rf"^{key} = \S+", f"{key} = {value}", file.read_text(), flags=re.MULTILINE)
    file.write_text(content)
    return count


def _built_prompts(settings: Settings) -> Prompts:
    """The prompts, built once for all helplines of all workers."""
    shared = PROJECT / ".state" / "test" / "prompts"
    shared.mkdir(parents=True, exist_ok=True)
    with (shared.parent / "prompts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        settings.prompts_dir.symlink_to(shared)
        return provision.build_prompts(settings)


def _prepare(environment: dict[str, str]) -> Settings:
    """Free ports of this worker's own, whatever runs beside it; ``environment`` gets them for the service."""
    with ExitStack() as held:
        environment["IVR_SIP_PORT"] = str(asterisk.free_port(held, socket.SOCK_DGRAM))
        environment["IVR_HTTP_PORT"] = str(asterisk.free_port(held))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = RTP_FROM + (2 * worker + next(_helplines) % 2) * RTP_SPAN
    environment["IVR_RTP_PORTS"] = f"{first}-{first + RTP_SPAN - 1}"
    return settings.prepare(environment)


def _get_json(host: str, port: int, path: str, headers: dict[str, str]) -> Any:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        body = reply.read()
        assert reply.status == http.HTTPStatus.OK, f"{path}: {reply.status} {body[:500]!r}"
        return json.loads(body)
    finally:
        connection.close()
