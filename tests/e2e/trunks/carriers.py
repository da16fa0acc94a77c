"""Carriers on loopback addresses of their own, and a helpline that knows them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.pbx import asterisk
from ivr.softphone.carrier import Carrier
from ivr.softphone.incoming import IncomingCall
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.sip_message import Fields
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Story

EVENTS, INFO, TONES = "127.0.0.2", "127.0.0.3", "127.0.0.4"
"""Where each carrier calls from, by how it sends digits."""
UNIT = "03069990400"
"""The Welsh Language Unit, outside."""
RING_S, NO_RINGING_S = 2, 1
LIMIT_S, GHOST_S = 10.0, 0.05
TRUNKS = """
[events]
addresses = ["127.0.0.2"]
server = "127.0.0.2:{port}"
dtmf = "rfc4733"
number_form = "+44"

[info]
addresses = ["127.0.0.3"]
dtmf = "info"

[tones]
addresses = ["127.0.0.4/31"]
dtmf = "inband"
codecs = ["alaw"]
"""
WELSH = """
[welsh]
external_number = "03069 990400"
trunk = "events"
ring_timeout_s = {ring_s}
no_ringing_timeout_s = {no_ringing_s}
"""


@dataclass(slots=True)
class TrunkLab:
    """A helpline, and the port at which its carrier answers."""

    line: Helpline
    port: int

    def carrier(self) -> Carrier:
        """The carrier that the unit outside is reached through; rings unless told."""
        return Carrier(EVENTS, self.port)

    def console(self, command: str) -> str:
        """What Asterisk's console says to ``command``."""
        return asterisk.rx(self.line.install, self.line.settings.pbx, command)


@contextmanager
def trunk_lab(folder: Path) -> Iterator[TrunkLab]:
    """A running helpline with three carriers, and the Welsh Language Unit behind the first."""
    line, port = Helpline(folder, SHORT), free_port()
    (folder / "dialplan" / "trunks.toml").write_text(TRUNKS.format(port=port))
    with (folder / "dialplan" / "queues.toml").open("a") as queues:
        queues.write(WELSH.format(ring_s=RING_S, no_ringing_s=NO_RINGING_S))
    line.start()
    try:
        yield TrunkLab(line, port)
    finally:
        line.stop()


def free_port() -> int:
    """A port that nobody has, on the address of the carrier that calls go to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((EVENTS, 0))
        port: int = probe.getsockname()[1]
        return port


async def brings(
    story: Story, carrier: Carrier, user: str, cli: str | None = "+447700900123", headers: Fields = ()
) -> OutgoingCall:
    """A call that comes over the carrier's trunk; ``user``: the number as the carrier writes it."""
    settings = story.line.settings
    uri = f"sip:{user}@{settings.sip_address}:{settings.sip_port}"
    return await carrier.call(uri, cli=cli, headers=headers)


async def rung(carrier: Carrier) -> IncomingCall:
    """The next call that still rings a moment later.

    An INVITE that nobody answered in a story before is repeated for 32 s, and taken back at the first sign of life.
    """
    while True:
        ring = await carrier.rung(LIMIT_S)
        try:
            await ring.ended(GHOST_S)
        except TimeoutError:
            return ring
