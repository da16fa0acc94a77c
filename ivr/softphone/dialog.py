"""A SIP dialog: the names, numbers and route that every request within a call carries.

Pure: makes requests, takes in what responses and requests say. Source: RFC 3261 §12.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.softphone.sdp import CONTENT_TYPE
from ivr.softphone.session_timer import OPTION
from ivr.softphone.sip_message import (
    Fields,
    Headers,
    Message,
    Request,
    new_branch,
    parse_uri,
    tag_of,
    uri_in,
)
from ivr.softphone.transaction import Address

MAX_FORWARDS = "70"
USER_AGENT = "ivr-softphone"
ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY"


@dataclass(slots=True)
class Dialog:
    """One side's view of a dialog. ``local`` and ``remote`` are whole From/To values, tags included once known."""

    call_id: str
    local: str
    remote: str
    target: str  # the remote Contact's URI; before there is one, the URI called
    contact: str  # our own Contact value
    sent_by: Address
    next_hop: Address  # where requests go while no route says otherwise
    routes: list[str] = field(default_factory=list)
    cseq: int = 0
    supported: str = OPTION  # the extensions we know: session timers, or empty

    def request(self, method: str, *, body: bytes = b"", extra: Fields = (), cseq: int | None = None) -> Request:
        """The next request of this dialog; ``cseq`` for an ACK, which has its INVITE's number."""
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        host, port = self.sent_by
        fields: Fields = (
            ("Via", f"SIP/2.0/UDP {host}:{port};rport;branch={new_branch()}"),
            ("Max-Forwards", MAX_FORWARDS),
            *(("Route", route) for route in self.routes),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", self.contact),
            ("Allow", ALLOW),
            ("Supported", self.supported),
            ("User-Agent", USER_AGENT),
            *extra,
        )
        if body and not any(name == "Content-Type" for name, _ in extra):
            fields += (("Content-Type", CONTENT_TYPE),)
        return Request(method, self.target, Headers(fields), body)

    @property
    def address(self) -> Address:
        """Where the next request goes: the first route, else as the target says, if that is on loopback."""
        first = parse_uri(uri_in(self.routes[0]) if self.routes else self.target).address
        return first if first[0].startswith("127.") else self.next_hop

    def learn(self, message: Message, *, from_response: bool, confirmed: bool) -> None:
        """Take the remote tag, target and, once ``confirmed``, the route from the other side's message."""
        theirs = message.headers.need("to" if from_response else "from")
        if tag_of(theirs) is not None:
            self.remote = theirs
        contact = message.headers.listed("contact")
        if contact:
            self.target = uri_in(contact[0])
        if confirmed:
            routes = message.headers.listed("record-route")
            self.routes = routes[::-1] if from_response else routes


def key_of(message: Message) -> str:
    """By which a call finds its messages; one phone never has two dialogs with one Call-ID."""
    return message.headers.need("call-id")
