"""``GET /api/events``: one WebSocket per page. The request's own task reads; a second one, owned by it, writes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import structlog
from aiohttp import WSMsgType, web
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from ivr.errors import IvrError
from ivr.web.door import identity_of
from ivr.web.event_models import Beat, Introduction
from ivr.web.identity import Identity
from ivr.web.problems import Refusal
from ivr.web.reader import SESSION_OVER, Goodbye, Reader
from ivr.web.registry import WEB

log = structlog.get_logger()
HEARTBEAT_S: Final = 20.0
INTRODUCTION_S: Final = 5.0
"""A client that sent no header has so long to send its token."""
SEND_LIMIT_S: Final = 10.0
CLOSE_LIMIT_S: Final = 2.0
TRY_AGAIN: Final = 1013
BEAT_S: Final = 5.0
"""Who asked for it hears so often at least that the service is there: a network may die without closing anything."""
_BEAT: Final = Beat().model_dump_json()
_MESSAGE_BYTES: Final = 4096


async def events(request: web.Request) -> web.WebSocketResponse:
    """Take the client in, tell it what it may see until it leaves, falls behind, or its session ends.

    Raises Refusal before the upgrade: 401 for a wrong header, 422 for a wrong ``after``, 426 without an upgrade.
    """
    after = _after(request)
    asker = await identity_of(request, request.app[WEB].sessions)
    socket = web.WebSocketResponse(
        heartbeat=HEARTBEAT_S, timeout=CLOSE_LIMIT_S, max_msg_size=_MESSAGE_BYTES, compress=False
    )
    if not socket.can_prepare(request).ok:
        raise Refusal(426, "request.not_a_websocket", "connect with a WebSocket", headers={"Upgrade": "websocket"})
    await socket.prepare(request)
    try:
        asker = asker or await _introduced(request, socket)
        if asker is None:
            await socket.close(code=SESSION_OVER, message=b"the session is unknown or over; log in again")
        else:
            await _tell(request, socket, asker, after)
    except (IvrError, SQLAlchemyError, TimeoutError) as error:
        log.warning("live.not_read", error=str(error))
        await socket.close(code=TRY_AGAIN, message=b"the service cannot answer now; connect again in a moment")
    return socket


def _after(request: web.Request) -> int | None:
    text = request.query.get("after")
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Refusal(
            422,
            "request.invalid",
            "after must be the seq of the last message received",
            field="after",
            found=text[:40],
            expected="a whole number",
        )
    return int(text)


async def _introduced(request: web.Request, socket: web.WebSocketResponse) -> Identity | None:
    """Who the first message's token stands for; None when it does not come in time or is not valid."""
    try:
        async with asyncio.timeout(INTRODUCTION_S):
            message = await socket.receive()
    except TimeoutError:
        return None
    if message.type is not WSMsgType.TEXT:
        return None
    try:
        token = Introduction.model_validate_json(message.data).token.get_secret_value()
    except ValidationError:
        return None
    return await request.app[WEB].sessions.who(token)


async def _tell(request: web.Request, socket: web.WebSocketResponse, asker: Identity, after: int | None) -> None:
    state = request.app[WEB]
    reader = Reader(asker, drop=lambda: _abort(request))
    over = None
    if asker.session_ends_at is not None:
        remaining_s = (asker.session_ends_at - state.services.now()).total_seconds()
        goodbye = Goodbye(SESSION_OVER, "the session is over; log in again")
        over = asyncio.get_running_loop().call_later(remaining_s, reader.give, goodbye)
    try:
        await state.live.join(reader, after)
        await _serve(request, socket, reader)
    finally:
        if over is not None:
            over.cancel()
        state.live.leave(reader)


async def _serve(request: web.Request, socket: web.WebSocketResponse, reader: Reader) -> None:
    """Write what the reader is given until the client is gone; what it sends says nothing to us."""
    writer = asyncio.create_task(_write(request, socket, reader), name=f"live-writer {reader.asker.actor}")
    try:
        async for _message in socket:
            """Pings are answered by aiohttp."""
    finally:
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)


async def _write(request: web.Request, socket: web.WebSocketResponse, reader: Reader) -> None:
    """Send what is in the inbox; a client that does not take a message in time is cut off."""
    beats = request.query.get("beat") == "1"
    with contextlib.suppress(ConnectionError):
        while True:
            message = await _next(reader, BEAT_S if beats else None)
            if isinstance(message, Goodbye):
                await socket.close(code=message.code, message=message.words.encode())
                return
            try:
                async with asyncio.timeout(SEND_LIMIT_S):
                    await socket.send_str(message)
            except TimeoutError:
                log.warning("reader.dropped", reader=reader.asker.actor, behind=reader.inbox.qsize())
                _abort(request)
                return


async def _next(reader: Reader, beat_s: float | None) -> str | Goodbye:
    """What the reader was given, or a beat after ``beat_s`` without anything."""
    try:
        async with asyncio.timeout(beat_s):
            return await reader.inbox.get()
    except TimeoutError:
        return _BEAT


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
