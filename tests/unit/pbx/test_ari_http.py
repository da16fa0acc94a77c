"""The connections to Asterisk: what is read, what is reused, and what becomes of one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from ivr.errors import PbxUnavailable
from ivr.pbx.ari_http import BadReply, HttpTransport, Limits, read_reply
from ivr.pbx.ari_rest import Reply

PONG = b"HTTP/1.1 200 OK\r\nServer: helpline\r\nContent-Length: 4\r\n\r\npong"
NOTHING = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
Answer = Callable[[bytes], bytes | None]


class Server:
    """Answers each request with what ``answer`` makes of it; None: never."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.connections = 0
        self.asked = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(head)
                self.asked.set()
                reply = self.answer(head)
                if reply is not None:
                    writer.write(reply)
                if reply is None or b"close" in reply:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def transport_to(answer: Answer, limits: Limits | None = None) -> AsyncIterator[tuple[HttpTransport, Server]]:
    server = Server(answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    transport = HttpTransport(f"http://127.0.0.1:{port}/ari", "ivr", "a sample password", limits)
    try:
        yield transport, server
    finally:
        await transport.close()
        listening.close()


@pytest.mark.parametrize("cut", range(len(PONG)))
def test_an_answer_in_pieces_is_read_when_it_is_whole(cut: int) -> None:
    assert read_reply(PONG[:cut]) is None
    assert read_reply(PONG) == Reply(200, b"pong")
    assert read_reply(NOTHING) == Reply(204, b"")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"220 mail\r\nContent-Length: 0\r\n\r\n",
        PONG + b"x",
    ],
)
def test_what_is_no_answer_of_asterisk_is_refused(data: bytes) -> None:
    with pytest.raises(BadReply):
        read_reply(data)


async def test_requests_one_after_another_go_over_one_connection() -> None:
    async with transport_to(lambda _head: PONG) as (transport, server):
        for _ in range(3):
            assert await transport.send("GET", "asterisk/ping", None) == Reply(200, b"pong")
        assert server.connections == 1
        assert server.requests[0].startswith(b"GET /ari/asterisk/ping HTTP/1.1\r\nHost: 127.0.0.1:")
        assert b"\r\nAuthorization: Basic aXZyOmEgc2FtcGxlIHBhc3N3b3Jk\r\n" in server.requests[0]


async def test_requests_at_once_go_over_connections_of_their_own() -> None:
    async with transport_to(lambda _head: PONG) as (transport, server):
        await asyncio.gather(*(transport.send("GET", "asterisk/ping", None) for _ in range(5)))
        assert server.connections == 5
        await asyncio.gather(*(transport.send("GET", "asterisk/ping", None) for _ in range(5)))
        assert server.connections == 5


async def test_a_connection_that_asterisk_closes_is_not_used_again() -> None:
    closing = PONG.replace(b"Server", b"Connection: close\r\nServer")
    async with transport_to(lambda _head: closing) as (transport, server):
        for _ in range(2):
            await transport.send("GET", "asterisk/ping", None)
        assert server.connections == 2


async def test_a_command_whose_answer_is_lost_is_told_so_and_never_sent_twice() -> None:
    async with transport_to(lambda _head: None) as (transport, server):
        with pytest.raises(PbxUnavailable, match=r"POST channels/c1/answer: the connection was lost"):
            await transport.send("POST", "channels/c1/answer?caller=07700900123", None)
        assert len(server.requests) == 1


async def test_an_answer_that_does_not_come_in_time_ends_the_connection() -> None:
    """A late answer must never be taken for the next request's."""
    async with transport_to(lambda _head: b"HTTP/1.1 200", Limits(reply_s=0.01)) as (transport, server):
        for _ in range(2):
            with pytest.raises(PbxUnavailable, match=r"no answer within 0\.01 s"):
                await transport.send("GET", "asterisk/ping", None)
        assert server.connections == 2


async def test_a_cancelled_request_ends_the_connection() -> None:
    """A call that ends while its command is under way must not leave its answer to the next command."""
    async with transport_to(lambda head: PONG if b"ping" in head else b"") as (transport, server):
        task = asyncio.create_task(transport.send("GET", "slow", None))
        await asyncio.wait_for(server.asked.wait(), 5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await transport.send("GET", "asterisk/ping", None) == Reply(200, b"pong")
        assert server.connections == 2


async def test_nobody_listening_is_unavailable() -> None:
    async with transport_to(lambda _head: PONG) as (transport, _server):
        pass
    with pytest.raises(PbxUnavailable, match="closed by this service"):
        await transport.send("GET", "asterisk/ping", None)
    with pytest.raises(PbxUnavailable, match="no connection"):
        await HttpTransport("http://127.0.0.1:1/ari", "ivr", "").send("GET", "asterisk/ping", None)


@pytest.mark.parametrize("target", ["channels/a b", "channels/a\r\nHost: x", "channels/é"])
async def test_a_target_that_is_not_encoded_is_never_sent(target: str) -> None:
    transport = HttpTransport("http://127.0.0.1:1/ari", "ivr", "")
    with pytest.raises(ValueError, match="not encoded"):
        await transport.send("GET", target, None)
