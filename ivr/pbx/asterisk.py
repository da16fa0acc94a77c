"""One Asterisk as a process: found, started, asked, stopped. For the supervisor, for tests, and by hand.

By hand, from the project's folder after ``python3 -m tools.bootstrap``::

    .state/venv/bin/python -m ivr.pbx.asterisk start /tmp/pbx        # renders, starts, prints ports and passwords
    .state/venv/bin/python -m ivr.pbx.asterisk rx /tmp/pbx 'core show channels'
    .state/venv/bin/python -m ivr.pbx.asterisk stop /tmp/pbx

Which Asterisk it is was decided by the set-up (``tools/toolchain.py``) and stands in ``toolchain/asterisk.json``. An
unpacked one is run by its own loader with its own libraries; programs that it starts get the host's.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Final

from ivr.errors import PbxUnavailable, PrerequisiteError
from ivr.pbx.conf import Parts, PbxInstance, PhoneAccount, Renderer, new_secret
from ivr.pbx.fallback import Fallback

_PROJECT: Final = Path(__file__).resolve().parents[2]
TOOLCHAIN: Final = _PROJECT / ".state" / "toolchain"
START_LIMIT_S: Final = 20.0
STOP_LIMIT_S: Final = 10.0
PING_LIMIT_S: Final = 1.0
REFER_MENDED: Final = (22, 11)
RX_LIMIT_S: Final = 10.0
_POLL_S: Final = 0.05
_RTP_SPAN: Final = 2000
_RTP_FROM: Final = 16384


@dataclass(frozen=True, slots=True)
class Install:
    """An Asterisk that can be run. ``root`` is the folder it was unpacked into, ``None`` for an installed one."""

    program: Path
    version: str
    root: Path | None = None

    def command(self, *arguments: str) -> list[str]:
        """The line that runs it; an unpacked one by its own loader."""
        if self.root is None:
            return [str(self.program), *arguments]
        loader = next(iter(sorted(self.libraries.glob("ld-linux*.so.*"))), None) or _one(
            self.root, "usr/lib/ld-linux*.so.*"
        )
        line = [str(loader), "--library-path", str(self.libraries), "--argv0", "asterisk", str(self.program)]
        return [*line, *arguments]

    @property
    def libraries(self) -> Path:
        """The unpacked libraries' folder."""
        return _one(self.root or Path("/"), "usr/lib/*-linux-gnu*")

    @property
    def parts(self) -> Parts | None:
        """Where an unpacked one has its modules and data."""
        if self.root is None:
            return None
        return Parts(
            modules=self.libraries / "asterisk" / "modules",
            data=self.root / "usr" / "share" / "asterisk",
            programs=self.root / "usr" / "sbin",
        )

    @property
    def music(self) -> Path:
        """Music on hold that came with it."""
        return (self.root or Path("/")) / "usr" / "share" / "asterisk" / "moh"


def locate(toolchain: Path = TOOLCHAIN) -> Install:
    """The Asterisk that the set-up chose. Raises ``PrerequisiteError`` before the set-up has run."""
    choice = toolchain / "asterisk.json"
    if not choice.is_file():
        raise PrerequisiteError("Asterisk has not been set up here. Set it up: python3 -m tools.bootstrap")
    found = json.loads(choice.read_text(encoding="utf-8"))
    root = Path(found["root"]) if found["root"] else None
    return Install(program=Path(found["program"]), version=str(found["version"]), root=root)


def renderer(install: Install, pbx: PbxInstance, *, entry_patience_s: float | None = None) -> Renderer:
    """The renderer for ``pbx`` run by ``install``; ``entry_patience_s`` as in ``ivr.pbx.conf``."""
    safe = refer_is_safe(install.version) if pbx.phone_transfers is None else pbx.phone_transfers
    made = Renderer(pbx, install.parts, install.music, phone_transfers=safe)
    return made if entry_patience_s is None else replace(made, entry_patience_s=entry_patience_s)


def refer_is_safe(version: str) -> bool:
    """Whether this Asterisk survives every REFER: before 22.11 one that declines its subscription
    (``Refer-Sub: false``) ends it, and all calls with it. Source: asterisk/asterisk issue 2021.
    """
    numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
    return tuple(numbers) >= REFER_MENDED


def on_free_ports(folder: Path, name: str = "ivr-test") -> PbxInstance:
    """An instance whose ports are free now, with fresh secrets: for tests and trials."""
    with ExitStack() as held:
        sip_port = free_port(held, socket.SOCK_DGRAM)
        http_port = free_port(held)
        ami_port = free_port(held)
    first = _RTP_FROM + (os.getpid() * 7919 + sip_port) % 16000 // 2 * 2
    return PbxInstance(
        folder=folder,
        name=f"{name}-{sip_port}",
        sip_port=sip_port,
        http_port=http_port,
        ami_port=ami_port,
        rtp_first=first,
        rtp_last=first + _RTP_SPAN,
        ari_password=new_secret(),
        ami_password=new_secret(),
        phone_transfers=True,
    )


