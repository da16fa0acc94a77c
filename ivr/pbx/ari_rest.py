"""Commands to Asterisk over HTTP: one request in, parsed JSON or a typed error out.

Enters: a method, a path below ``/ari`` and query parameters. Leaves: the decoded answer (``None`` where Asterisk sends
none). The pool of keep-alive connections belongs to :class:`HttpTransport`; whoever makes the transport closes it.
Commands go over HTTP and not over the event socket, because there one that waits for its channel holds up the rest.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from ivr.errors import Conflict, NotFound, PbxError, PbxUnavailable, Refused

POOL_SIZE = 32
"""Connections kept to Asterisk; 32 gave nearly twice the throughput of one and stays below its ``sessionlimit``."""

KEEP_ALIVE_S = 10.0
"""Shorter than Asterisk's own default of 15 s, so that a command never goes out on a connection it is closing."""

_SAFE_IN_VALUES = ":/,;@-._~"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each phase of one request may take, in seconds."""

    pool_s: float = 2.0
    """Waiting for a free connection and connecting."""
    connect_s: float = 1.0
    read_s: float = 3.0
    """Between two reads of the answer: commands that wait for the channel's thread answer within milliseconds."""
    total_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the HTTP status and the undecoded body."""

    status: int
    body: bytes


class Transport(Protocol):
    """The seam below :class:`AriRest`; a test stands in here without a socket."""

    async def send(self, method: str, target: str, body: bytes | None) -> Reply:
        """Send one request. ``target``: path and query below ``/ari``, encoded. Raises PbxUnavailable."""
        ...

    async def close(self) -> None:
        """Give back what is held; nothing may be sent afterwards."""
        ...


class HttpTransport:
    """A keep-alive pool of HTTP connections to one Asterisk."""

    def __init__(self, base_url: str, user: str, password: str, limits: Limits | None = None) -> None:
        """``base_url``: e.g. ``http://127.0.0.1:8088/ari``. Connects when the first request is sent."""
        limits = limits or Limits()
        self._base_url = base_url.rstrip("/") + "/"
        self._headers = {"Authorization": basic_auth(user, password)}
        self._timeout = aiohttp.ClientTimeout(
            total=limits.total_s, connect=limits.pool_s, sock_connect=limits.connect_s, sock_read=limits.read_s
        )
        self._http: aiohttp.ClientSession | None = None
        self._closed = False

    async def send(self, method: str, target: str, body: bytes | None) -> Reply:
        """Send one request and read its answer. Raises PbxUnavailable for whatever went wrong on the way."""
        if self._closed:
            raise PbxUnavailable("the connection to Asterisk was closed by this service")
        url = URL(self._base_url + target, encoded=True)
        headers = {"Content-Type": "application/json"} if body is not None else None
        try:
            async with self._session().request(method, url, data=body, headers=headers) as answer:
                return Reply(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise PbxUnavailable(f"{method} {_path(target)}: {type(error).__name__} {error}") from error

    async def close(self) -> None:
        """Close every pooled connection."""
        self._closed = True
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=POOL_SIZE, keepalive_timeout=KEEP_ALIVE_S),
                timeout=self._timeout,
                headers=self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                auto_decompress=False,
            )
        return self._http


class AriRest:
    """ARI's four verbs. Raises NotFound (404), Conflict (409), Refused (any other refusal), PbxUnavailable."""

    def __init__(self, transport: Transport) -> None:
        """``transport``: closed by :meth:`close`."""
        self._transport = transport
        self._retired = False

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Read; returns the decoded JSON, to be checked by the caller. Example: ``await rest.get("channels")``."""
        return await self._send("GET", path, params)

    async def post(self, path: str, params: Mapping[str, str] | None = None, body: object = None) -> Any:
        """Command; ``body`` goes as JSON. Example: ``await rest.post("channels/c1/dial", {"timeout": "15"})``."""
        return await self._send("POST", path, params, body)

    async def put(self, path: str, params: Mapping[str, str] | None = None, body: object = None) -> Any:
        """Replace; as :meth:`post`."""
        return await self._send("PUT", path, params, body)

    async def delete(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Remove. Example: ``await rest.delete("channels/c1", {"reason_code": "19"})``."""
        return await self._send("DELETE", path, params)

    def retire(self) -> None:
        """Send nothing more: another process controls the calls now, and a command of ours would harm them."""
        self._retired = True

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.close()

    async def _send(self, method: str, path: str, params: Mapping[str, str] | None, body: object = None) -> Any:
        if self._retired:
            raise PbxUnavailable("another process has taken over the calls")
        data = None if body is None else json.dumps(body).encode()
        reply = await self._transport.send(method, _target(path, params), data)
        if reply.status >= 400:
            raise _error(method, path, reply)
        return _decoded(reply)


def basic_auth(user: str, password: str) -> str:
    """The value of an ``Authorization`` header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _target(path: str, params: Mapping[str, str] | None) -> str:
    if not params:
        return path
    return path + "?" + "&".join(f"{key}={quote(value, _SAFE_IN_VALUES)}" for key, value in params.items())


def _path(target: str) -> str:
    """The query is left out of messages: it may hold a caller's number."""
    return target.partition("?")[0]


def _decoded(reply: Reply) -> Any:
    if not reply.body:
        return None
    try:
        return json.loads(reply.body)
    except ValueError as error:
        raise PbxUnavailable(f"an answer of {len(reply.body)} bytes is not JSON") from error


def _error(method: str, path: str, reply: Reply) -> PbxError:
    message = f"{method} {path}: {_reason(reply.body)}"
    if reply.status == 404:
        return NotFound(message)
    if reply.status == 409:
        return Conflict(message)
    return Refused(reply.status, message)


def _reason(body: bytes) -> str:
    """Asterisk explains itself in ``message`` or ``error``; anything else is shown as it came, shortened."""
    try:
        said = json.loads(body)
    except ValueError:
        return body[:200].decode(errors="replace")
    if isinstance(said, dict):
        return str(said.get("message") or said.get("error") or "")
    return str(said)[:200]


async def reachable(rest: AriRest, limit_s: float = 1.0) -> bool:
    """Whether Asterisk answers a ping within ``limit_s``."""
    try:
        async with asyncio.timeout(limit_s):
            await rest.get("asterisk/ping")
    except (PbxError, TimeoutError):
        return False
    return True
