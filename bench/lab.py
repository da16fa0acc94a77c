"""One Asterisk, the service, and beside it the same journey in plain dialplan; their CPU and memory from ``/proc``."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine

from bench import people
from ivr import provision
from ivr.pbx import asterisk
from tests.e2e.helpline import Helpline

GENERAL: Final = "03069990100"
PLAIN: Final = "03069990990"
_TICK_MS: Final = 1000 / os.sysconf("SC_CLK_TCK")

_EXTENSIONS: Final = """
[from-test-line](+)
exten => {number},1,Answer()
 same => n,Wait(0.4)
 same => n,Read(CHOICE,{greeting},1,,1,6)
 same => n,Read(SCIN,{question},12,,1,6)
 same => n,Queue(bench,,,,60)
 same => n,Hangup()
"""
_QUEUE: Final = """
[bench]
strategy = leastrecent
musicclass = default
timeout = 15
retry = 1
ringinuse = no
autofill = yes
joinempty = yes
"""


class Lab:
    """Started by `start`, ended by `stop`."""

    def __init__(self, folder: Path, employ: Callable[[Connection], None] = people.employ) -> None:
        """``employ`` inserts who takes part."""
        self.line = Helpline(folder, {})
        self._employ = employ

    def start(self) -> None:
        """Everything runs; returns when both journeys can be called."""
        provision.prepare_database(self.line.settings)
        engine = create_engine(self.line.settings.database_url)
        with engine.begin() as sql:
            self._employ(sql)
        engine.dispose()
        self.line.start()
        self._write_plain_journey()

    def stop(self) -> None:
        """End everything."""
        self.line.stop()

    def restart_service(self) -> None:
        """Another process of the service, as it is after its start."""
        self.line.signal_service(signal.SIGTERM)
        self.line.start_service()

    def _write_plain_journey(self) -> None:
        line, folder = self.line, self.line.settings.pbx.configuration.parent
        greeting, question = (line.prompt(name).with_suffix("") for name in ("greeting", "ask-scin"))
        with (folder / "extensions.conf").open("a", encoding="utf-8") as file:
            file.write(_EXTENSIONS.format(number=PLAIN, greeting=greeting, question=question))
        with (folder / "queues.conf").open("a", encoding="utf-8") as file:
            file.write(_QUEUE + "".join(f"member => PJSIP/{staff}\n" for staff in people.STAFF))
        asterisk.rx(line.install, line.settings.pbx, "dialplan reload")
        asterisk.rx(line.install, line.settings.pbx, "queue reload all")

    def service_cpu_ms(self) -> float:
        """CPU that the service's process has used so far."""
        return _cpu_ms(self.line.service_pid)

    def pbx_cpu_ms(self) -> float:
        """CPU that Asterisk has used so far."""
        return _cpu_ms(self.line.pbx_pid)

    def service_memory_kib(self) -> float:
        """The service's resident memory."""
        for line in Path(f"/proc/{self.line.service_pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return float(line.split()[1])
        raise LookupError("VmRSS")


def _cpu_ms(pid: int) -> float:
    """User and system time of a process, all threads. Source: proc(5), fields 14 and 15 of ``stat``."""
    values = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) * _TICK_MS