def free_port(held: ExitStack, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A free loopback port; its socket stays open until ``held`` is closed, so that no other asker gets it too."""
    probe = held.enter_context(socket.socket(socket.AF_INET, kind))
    probe.bind(("127.0.0.1", 0))
    port: int = probe.getsockname()[1]
    return port


def start(install: Install, pbx: PbxInstance) -> subprocess.Popen[bytes]:
    """Start it in the foreground of a process of its own; the caller owns that process. Returns before it is ready."""
    console = (pbx.folder / "log" / "console.log").open("ab")
    command = install.command("-f", "-C", str(pbx.configuration))
    with console:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
        )


def wait_ready(install: Install, pbx: PbxInstance, limit_s: float = START_LIMIT_S) -> None:
    """Return once ARI answers and every module is up. Raises ``PbxUnavailable`` when the limit passes first."""
    deadline = time.monotonic() + limit_s
    while not answers(pbx):
        if time.monotonic() > deadline:
            raise PbxUnavailable(f"Asterisk did not answer within {limit_s} s; see {pbx.folder / 'log'}")
        time.sleep(_POLL_S)
    rx(install, pbx, "core waitfullybooted")


def answers(pbx: PbxInstance) -> bool:
    """True when ARI answers a ping."""
    credentials = b64encode(f"{pbx.ari_user}:{pbx.ari_password}".encode()).decode()
    connection = http.client.HTTPConnection(pbx.bind_address, pbx.http_port, timeout=PING_LIMIT_S)
    try:
        connection.request("GET", "/ari/asterisk/ping", headers={"Authorization": f"Basic {credentials}"})
        return connection.getresponse().status == HTTPStatus.OK
    except (http.client.HTTPException, OSError):
        return False
    finally:
        connection.close()


def rx(install: Install, pbx: PbxInstance, command: str) -> str:
    """What Asterisk's console says to ``command``. Raises ``PbxUnavailable`` when it does not run or hangs."""
    if not install.program.is_file():
        return rx_by_socket(pbx, command)
    line = install.command("-C", str(pbx.configuration), "-rx", command)
    try:
        done = subprocess.run(line, check=False, capture_output=True, text=True, timeout=RX_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise PbxUnavailable(f"Asterisk's console did not answer {command!r} within {RX_LIMIT_S} s") from error
    if done.returncode != 0:
        raise PbxUnavailable(f"{command!r}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def rx_by_socket(pbx: PbxInstance, command: str) -> str:
    """As `rx`, of an Asterisk in another container: its control socket is in the shared folder, its program is not.

    Source: ``ast_remotecontrol`` in asterisk.c: a line that says who answers, then what the command says, then the end.
    """
    try:
        with socket.socket(socket.AF_UNIX) as console:
            console.settimeout(RX_LIMIT_S)
            console.connect(str(pbx.run_folder / "asterisk.ctl"))
            console.sendall(b"cli quit after " + command.encode() + b"\0")
            said = b"".join(iter(lambda: console.recv(65536), b""))
    except OSError as error:
        raise PbxUnavailable(f"{command!r}: Asterisk's console does not answer: {error}") from error
    return said.decode(errors="replace").partition("\n")[2]


def stop(process: subprocess.Popen[bytes], limit_s: float = STOP_LIMIT_S) -> None:
    """End it: asked first, killed when it has not ended within the limit."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(limit_s)


@contextmanager
def running(
    install: Install,
    pbx: PbxInstance,
    phones: Iterable[PhoneAccount] = (),
    fallback: Fallback | None = None,
    *,
    entry_patience_s: float | None = None,
) -> Iterator[PbxInstance]:
    """A rendered, started and ready Asterisk that ends with the block::

    with running(locate(), on_free_ports(tmp_path)) as pbx: ...
    """
    renderer(install, pbx, entry_patience_s=entry_patience_s).everything(phones, fallback)
    process = start(install, pbx)
    try:
        wait_ready(install, pbx)
        yield pbx
    finally:
        stop(process)


def _one(root: Path, pattern: str) -> Path:
    found = next(iter(sorted(root.glob(pattern))), None)
    if found is None:
        raise PrerequisiteError(
            f"{root} holds no {pattern}. Set it up again: rm -r {root} && python3 -m tools.bootstrap"
        )
    return found


def _start_by_hand(folder: Path) -> None:
    install, pbx = locate(), on_free_ports(folder.resolve(), "ivr-hand")
    renderer(install, pbx).everything()
    process = start(install, pbx)
    wait_ready(install, pbx)
    note = {**asdict(pbx), "folder": str(pbx.folder), "ari_url": pbx.ari_url, "pid": process.pid}
    (pbx.folder / "by-hand.json").write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(note, indent=2))  # noqa: T201 - a command's answer to a person


def _by_hand(folder: Path) -> tuple[PbxInstance, int]:
    note = json.loads((folder.resolve() / "by-hand.json").read_text(encoding="utf-8"))
    names = PbxInstance.__dataclass_fields__
    values = {key: value for key, value in note.items() if key in names}
    return PbxInstance(**{**values, "folder": Path(note["folder"])}), int(note["pid"])


def main(arguments: list[str]) -> None:
    """``start FOLDER``, ``rx FOLDER COMMAND`` or ``stop FOLDER``."""
    verb, folder = arguments[0], Path(arguments[1])
    if verb == "start":
        _start_by_hand(folder)
        return
    pbx, pid = _by_hand(folder)
    if verb == "rx":
        print(rx(locate(), pbx, arguments[2]))  # noqa: T201 - a command's answer to a person
    elif verb == "stop":
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
