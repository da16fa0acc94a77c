"""One UDP socket that speaks SIP: finds the transaction of whatever comes in, and knows nothing about calls.

Enters: datagrams, requests to send. Leaves: requests for ``serve`` (each once, however often it came), responses for
the asker's callback. Everything runs in callbacks of the event loop; there is no task. Loopback only, by refusal.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from ivr.softphone.sip_message import MalformedMessage, Request, Response, branch_of, build, cseq_of, parse
from ivr.softphone.transaction import Address, ClientTransaction, OnResponse, ServerTransaction

LARGEST_DATAGRAM = 65535
READ_AT_ONCE = 100  # datagrams read in one go before the loop gets its turn
SWEEP_S = 8.0
RECEIVE_BUFFER = 4 << 20  # bursts of calls must not be lost in the kernel (it gives what it allows)

Serve = Callable[[ServerTransaction], None]


class NotLoopback(ValueError):
    """This phone talks to 127.0.0.0/8 alone: a call made with it can never leave the machine."""


def check_loopback(address: Address) -> None:
    """``NotLoopback`` unless ``address`` is on this machine's loopback."""
    if not address[0].startswith("127."):
        raise NotLoopback(f"{address[0]}: expected an address in 127.0.0.0/8")


def bound_socket(local: str, port: int) -> socket.socket:
    """A non-blocking UDP socket on ``local``; port 0 takes a free one."""
    check_loopback((local, port))
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)
        bound.bind((local, port))
    except OSError:
        bound.close()
        raise
    return bound


class Endpoint:
    """The socket and its transactions. Made, used and closed within one event loop."""

    def __init__(self, local: str, port: int, serve: Serve) -> None:
        """``serve`` gets every new request, ACKs of a 2xx among them; port 0 takes a free one."""
        self._serve = serve
        self._asked: dict[tuple[str, str], ClientTransaction] = {}
        self._served: dict[tuple[str, str], ServerTransaction] = {}
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = bound_socket(local, port)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self.malformed = 0
        self.deaf = False
        """True: what comes in is lost on its way, sound is not; requests of ours still go out."""
        self.address: Address = self._socket.getsockname()
        self._loop.add_reader(self._socket.fileno(), self._readable)
        self._sweeper = self._loop.call_later(SWEEP_S, self._sweep)

    def close(self) -> None:
        """Stop at once: no more datagrams, no more timers; whoever waits for an answer gets a 408."""
        if self._socket is None:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._socket = None
        for asked in self._asked.values():
            asked.abandon()
        for served in self._served.values():
            served.close()
        self._sweeper.cancel()

    def send(self, wire: bytes, address: Address) -> None:
        """One datagram; a full buffer loses it, as the network may."""
        check_loopback(address)
        if self._socket is None:
            return
        try:
            self._socket.sendto(wire, address)
        except BlockingIOError:
            return

    def say(self, request: Request, address: Address) -> None:
        """A request that nobody answers: ACK."""
        self.send(build(request), address)

    def ask(self, request: Request, address: Address, on_response: OnResponse) -> ClientTransaction:
        """Send ``request`` until it is answered; ``on_response`` gets each response, 408 if none comes in 32 s."""
        key = branch_of(request), request.method
        transaction = ClientTransaction(request, address, self.send, on_response)
        self._asked[key] = transaction
        return transaction

    def acknowledge(self, final: Response, ack: Request, address: Address) -> None:
        """Send ``ack`` for a 2xx to an INVITE, now and for each time the 2xx is repeated."""
        transaction = self._asked.get((branch_of(final), "INVITE"))
        if transaction is not None:
            transaction.acknowledge_with(ack, address)

    async def answer_to(self, request: Request, address: Address) -> Response:
        """Send ``request`` and wait for its final response; at most 32 s, then it is a 408."""
        final: asyncio.Future[Response] = self._loop.create_future()

        def take(response: Response) -> None:
            if response.status >= 200 and not final.done():
                final.set_result(response)

        self.ask(request, address, take)
        return await final

    def _sweep(self) -> None:
        """Forget transactions for which nothing late can come any more."""
        now = self._loop.time()
        self._asked = {key: asked for key, asked in self._asked.items() if asked.expires_at > now}
        self._served = {key: served for key, served in self._served.items() if served.expires_at > now}
        self._sweeper = self._loop.call_later(SWEEP_S, self._sweep)

    def _readable(self) -> None:
        """Datagrams are there."""
        for _ in range(READ_AT_ONCE):
            if self._socket is None:
                return
            try:
                datagram, address = self._socket.recvfrom(LARGEST_DATAGRAM)
            except BlockingIOError:
                return
            self._take(datagram, address)

    def _take(self, datagram: bytes, address: Address) -> None:
        """One datagram; what is no SIP is counted and dropped (keep-alives are two line ends)."""
        if self.deaf or not datagram.strip():
            return
        try:
            message = parse(datagram)
            if isinstance(message, Response):
                self._take_response(message)
            else:
                self._take_request(message, address)
        except MalformedMessage:
            self.malformed += 1

    def _take_response(self, response: Response) -> None:
        """To its transaction; without one it is late, and dropped."""
        transaction = self._asked.get((branch_of(response), cseq_of(response)[1]))
        if transaction is not None:
            transaction.take(response)

    def _take_request(self, request: Request, address: Address) -> None:
        """A new one is served; a repeated one gets the same answer; an ACK ends its INVITE's repetitions."""
        branch = branch_of(request)
        if request.method == "ACK":
            invite = self._served.get((branch, "INVITE"))
            if invite is not None:
                invite.acked()
            else:
                self._serve(ServerTransaction(request, address, self.send))
            return
        known = self._served.get((branch, request.method))
        if known is not None:
            known.repeat()
            return
        transaction = self._served[branch, request.method] = ServerTransaction(request, address, self.send)
        self._serve(transaction)
