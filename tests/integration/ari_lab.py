"""A real Asterisk with one session of ours, a caller and a phone: what the ARI tests need and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from ivr.domain.phones import sip_ha1
from ivr.pbx.ari_events import CallBroadcast, StasisStart
from ivr.pbx.ari_http import HttpTransport, Limits
from ivr.pbx.ari_rest import AriRest
from ivr.pbx.asterisk import locate, on_free_ports, running
from ivr.pbx.conf import PbxInstance, PhoneAccount
from ivr.pbx.event_socket import AriLink
from ivr.pbx.handles import Channel
from ivr.pbx.session import AriSession, Linked
from ivr.softphone.caller import Caller
from ivr.softphone.outgoing import OutgoingCall
from tests.patience import patiently

NUMBER = "03069990100"
CLI = "07700900123"
STAFF = "7001"
SECRET = "a phone's secret"
LIMIT_S = patiently(5.0)
PATIENT = Limits(*(patiently(limit_s) for limit_s in astuple(Limits())))


@contextmanager
def asterisk(folder: Path) -> Iterator[PbxInstance]:
    """A running Asterisk that knows one phone account."""
    account = PhoneAccount(STAFF, sip_ha1(STAFF, SECRET))
    with running(locate(), on_free_ports(folder), [account]) as pbx:
        yield pbx


class Lab:
    """Owns a session, claims every call, and hands each one over as it starts."""

    def __init__(self, pbx: PbxInstance, app: str, events_url: str) -> None:
        self.pbx = pbx
        self.rest = AriRest(HttpTransport(pbx.ari_url, pbx.ari_user, pbx.ari_password, PATIENT))
        self.session = AriSession(AriLink(events_url, app, pbx.ari_user, pbx.ari_password), self.rest, self)
        self.calls: asyncio.Queue[Channel] = asyncio.Queue()
        self.linked: list[Linked] = []
        self.claims: asyncio.Queue[bool] = asyncio.Queue()
        self.replaced = asyncio.Event()
        self._claiming: set[asyncio.Task[None]] = set()

    def on_start(self, channel: Channel, start: StasisStart) -> None:
        """A call."""
        assert start.channel.id == channel.id
        self.calls.put_nowait(channel)

    def on_broadcast(self, call: CallBroadcast) -> None:
        """Claim it."""
        claiming = asyncio.create_task(self._claim(call.channel.id))
        self._claiming.add(claiming)
        claiming.add_done_callback(self._claiming.discard)

    async def on_linked(self, linked: Linked) -> None:
        """Keep what there was."""
        self.linked.append(linked)

    def on_replaced(self) -> None:
        """Remember it."""
        self.replaced.set()

    async def next_call(self) -> Channel:
        """The next call that starts."""
        return await asyncio.wait_for(self.calls.get(), LIMIT_S)

    async def _claim(self, channel_id: str) -> None:
        self.claims.put_nowait(await self.session.claim(channel_id))


@asynccontextmanager
async def lab(pbx: PbxInstance, app: str = "ivr-lab", events_url: str | None = None) -> AsyncIterator[Lab]:
    """A connected session; afterwards Asterisk holds no channel and no bridge. ``events_url``: its socket's way."""
    made = Lab(pbx, app, events_url or pbx.ari_url)
    running_session = asyncio.create_task(made.session.run(), name="session")
    try:
        await made.session.wait_ready(LIMIT_S)
        yield made
        if not made.replaced.is_set():
            await _nothing_left(made.rest)
    finally:
        running_session.cancel()
        await asyncio.gather(running_session, return_exceptions=True)
        await made.rest.close()


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of one call: the caller's phone, and our channel."""

    phone: OutgoingCall
    channel: Channel


@asynccontextmanager
async def call_from_outside(made: Lab, *, offer_events: bool = True) -> AsyncIterator[Ends]:
    """A caller rings and the session claims the call; hung up afterwards. ``offer_events``: knows RFC 4733."""
    async with Caller() as caller:
        uri = f"sip:{NUMBER}@127.0.0.1:{made.pbx.sip_port}"
        phone = await caller.call(uri, cli=CLI, offer_events=offer_events)
        channel = await made.next_call()
        yield Ends(phone, channel)
        await phone.hang_up()
        await asyncio.wait_for(channel.destroyed.wait(), LIMIT_S)


async def _nothing_left(rest: AriRest) -> None:
    async with asyncio.timeout(LIMIT_S):
        while await rest.get("channels") or await rest.get("bridges"):  # noqa: ASYNC110  (the PBX tells no event of it)
            await asyncio.sleep(0.02)
