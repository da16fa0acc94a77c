"""The event socket: connected, kept connected, and read without ever waiting for anything else.

Enters: messages of one ARI application. Leaves: each text to :class:`SocketUser`, and word of each connection.
:meth:`EventSocket.run` is one task, owned by the session.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Final, Protocol

import aiohttp
import structlog

from ivr.errors import PbxError
from ivr.pbx.ari_rest import basic_auth

log = structlog.get_logger()

CONNECT_S: Final = 3.0
"""Limit for opening the socket."""
PING_EVERY_S: Final = 10.0
"""A dead Asterisk is noticed after half as much again at the latest."""
BACKOFF_FIRST_S: Final = 0.1
BACKOFF_MOST_S: Final = 2.0
MESSAGE_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class AriLink:
    """Where the event socket is. ``url``: e.g. ``http://127.0.0.1:8088/ari``; ``app``: the application's name."""

    url: str
    app: str
    user: str
    password: str


class SocketUser(Protocol):
    """Whom the socket tells."""

    def receive(self, text: str) -> None:
        """One message. Must return at once and not raise."""
        ...

    async def link_up(self) -> None:
        """Connected; runs beside the reading. If it raises, the connection is given up and tried again."""
        ...

    def link_down(self) -> None:
        """The connection is over, cleanly or not."""
        ...


class EventSocket:
    """One application's WebSocket to one Asterisk."""

    def __init__(self, link: AriLink, user: SocketUser) -> None:
        self._link = link
        self._user = user
        self._stopped = False
        self._fruitless = 0

    def stop(self) -> None:
        """Read nothing more: :meth:`run` returns after the message it is at."""
        self._stopped = True

    async def run(self) -> None:
        """Stay connected until stopped or cancelled; whatever ends a connection, it is tried again."""
        while not self._stopped:
            self._fruitless += 1
            try:
                await self._one_connection()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("ari.connect_failed", error=str(error) or type(error).__name__)
            if not self._stopped:
                await asyncio.sleep(backoff_s(self._fruitless))

    async def _one_connection(self) -> None:
        headers = {"Authorization": basic_auth(self._link.user, self._link.password)}
        async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as http:
            socket = await self._connect(http)
            linking = asyncio.create_task(self._link_up(socket), name="ari.link")
            try:
                await self._read(socket)
            finally:
                self._user.link_down()
                linking.cancel()
                await asyncio.gather(linking, return_exceptions=True)
                await socket.close()
        log.info("ari.disconnected", code=socket.close_code, stopped=self._stopped)

    async def _connect(self, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        async with asyncio.timeout(CONNECT_S):
            return await http.ws_connect(
                f"{self._link.url}/events",
                params={"app": self._link.app},
                heartbeat=PING_EVERY_S,
                max_msg_size=MESSAGE_BYTES,
            )

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._user.receive(message.data)
            if self._stopped:
                return

    async def _link_up(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """A fault here must not leave a connection that looks alive but was never made ready."""
        try:
            await self._user.link_up()
        except (PbxError, TimeoutError) as error:
            log.warning("ari.link_failed", error=str(error) or type(error).__name__)
            await socket.close()
        except Exception:
            log.exception("ari.link_failed")
            await socket.close()
        else:
            self._fruitless = 0


def backoff_s(attempt: int) -> float:
    """Full jitter: anything up to a limit that doubles with each attempt in a row that brought nothing."""
    most_s = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2 ** min(attempt, 10))
    return random.uniform(0, most_s)  # noqa: S311  (spreads reconnects, guards nothing)
