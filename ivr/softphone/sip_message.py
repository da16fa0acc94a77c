"""SIP messages: bytes from the wire become ``Request`` or ``Response``, and the other way round.

Enters: one UDP datagram. Leaves: a frozen message whose headers are looked up by any spelling, or ``MalformedMessage``.
Source: RFC 3261 §7 (messages), §7.3.3 (compact forms), §20 (headers). Pure; no task, no socket.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

Fields = tuple[tuple[str, str], ...]

SIP_VERSION = "SIP/2.0"
MAGIC_COOKIE = "z9hG4bK"  # RFC 3261 §8.1.1.7: begins every branch
DEFAULT_PORT = 5060

COMPACT_FORMS = {
    "b": "referred-by",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "v": "via",
    "x": "session-expires",
}

REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    422: "Session Interval Too Small",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    603: "Decline",
}

_URI = re.compile(r"sips?:(?:(?P<user>[^@;>]*)(?:;[^@>]*)?@)?(?P<host>[^:;>?\s]+)(?::(?P<port>\d+))?", re.IGNORECASE)
_TAG = re.compile(r";\s*tag=([^;,\s]+)", re.IGNORECASE)
_BRANCH = re.compile(r";\s*branch=([^;,\s]+)", re.IGNORECASE)
_LIST_ITEM = re.compile(r'(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+')


class MalformedMessage(ValueError):
    """A datagram that is no SIP message; the text says what is wrong with it."""


class Headers:
    """Header fields in the order of the wire, found by any spelling or compact form; immutable."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Fields = ()) -> None:
        """``fields``: (name, value) pairs as they are written."""
        self._fields = fields

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def all(self, name: str) -> list[str]:
        """Every value of ``name``, top first; comma lists are left as they are."""
        wanted = canonical(name)
        return [value for field, value in self._fields if canonical(field) == wanted]

    def get(self, name: str) -> str | None:
        """The first value of ``name``, or None."""
        wanted = canonical(name)
        return next((value for field, value in self._fields if canonical(field) == wanted), None)

    def need(self, name: str) -> str:
        """The first value of ``name``; ``MalformedMessage`` if there is none."""
        value = self.get(name)
        if value is None:
            raise MalformedMessage(f"no {name} header")
        return value

    def listed(self, name: str) -> list[str]:
        """The items of every ``name`` header, comma lists taken apart (Record-Route, Contact)."""
        return [item.strip() for value in self.all(name) for item in _LIST_ITEM.findall(value) if item.strip()]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is on the wire."""

    method: str
    uri: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def start_line(self) -> str:
        """The first line, without its end."""
        return f"{self.method} {self.uri} {SIP_VERSION}"


@dataclass(frozen=True, slots=True)
class Response:
    """One response as it is on the wire."""

    status: int
    reason: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def start_line(self) -> str:
        """The first line, without its end."""
        return f"{SIP_VERSION} {self.status} {self.reason}"


Message = Request | Response


@dataclass(frozen=True, slots=True)
class SipUri:
    """The parts of a SIP URI that a call needs."""

    user: str
    host: str
    port: int

    @property
    def address(self) -> tuple[str, int]:
        """Where UDP goes."""
        return self.host, self.port


def canonical(name: str) -> str:
    """``Call-ID``, ``call-id`` and ``i`` are one header."""
    lower = name.lower()
    return COMPACT_FORMS.get(lower, lower)


def parse(datagram: bytes) -> Message:
    """The message in ``datagram``; ``MalformedMessage`` for anything else."""
    head, _, body = datagram.partition(b"\r\n\r\n")
    try:
        lines = _unfolded(head.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedMessage("the head is not UTF-8") from error
    headers = Headers(tuple(_parse_field(line) for line in lines[1:]))
    body = body[: _content_length(headers, len(body))]
    words = lines[0].split(" ", 2)
    if len(words) == 3 and words[0] == SIP_VERSION and words[1].isdigit():
        return Response(int(words[1]), words[2], headers, body)
    if len(words) == 3 and words[2] == SIP_VERSION:
        return Request(words[0], words[1], headers, body)
    raise MalformedMessage(f"no start line: {lines[0][:60]!r}")


def _unfolded(head: str) -> list[str]:
    """The lines of ``head``; a line that begins with white space belongs to the one before (RFC 3261 §7.3.1)."""
    lines: list[str] = []
    for line in head.split("\r\n"):
        if line[:1] in {" ", "\t"} and lines:
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    return lines


def _parse_field(line: str) -> tuple[str, str]:
    """``Name: value`` taken apart."""
    name, colon, value = line.partition(":")
    if not colon:
        raise MalformedMessage(f"no header field: {line[:60]!r}")
    return name.strip(), value.strip()


def _content_length(headers: Headers, there: int) -> int:
    """How many octets the body has: what Content-Length says, and without it what is there."""
    stated = headers.get("content-length")
    if stated is None:
        return there
    if not stated.isdigit() or int(stated) > there:
        raise MalformedMessage(f"Content-Length {stated!r}, and {there} octets there")
    return int(stated)


def build(message: Message) -> bytes:
    """``message`` as a datagram; Content-Length is added here, once."""
    lines = [message.start_line]
    lines += [f"{name}: {value}" for name, value in message.headers if canonical(name) != "content-length"]
    lines += [f"Content-Length: {len(message.body)}", "", ""]
    return "\r\n".join(lines).encode() + message.body


def respond(request: Request, status: int, *, to_tag: str = "", extra: Fields = (), body: bytes = b"") -> Response:
    """A response to ``request`` (RFC 3261 §8.2.6): Via, From, To, Call-ID and CSeq copied, the To tag added."""
    to = request.headers.need("to")
    if to_tag and tag_of(to) is None:
        to = f"{to};tag={to_tag}"
    fields: Fields = (
        *(("Via", via) for via in request.headers.all("via")),
        *(("Record-Route", route) for route in request.headers.all("record-route")),
        ("From", request.headers.need("from")),
        ("To", to),
        ("Call-ID", request.headers.need("call-id")),
        ("CSeq", request.headers.need("cseq")),
        *extra,
    )
    return Response(status, REASONS.get(status, "Unknown"), Headers(fields), body)


def cseq_of(message: Message) -> tuple[int, str]:
    """The CSeq's number and method."""
    number, _, method = message.headers.need("cseq").partition(" ")
    if not number.isdigit():
        raise MalformedMessage(f"CSeq {number[:20]!r}")
    return int(number), method.strip()


