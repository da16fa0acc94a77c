"""Stands in for Asterisk's HTTP side: keeps what was asked, answers what it was told to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ivr.pbx.ari_rest import Reply

Answer = Callable[["Asked"], Reply | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it went out."""

    method: str
    target: str
    body: Any

    @property
    def path(self) -> str:
        """Without the query."""
        return self.target.partition("?")[0]


def reply(status: int, body: object = None) -> Reply:
    """An answer with a JSON body, or none."""
    return Reply(status, b"" if body is None else json.dumps(body).encode())


class FakeTransport:
    """``answer`` decides; where it says nothing, 204."""

    def __init__(self, answer: Answer = lambda _asked: None) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.closed = False

    async def send(self, method: str, target: str, body: bytes | None) -> Reply:
        """Keep the request, then answer it."""
        asked = Asked(method, target, None if body is None else json.loads(body))
        self.asked.append(asked)
        return self.answer(asked) or reply(204)

    async def close(self) -> None:
        """Remember it."""
        self.closed = True

    def lines(self) -> list[str]:
        """``POST channels/c/answer`` for each request so far."""
        return [f"{asked.method} {asked.target}" for asked in self.asked]
