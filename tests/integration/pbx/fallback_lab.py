"""A real Asterisk whose fallback speaks in tones: every message is a sine of its own, to be known when heard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ivr.domain.lines import Entry, Hours, Line, Opening
from ivr.domain.phones import sip_ha1
from ivr.pbx import asterisk
from ivr.pbx.conf import PbxInstance, PhoneAccount
from ivr.pbx.fallback import EMPLOYER_QUEUE, GENERAL_QUEUE, Fallback, FallbackLine, FallbackQueue
from ivr.softphone import g711
from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.call import Call
from tests.e2e.heard import tone_share
from tests.patience import patiently

APOLOGY_HZ = 500
CLOSED_HZ = 900
NOT_IN_USE_HZ = 1100
SECRET = "a phone's secret"
GENERAL, SHUT, HOLIDAY, EMPLOYERS, DIRECT = (f"03069990{end}" for end in ("100", "101", "102", "200", "301"))
NOBODYS = "03069990999"
GICH, EMPLOYER, LEADER, DEPUTY = "7008", "7010", "7101", "7102"
TRY_S = 0.5
CLEAR_S = 0.3
ALWAYS = Hours("always", "england-and-wales", (Opening((0, 1, 2, 3, 4, 5, 6), 0, 24 * 60),))
NEVER = Hours("never", "england-and-wales", ())


@dataclass(frozen=True)
class Lab:
    """A running PBX, and what it was made of."""

    install: asterisk.Install
    pbx: PbxInstance

    def uri(self, number: str) -> str:
        """What a phone dials."""
        return f"sip:{number}@127.0.0.1:{self.pbx.sip_port}"

    def phone(self, staff_number: str, *scripts: Script) -> AgentPhone:
        """A caseworker's registered phone."""
        return AgentPhone(staff_number, SECRET, ("127.0.0.1", self.pbx.sip_port), scripts=scripts or (Script.ring(),))

    def console(self, command: str) -> str:
        """What Asterisk's console says."""
        return asterisk.rx(self.install, self.pbx, command)


@contextmanager
def fallback_lab(folder: Path, *, today: date, entry_patience_s: float = TRY_S) -> Iterator[Lab]:
    """``today`` is the closed day of the line HOLIDAY."""
    install, pbx = asterisk.locate(), asterisk.on_free_ports(folder)
    phones = [PhoneAccount(name, sip_ha1(name, SECRET), "Sample") for name in (GICH, EMPLOYER, LEADER, DEPUTY)]
    fallback = _fallback(folder / "sounds", today)
    with asterisk.running(install, pbx, phones, fallback, entry_patience_s=entry_patience_s):
        yield Lab(install, pbx)


async def hears(call: Call, frequency_hz: int, limit_s: float) -> None:
    """Wait until the tone is what the call hears. Raises TimeoutError."""
    async with asyncio.timeout(patiently(limit_s)):
        while not _is_heard(call, frequency_hz):  # noqa: ASYNC110 - a recording grows without telling anybody
            await asyncio.sleep(0.05)


def ever_heard(call: Call, frequency_hz: int) -> bool:
    """Was the tone heard anywhere in the call so far?"""
    ends = call.heard.seconds
    return any(tone_share(call.heard, frequency_hz, at / 10, at / 10 + CLEAR_S) > 0.5 for at in range(int(ends * 10)))


def _is_heard(call: Call, frequency_hz: int) -> bool:
    ends = call.heard.seconds
    return ends > CLEAR_S and tone_share(call.heard, frequency_hz, ends - CLEAR_S, ends) > 0.5


def _fallback(sounds: Path, today: date) -> Fallback:
    apology, closed = (_sound(sounds, "apology", APOLOGY_HZ),), (_sound(sounds, "closed", CLOSED_HZ),)

    def line(number: str, entry: Entry, hours: Hours, closures: tuple[date, ...] = ()) -> FallbackLine:
        leads = (LEADER, DEPUTY) if entry is Entry.DIRECT else (None, None)
        made = Line(number, (number,), "cmg", "en", entry, hours.name, leader=leads[0], deputy=leads[1])
        return FallbackLine(made, hours, closures, apology, closed)

    return Fallback(
        lines=(
            line(GENERAL, Entry.MENU, ALWAYS),
            line(SHUT, Entry.MENU, NEVER),
            line(HOLIDAY, Entry.MENU, ALWAYS, (today,)),
            line(EMPLOYERS, Entry.EMPLOYER, ALWAYS),
            line(DIRECT, Entry.DIRECT, NEVER),
        ),
        queues=(FallbackQueue(GENERAL_QUEUE, (GICH,)), FallbackQueue(EMPLOYER_QUEUE, (EMPLOYER,))),
        not_in_use=(_sound(sounds, "not-in-use", NOT_IN_USE_HZ),),
    )


def _sound(folder: Path, name: str, frequency_hz: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.alaw"
    path.write_bytes(g711.tone(frequency_hz))
    return path
