"""SIP transactions over UDP: what is sent again until it is answered, and what is answered again when asked again.

A transaction lives in timers of the event loop and dies by itself after ``TRANSACTION_S``. Source: RFC 3261 §17.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from ivr.softphone.sip_message import Headers, Request, Response, build, respond

Address = tuple[str, int]
Send = Callable[[bytes, Address], None]
OnResponse = Callable[[Response], None]

T1_S = 0.5  # RFC 3261 §17.1.1.1: the first retransmission comes after this, then each after twice as long
T2_S = 4.0  # at most this between retransmissions
TRANSACTION_S = 32.0  # 64 times T1: given up without an answer; kept as long for late retransmissions


class ClientTransaction:
    """A request of ours: sent until answered; each new response goes to ``on_response``, once.

    Without any answer in 32 s a 408 of our own making is handed over (RFC 3261 §8.1.3.1). ``final_ack``, set by
    whoever owns the dialog, is sent again for each repeated 2xx to an INVITE; other finals are acknowledged here.
    """

    def __init__(self, request: Request, address: Address, send: Send, on_response: OnResponse) -> None:
        """Sends at once."""
        self.request = request
        self.address = address
        self.final: Response | None = None
        self.final_ack: bytes | None = None
        self.unanswered = False
        self._send = send
        self._on_response = on_response
        self._wire = build(request)
        self._interval_s = T1_S
        self.expires_at = math.inf
        loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = loop.call_later(T1_S, self._again)
        self._give_up = loop.call_later(TRANSACTION_S, self.abandon)
        send(self._wire, address)

    def _again(self) -> None:
        """Send once more, and plan the next time."""
        self._send(self._wire, self.address)
        self._interval_s *= 2
        if self.request.method != "INVITE":
            self._interval_s = min(self._interval_s, T2_S)
        self._timer = asyncio.get_running_loop().call_later(self._interval_s, self._again)

    def abandon(self) -> None:
        """Nobody answered, or nobody can any more: hand over a 408, unless there was a final response."""
        if self.final is not None:
            return
        self.unanswered = True
        self._end(respond(self.request, 408))
        self._on_response(respond(self.request, 408))

    def _end(self, final: Response) -> None:
        """The final response is there: no more timers, and the transaction waits only for repeated ones."""
        self.close()
        self.final = final
        self.expires_at = asyncio.get_running_loop().time() + TRANSACTION_S

    def take(self, response: Response) -> None:
        """A response came in."""
        if self.final is not None:
            self._acknowledge(self.final)
            return
        if self.request.method == "INVITE":
            self.close()
        if response.status >= 200:
            self._end(response)
        if response.status >= 300:
            self._acknowledge(response)
        self._on_response(response)

    def _acknowledge(self, final: Response) -> None:
        """ACK for an INVITE's final response (RFC 3261 §17.1.1.3); a 2xx's is the dialog's."""
        if self.request.method != "INVITE":
            return
        if self.final_ack is None and final.status >= 300:
            self.final_ack = build(ack_for(self.request, final))
        if self.final_ack is not None:
            self._send(self.final_ack, self.address)

    def acknowledge_with(self, ack: Request, address: Address) -> None:
        """The dialog's ACK of a 2xx: sent now, and again whenever the 2xx is repeated."""
        self.address = address
        self.final_ack = build(ack)
        self._send(self.final_ack, address)

    def close(self) -> None:
        """No more timers."""
        self._give_up.cancel()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class ServerTransaction:
    """A request of theirs: answered once by us, and again with the same whenever it comes again.

    An INVITE's final response is repeated until ``acked`` (RFC 3261 §13.3.1.4 and §17.2.1, timer G).
    """

    def __init__(self, request: Request, address: Address, send: Send) -> None:
        """``address``: where the request came from, and the answers go (RFC 3581)."""
        self.request = request
        self.address = address
        self.status = 0
        self.acknowledged = False
        self._send = send
        self._wire: bytes | None = None
        self._interval_s = T1_S
        self._timer: asyncio.TimerHandle | None = None
        self.expires_at = math.inf  # a request that is never answered is kept, so that it never rings twice

    def respond(self, response: Response) -> None:
        """Answer; anything after a final response is left unsaid."""
        if self.status >= 200:
            return
        self.status = response.status
        self._wire = build(response)
        self._send(self._wire, self.address)
        if response.status < 200:
            return
        loop = asyncio.get_running_loop()
        self.expires_at = loop.time() + TRANSACTION_S
        if self.request.method == "INVITE":
            self._timer = loop.call_later(T1_S, self._again)

    def repeat(self) -> None:
        """The request came again: say the same again."""
        if self._wire is not None:
            self._send(self._wire, self.address)

    def _again(self) -> None:
        """No ACK yet: say the final response again."""
        loop = asyncio.get_running_loop()
        if self._wire is None or loop.time() > self.expires_at:
            return
        self._send(self._wire, self.address)
        self._interval_s = min(2 * self._interval_s, T2_S)
        self._timer = loop.call_later(self._interval_s, self._again)

    def acked(self) -> None:
        """The ACK has come."""
        self.acknowledged = True
        self.close()

    def close(self) -> None:
        """No more timers."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def ack_for(invite: Request, final: Response) -> Request:
    """The ACK of a refused INVITE: its own Via and URI, the response's To."""
    names = {"via", "from", "call-id", "route"}
    fields = tuple((name, value) for name, value in invite.headers if name.lower() in names)
    number = invite.headers.need("cseq").split(" ")[0]
    more = (("To", final.headers.need("to")), ("CSeq", f"{number} ACK"), ("Max-Forwards", "70"))
    return Request("ACK", invite.uri, Headers(fields + more))
