"""A helpline that offers a call back after a second, and callers who take it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.softphone.agent_phone import Script
from ivr.softphone.carrier import Carrier
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Call, Story
from tests.e2e.trunks.carriers import EVENTS, TRUNKS, free_port

LIMIT_S = 15.0
RING_S, NO_RINGING_S = 3, 2
LIMITS = {**SHORT, "call_back_after_s": 1, "ring_timeout_s": 8, "no_ringing_timeout_s": 4, "first_digit_s": 4}


@dataclass(slots=True)
class CallBackLab:
    """A helpline, and the port at which its carrier answers."""

    line: Helpline
    port: int

    def carrier(self, *scripts: Script) -> Carrier:
        """The carrier that callers are rung through; rings unless told."""
        return Carrier(EVENTS, self.port, scripts=scripts or (Script.ring(),))


@contextmanager
def call_back_lab(folder: Path, hours: str | None = None) -> Iterator[CallBackLab]:
    """A running helpline that rings callers through a carrier."""
    line, port = Helpline(folder, LIMITS, hours=hours), free_port()
    (folder / "dialplan" / "trunks.toml").write_text(TRUNKS.format(port=port))
    outbound = folder / "dialplan" / "outbound.toml"
    outbound.write_text(_called_through(outbound.read_text()))
    line.start()
    try:
        yield CallBackLab(line, port)
    finally:
        line.stop()


def _called_through(content: str) -> str:
    content = content.replace('# trunk = "carrier-one"', 'trunk = "events"')
    content = re.sub(r"^ring_timeout_s = \d+", f"ring_timeout_s = {RING_S}", content, flags=re.MULTILINE)
    return re.sub(r"^no_ringing_timeout_s = \d+", f"no_ringing_timeout_s = {NO_RINGING_S}", content, flags=re.MULTILINE)


async def waits(story: Story, cli: str | None = None) -> Call:
    """Somebody calls, chooses new applications, and waits."""
    call = await (await story.call(cli=cli)).answered()
    await call.key("2")
    await call.is_in("waiting")
    return call


async def takes(story: Story, call: Call, keys: str = "1") -> None:
    """They are offered a call back, and take it, at the number they ring from unless ``keys`` say another."""
    await call.hears("callback-offer", limit_s=LIMIT_S)
    await call.key("1")
    await call.hears("callback-confirm-number", limit_s=LIMIT_S)
    await call.key(keys)
    await story.until(lambda: call.row().call_back_number, "the call back is taken", LIMIT_S)
    await call.hears("callback-accepted")
    await call.sip.ended(LIMIT_S)
    assert (call.row().state, call.row().end) == ("waiting", "called_back")


def formal(story: Story, call: Call) -> list[Any]:
    """The formal call backs that were raised for a call: number, scope."""
    query = "SELECT contact_number, scope FROM call_back WHERE call_id = :call_id"
    return [tuple(row) for row in story.line.rows(query, call_id=call.row().call_id)]


def outcome(story: Story, call: Call) -> str:
    """How ringing the caller ended."""
    query = "SELECT data FROM call_event WHERE call_id = :call_id AND step = 'called_back'"
    rows = story.line.rows(query, call_id=call.row().call_id)
    return str(rows[0].data) if rows else ""
