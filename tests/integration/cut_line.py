"""A line to Asterisk that can be cut and mended: a TCP relay on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


class CutLine:
    """Passes bytes on while it is whole; cutting it ends every connection and refuses new ones."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._whole = True
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """End what is connected; refuse what tries."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side or the line ends it."""
        if not self._whole:
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers |= {writer, there_writer}
        with contextlib.suppress(OSError):
            await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    finally:
        writer.transport.abort()


@contextlib.asynccontextmanager
async def cut_line_to(port: int) -> AsyncIterator[tuple[CutLine, str]]:
    """The line, and the URL of Asterisk's ARI through it."""
    line = CutLine(port)
    server = await asyncio.start_server(line.accept, "127.0.0.1", 0)
    here = server.sockets[0].getsockname()[1]
    try:
        yield line, f"http://127.0.0.1:{here}/ari"
    finally:
        line.cut()
        server.close()
        await server.wait_closed()
