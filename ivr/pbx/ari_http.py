"""Requests to Asterisk's HTTP server over a pool of keep-alive connections, one request on each at a time.

Enters: method, target, body. Leaves: status and body, or :class:`PbxUnavailable`. Nothing is ever sent twice: a command
whose answer is lost may have been carried out.

Why not aiohttp's client: commands are the greater part of what a call costs this process, and of a request to one known
server, which answers with ``Content-Length`` and nothing else, most of that went into what only the web needs (URLs,
cookies, redirects, encodings). ``docs/performance.md`` has the figures.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlsplit

from ivr.errors import PbxUnavailable
from ivr.pbx.ari_rest import Reply, basic_auth

POOL_SIZE: Final = 32
"""Connections kept to Asterisk; 32 gave nearly twice the throughput of one and stays below its ``sessionlimit``."""

KEEP_ALIVE_S: Final = 10.0
"""Shorter than Asterisk's own default of 15 s, so that a command never goes out on a connection it is closing."""

REPLY_BYTES: Final = 16 << 20
"""A longer answer is none of Asterisk's."""

_HEAD_END: Final = b"\r\n\r\n"
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+) *\r\n", re.IGNORECASE)
_CLOSES: Final = re.compile(rb"\r\nconnection: *close *\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each phase of one request may take, in seconds."""

    pool_s: float = 2.0
    """Waiting for a free connection."""
    connect_s: float = 1.0
    reply_s: float = 3.0
    """The whole answer: commands that wait for the channel's thread answer within milliseconds."""


class BadReply(ValueError):
    """What came is not an answer as Asterisk gives them."""


def read_reply(data: bytes) -> Reply | None:
    """The answer in ``data``, which holds no other; None while it is not complete. Raises BadReply."""
    head_end = data.find(_HEAD_END)
    if head_end < 0:
        if len(data) > REPLY_BYTES:
            raise BadReply("an answer without an end of its head")
        return None
    head = data[: head_end + 2]
    status, length = _STATUS.match(head), _LENGTH.search(head)
    if status is None or length is None or int(length[1]) > REPLY_BYTES:
        raise BadReply("an answer without a status or a length")
    end = head_end + len(_HEAD_END) + int(length[1])
    if len(data) > end:
        raise BadReply("more than one answer")
    return Reply(int(status[1]), data[head_end + len(_HEAD_END) :]) if len(data) == end else None


class _Connection(asyncio.Protocol):
    """One connection. `request` may be called again only after it has returned."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._reply: asyncio.Future[Reply] | None = None
        self.is_open = False
        self.free_since = 0.0

    async def request(self, data: bytes, limit_s: float) -> Reply:
        """Send and wait. However it ends but with an answer, the connection is closed: an answer may still come."""
        if self._transport is None or not self.is_open:
            raise PbxUnavailable("Asterisk has closed the connection")
        self._received = b""
        reply: asyncio.Future[Reply] = self._loop.create_future()
        self._reply = reply
        timer = self._loop.call_later(limit_s, self._fail, f"no answer within {limit_s:g} s")
        self._transport.write(data)
        try:
            return await reply
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            timer.cancel()
            self._reply = None

    def close(self) -> None:
        """Close at once."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Told by the event loop."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its type
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Told by the event loop."""
        self._received = self._received + data if self._received else data
        try:
            reply = read_reply(self._received)
        except BadReply as error:
            self._fail(str(error))
            return
        if self._reply is None or self._reply.done():
            self.close()
        elif reply is not None:
            if _CLOSES.search(self._received.partition(_HEAD_END)[0] + b"\r\n"):
                self.close()
            self._reply.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """Told by the event loop."""
        self.is_open = False
        self._fail(f"the connection was lost {exc or ''}".rstrip())

    def _fail(self, why: str) -> None:
        self.close()
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(PbxUnavailable(why))


class HttpTransport:
    """The pool of connections to one Asterisk."""

    def __init__(self, base_url: str, user: str, password: str, limits: Limits | None = None) -> None:
        """``base_url``: e.g. ``http://127.0.0.1:8088/ari``. Connects when the first request is sent."""
        parts = urlsplit(base_url)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"ARI's address is not http://host:port/path: {base_url}")
        self._host, self._port = parts.hostname, parts.port or 80
        self._path = parts.path.rstrip("/") + "/"
        self._head = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: {basic_auth(user, password)}\r\n"
        self._limits = limits or Limits()
        self._free: list[_Connection] = []
        self._slots = asyncio.Semaphore(POOL_SIZE)
        self._closed = False

    async def send(self, method: str, target: str, body: bytes | None) -> Reply:
        """Send one request and read its answer. Raises PbxUnavailable for whatever went wrong on the way."""
        if self._closed:
            raise PbxUnavailable("the connection to Asterisk was closed by this service")
        data = self._request(method, target, body)
        await self._take_slot()
        try:
            connection = self._kept() or await self._connect()
            reply = await connection.request(data, self._limits.reply_s)
            self._keep(connection)
        except PbxUnavailable as error:
            raise PbxUnavailable(f"{method} {target.partition('?')[0]}: {error}") from error
        finally:
            self._slots.release()
        return reply

    async def close(self) -> None:
        """Close every kept connection."""
        self._closed = True
        while self._free:
            self._free.pop().close()

    def _request(self, method: str, target: str, body: bytes | None) -> bytes:
        """The request as it goes out. The query is left out of messages: it may hold a caller's number."""
        if not (target.isascii() and target.isprintable()) or " " in target:
            raise ValueError(f"a target that is not encoded: {target.partition('?')[0]!r}")
        length = "" if body is None and method in {"GET", "DELETE"} else f"Content-Length: {len(body or b'')}\r\n"
        kind = "" if body is None else "Content-Type: application/json\r\n"
        return f"{method} {self._path}{target}{self._head}{kind}{length}\r\n".encode("ascii") + (body or b"")

    async def _take_slot(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(self._limits.pool_s):
                await self._slots.acquire()
        except TimeoutError:
            raise PbxUnavailable(f"{POOL_SIZE} requests are waiting for their answers") from None

    def _kept(self) -> _Connection | None:
        """The connection used last; those too long unused are closed."""
        oldest_at = asyncio.get_running_loop().time() - KEEP_ALIVE_S
        while self._free:
            connection = self._free.pop()
            if connection.is_open and connection.free_since > oldest_at:
                return connection
            connection.close()
        return None

    def _keep(self, connection: _Connection) -> None:
        if connection.is_open and not self._closed:
            connection.free_since = asyncio.get_running_loop().time()
            self._free.append(connection)
        else:
            connection.close()

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.connect_s):
                _, connection = await loop.create_connection(lambda: _Connection(loop), self._host, self._port)
        except (OSError, TimeoutError) as error:
            raise PbxUnavailable(f"no connection: {type(error).__name__} {error}") from error
        return connection