def tag_of(address: str) -> str | None:
    """The tag of a From or To value; None if it has none yet."""
    found = _TAG.search(address.rpartition(">")[2] if ">" in address else address)
    return found[1] if found else None


def branch_of(message: Message) -> str:
    """The branch of the top Via: the name of the transaction."""
    found = _BRANCH.search(message.headers.need("via"))
    if not found:
        raise MalformedMessage("no branch in the top Via")
    return found[1]


def uri_in(address: str) -> str:
    """The URI of a From, To, Contact or Route value, with its own parameters and without the header's."""
    _, bracket, rest = address.partition("<")
    if not bracket:
        return address.partition(";")[0].strip()
    uri, closed, _ = rest.partition(">")
    if not closed:
        raise MalformedMessage(f"no end of the address: {address[:60]!r}")
    return uri


def parse_uri(uri: str) -> SipUri:
    """User without its parameters, host and port (5060 if none); ``MalformedMessage`` if it is no SIP URI."""
    found = _URI.search(uri)
    if not found:
        raise MalformedMessage(f"no SIP URI: {uri[:60]!r}")
    return SipUri(found["user"] or "", found["host"], int(found["port"] or DEFAULT_PORT))


def new_branch() -> str:
    """A branch nobody has used."""
    return MAGIC_COOKIE + secrets.token_hex(8)


def new_tag() -> str:
    """A tag nobody has used."""
    return secrets.token_hex(6)
