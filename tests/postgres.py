"""A PostgreSQL server for tests: no root, no network, gone afterwards.

It runs from the packages that the set-up unpacked (``make test`` brings them), or from an installed server's programs;
it listens on a socket in its own folder under the system's temporary one, and durability is off.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent
START_LIMIT_S: Final = 30.0
STOP_LIMIT_S: Final = 20.0
UNPRIVILEGED: Final = "nobody"
"""Whom the server runs as when the tests run as root, which PostgreSQL refuses."""
SETTINGS: Final = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "timezone=GMT",
    "log_timezone=GMT",
    "shared_buffers=32MB",
    "max_connections=60",
)


class PostgresServer:
    """One running server, with as many databases as tests want."""

    def __init__(self, programs: Path) -> None:
        """``programs``: the folder that holds ``initdb`` and ``postgres``."""
        self._home = Path(tempfile.mkdtemp(prefix="ivr-postgres-"))
        self._programs = _readable(programs, self._home)
        self._environment = {**os.environ, **_libraries(self._programs), "LC_ALL": "C", "TZ": "GMT"}
        self._databases = 0
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the server's files and run it; returns once it answers. Raises RuntimeError with its log if not."""
        if os.geteuid() == 0:
            shutil.chown(self._home, UNPRIVILEGED)
        self._home.chmod(0o755)
        data = str(self._home / "data")
        self._run("initdb", "-D", data, "-U", "ivr", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        with (self._home / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", data, "-k", self._home, *settings],
                env=self._environment,
                stdout=log,
                stderr=log,
                cwd=self._home,
                user=_user(),
            )
        self._until_it_answers(self._server)

    def new_database(self, like: str | None = None) -> str:
        """The address of a new database: ``postgresql://…``; empty, or a copy of ``like``, which nobody is using."""
        self._databases += 1
        name = f"test{self._databases}"
        template = "" if like is None else f" TEMPLATE {like.partition('@/')[2].partition('?')[0]}"
        self._sql(f"CREATE DATABASE {name}{template}")
        return f"postgresql://ivr@/{name}?host={self._home}"

    def stop(self) -> None:
        """End the server and remove its files."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(STOP_LIMIT_S)
        shutil.rmtree(self._home, ignore_errors=True)

    def _sql(self, statement: str) -> str:
        return self._run("psql", "-h", str(self._home), "-U", "ivr", "-d", "postgres", "-XAtc", statement)

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [self._programs / program, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=self._home,
            user=_user(),
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def _until_it_answers(self, server: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + START_LIMIT_S
        while time.monotonic() < limit and server.poll() is None:
            try:
                self._sql("SELECT 1")
            except RuntimeError:
                time.sleep(0.05)  # polled: a server that starts tells nobody
            else:
                return
        raise RuntimeError(f"the server did not start: {(self._home / 'log').read_text()}")


def find_programs() -> Path | None:
    """Where ``initdb`` and ``postgres`` are: unpacked in the project, or installed; None when neither."""
    roots = [PROJECT / ".state" / "toolchain" / "postgresql", Path("/")]
    found = [path.parent for root in roots for path in sorted(root.glob("usr/lib/postgresql/*/bin/initdb"))]
    return found[0] if found else None


def _user() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _package_root(programs: Path) -> Path | None:
    """The folder that the packages were unpacked into; None for an installed server."""
    root = programs.parents[4]
    return None if root == Path("/") else root


def _libraries(programs: Path) -> Mapping[str, str]:
    root = _package_root(programs)
    found = [] if root is None else sorted(root.glob("usr/lib/*-linux-gnu*"))
    return {"LD_LIBRARY_PATH": str(found[0])} if found else {}


def _readable(programs: Path, home: Path) -> Path:
    """The same programs where the server's user can read them: a copy when the checkout is closed to others."""
    root = _package_root(programs)
    if root is None or os.geteuid() != 0 or _others_may_enter(programs):
        return programs
    shutil.copytree(root, home / "programs", symlinks=True)
    return home / "programs" / programs.relative_to(root)


def _others_may_enter(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))
