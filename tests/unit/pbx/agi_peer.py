"""Asterisk's side of FastAGI: what it says first, and its answers to commands; nothing passes a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

SECRET = "the secret"
HEAD = "agi_network: yes\nagi_network_script: feature-code\nagi_request: agi://127.0.0.1:4573/feature-code\n"
ARGUMENTS = f"agi_arg_1: {SECRET}\nagi_arg_2: log-in\nagi_arg_3: 7012\nagi_arg_4: 7008\n"
DONE = "200 result=0\n"
Answers = Callable[[str], str | None]


class Peer:
    """``answers`` says what comes back for a command: None leaves the service waiting, nothing at all hangs up."""

    def __init__(self, head: str = f"{HEAD}{ARGUMENTS}\n", answers: Answers = lambda _: DONE) -> None:
        self.reader = asyncio.StreamReader(limit=8192)
        self.reader.feed_data(head.encode())
        self.commands: list[str] = []
        self.is_closed = False
        self._answers = answers

    @property
    def writer(self) -> asyncio.StreamWriter:
        """What the service writes to."""
        return cast("asyncio.StreamWriter", self)

    def write(self, data: bytes) -> None:
        """The service says something."""
        command = data.decode().removesuffix("\n")
        self.commands.append(command)
        answer = self._answers(command)
        if answer == "":
            self.reader.feed_eof()
        elif answer is not None:
            self.reader.feed_data(answer.encode("latin-1"))

    async def drain(self) -> None:
        """It was taken at once."""

    def close(self) -> None:
        """The service closes."""
        self.is_closed = True
