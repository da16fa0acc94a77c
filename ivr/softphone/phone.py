"""A phone: one SIP socket, its calls, and the answers that every phone gives; callers and agents build on it.

Enters: requests from the socket. Leaves: each to its call by Call-ID, else to ``_serve_new``. Loopback only.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import Self

from ivr.softphone.call import Call
from ivr.softphone.dialog import ALLOW, Dialog
from ivr.softphone.digest import Credentials
from ivr.softphone.endpoint import Endpoint, check_loopback
from ivr.softphone.media import Media, MediaOptions, Pacer
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.session_timer import OPTION
from ivr.softphone.sip_message import Fields, SipUri, new_tag, parse_uri, respond
from ivr.softphone.transaction import Address, ServerTransaction

LOOPBACK = "127.0.0.1"


class Phone:
    """What a caller's and an agent's phone have in common. Use as ``async with``; leaving it ends its calls."""

    def __init__(
        self, *, local: str = LOOPBACK, port: int = 0, media: MediaOptions | None = None, user: str = "phone"
    ) -> None:
        """``local``, ``port``: where SIP is spoken (0: a free port); ``user``: the user part of our Contact."""
        self.user = user
        self.is_on = False
        self.supported = OPTION
        """What its calls know beside plain SIP; empty: not even session timers, as older phones and gateways."""
        self.calls: dict[str, Call] = {}
        self._local = local
        self._port = port
        self._media_options = media or MediaOptions()
        self._credentials: Credentials | None = None
        self._endpoint: Endpoint | None = None
        self._pacer: Pacer | None = None

    async def __aenter__(self) -> Self:
        self._endpoint = Endpoint(self._local, self._port, self._serve)
        self._pacer = Pacer()
        self.is_on = True
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.hang_up_all()
        finally:
            self.vanish()

    @property
    def endpoint(self) -> Endpoint:
        """The open socket; ``RuntimeError`` outside ``async with``."""
        if self._endpoint is None:
            raise RuntimeError("the phone is switched off: use it inside `async with`")
        return self._endpoint

    @property
    def address(self) -> Address:
        """Where this phone speaks SIP."""
        return self.endpoint.address

    def contact(self, user: str | None = None) -> str:
        """Our Contact value."""
        host, port = self.address
        return f"<sip:{user or self.user}@{host}:{port}>"

    def vanish(self) -> None:
        """Switched off without a word: no BYE, no un-REGISTER; what is sent here from now on is lost."""
        for call in tuple(self.calls.values()):
            call.finish(None, "us", "failed")
        if self._pacer is not None:
            self._pacer.close()
        if self._endpoint is not None:
            self._endpoint.close()
        self.is_on = False

    async def hang_up_all(self) -> None:
        """End every call; one that does not answer to that is forgotten."""
        await asyncio.gather(*(self._hang_up(call) for call in tuple(self.calls.values())))

    async def _hang_up(self, call: Call) -> None:
        """End ``call``, whatever the other side makes of it."""
        with contextlib.suppress(TimeoutError):
            await call.hang_up()

    async def call(
        self,
        uri: str,
        *,
        cli: str | None = None,
        headers: Fields = (),
        proxy: Address | None = None,
        media: MediaOptions | None = None,
        offer_events: bool = True,
        introduced: bool = True,
    ) -> OutgoingCall:
        """Call ``uri`` (``sip:number@host:port``); returns as soon as the INVITE is out.

        ``cli``: our number (None: withheld). ``introduced``: with the phone's account, if it has one. ``proxy``: where
        the INVITE goes instead of the URI's own host.
        ``NotLoopback`` if that is not on loopback, ``OSError`` if no socket is free.
        """
        there = parse_uri(uri)
        check_loopback(proxy or there.address)
        dialog = self._new_dialog(uri, there, cli, proxy or there.address)
        more = headers if cli is not None else (*headers, ("Privacy", "id"))
        call = OutgoingCall(
            self.endpoint,
            dialog,
            self.open_media(media),
            headers=more,
            credentials=self._credentials if introduced else None,
            offer_events=offer_events,
        )
        self.keep(call)
        return call

    def _new_dialog(self, uri: str, there: SipUri, cli: str | None, next_hop: Address) -> Dialog:
        """The dialog of an INVITE that is to be sent."""
        host, port = self.address
        who = '"Anonymous" <sip:anonymous@anonymous.invalid>' if cli is None else f'"{cli}" <sip:{cli}@{host}:{port}>'
        return Dialog(
            call_id=f"{secrets.token_hex(12)}@{host}",
            local=f"{who};tag={new_tag()}",
            remote=f"<sip:{there.user}@{there.host}:{there.port}>",
            target=uri,
            contact=self.contact(cli),
            sent_by=self.address,
            next_hop=next_hop,
            supported=self.supported,
        )

    def open_media(self, options: MediaOptions | None = None) -> Media:
        """Audio for one more call."""
        if self._pacer is None:
            raise RuntimeError("the phone is switched off: use it inside `async with`")
        return Media(self._local, options or self._media_options, self._pacer)

    def keep(self, call: Call) -> None:
        """``call`` gets its requests until it ends."""
        call_id = call.dialog.call_id
        self.calls[call_id] = call
        call.on_ended = lambda: self._drop(call_id)

    def _drop(self, call_id: str) -> None:
        """The call has ended."""
        self.calls.pop(call_id, None)

    def _serve(self, transaction: ServerTransaction) -> None:
        """A new request: to its call, or answered here."""
        request = transaction.request
        call = self.calls.get(request.headers.need("call-id"))
        if request.method == "CANCEL" or call is None:
            self._serve_new(transaction)
        else:
            call.serve(transaction)

    def _serve_new(self, transaction: ServerTransaction) -> None:
        """A request outside our calls: OPTIONS is answered, calls are not taken."""
        request = transaction.request
        if request.method == "ACK":
            return
        status = {"OPTIONS": 200, "NOTIFY": 200, "MESSAGE": 200, "INVITE": 480}.get(request.method, 481)
        allow = (("Allow", ALLOW), ("Accept", "application/sdp")) if request.method == "OPTIONS" else ()
        transaction.respond(respond(request, status, to_tag=new_tag(), extra=allow))
