"""What an agent does with a call over REST: hold, retrieve, consult, transfer. Each deed with its weight."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from soak.desks import Desk

CALL: Final = "/api/agents/me/call"


async def hold(desk: Desk) -> None:
    """The caller hears music."""
    await desk.ask("hold", "POST", f"{CALL}/hold")


async def retrieve(desk: Desk) -> None:
    """Back to the caller."""
    await desk.ask("retrieve", "POST", f"{CALL}/retrieve")


IN_CALL: Final[Mapping[Callable[[Desk], Awaitable[None]], float]] = {hold: 8, retrieve: 12}
