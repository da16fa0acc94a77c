"""Commands to Asterisk over HTTP: one request in, parsed JSON or a typed error out.

Enters: a method, a path below ``/ari`` and query parameters. Leaves: the decoded answer (``None`` where Asterisk sends
none). The pool of keep-alive connections belongs to the transport (`ivr.pbx.ari_http`), closed with it.
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

import structlog

from ivr.errors import Conflict, NotFound, PbxError, PbxUnavailable, Refused

log = structlog.get_logger()
_SAFE_IN_VALUES = ":/,;@-._~"


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
        log.debug("ari.asked", method=method, path=path, status=reply.status)
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
