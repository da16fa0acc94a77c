"""FastAGI on real sockets: peers that close early, reset, or fall silent; two processes on one port (R-STATE-10)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from ivr.pbx import agi, asterisk
from ivr.pbx.agi import AgiCall, AgiServer
from tests.patience import patiently
from tests.unit.pbx.agi_peer import ARGUMENTS, HEAD, SECRET

HERE = "127.0.0.1"
SOON_S = patiently(2.0)


async def _serve(call: AgiCall) -> None:
    await call.set_variable("FEATURE_SERVED", "yes")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where a server listens, and at the end holds no call."""
    with ExitStack() as held:
        number = asterisk.free_port(held)
    server = AgiServer(_serve, SECRET)
    await server.start(HERE, number)
    yield number
    await server.close()
    assert not server._tasks


async def _until_closed(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(SOON_S):
        return await reader.read()


async def test_a_call_is_served_and_closed(port: int) -> None:
    reader, writer = await asyncio.open_connection(HERE, port)
    writer.write(f"{HEAD}{ARGUMENTS}\n".encode())
    assert await reader.readline() == b'SET VARIABLE FEATURE_SERVED "yes"\n'
    writer.write(b"200 result=1\n")
    assert await _until_closed(reader) == b""
    writer.close()


async def test_a_half_closed_peer_is_let_go_at_once(port: int) -> None:
    """It will never send the blank line; it still listens, and is told by our end that it is over."""
    reader, writer = await asyncio.open_connection(HERE, port)
    writer.write(HEAD.encode())
    writer.write_eof()
    assert await _until_closed(reader) == b""
    writer.close()


async def test_a_peer_that_resets_harms_nobody(port: int) -> None:
    """The next one is served as if nothing had been."""
    for sent in (b"", HEAD.encode(), f"{HEAD}{ARGUMENTS}\n".encode()):
        rude = socket.create_connection((HERE, port))
        rude.sendall(sent)
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        rude.close()
    await test_a_call_is_served_and_closed(port)


async def test_a_silent_peer_is_let_go_after_the_limit(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is not ours to keep open."""
    monkeypatch.setattr(agi, "HEAD_S", 0.2)
    reader, writer = await asyncio.open_connection(HERE, port)
    assert await _until_closed(reader) == b""
    writer.close()


async def test_a_process_that_takes_over_listens_beside_the_first(port: int) -> None:
    """Neither has to wait for the other to end."""
    second = AgiServer(_serve, SECRET)
    await second.start(HERE, port)
    for _ in range(8):
        await test_a_call_is_served_and_closed(port)
    await second.close()
    await test_a_call_is_served_and_closed(port)
