"""What an agent does with a call over REST: hold, retrieve, digits, consult, transfer. Each deed with its weight."""

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
    await desk.ask("retrieve", "DELETE", f"{CALL}/hold")


async def end_the_call(desk: Desk) -> None:
    """Hang up at the desk."""
    await desk.ask("end_the_call", "POST", f"{CALL}/end")


async def send_digits(desk: Desk) -> None:
    """Tones to the caller."""
    await desk.ask("send_digits", "POST", f"{CALL}/digits", {"digits": "".join(desk.dice.choices("0123456789*#", k=3))})


async def mute(desk: Desk) -> None:
    """Say something to a colleague, and be heard again."""
    await desk.ask("mute", "POST", f"{CALL}/mute")
    await desk.rest(0.2, 2)
    await desk.ask("unmute", "DELETE", f"{CALL}/mute")


Deed = Callable[["Desk"], Awaitable[None]]
IN_CALL: Final[Mapping[Deed, float]] = {hold: 12, retrieve: 2, end_the_call: 6, send_digits: 3, mute: 3}
ON_HOLD: Final[Mapping[Deed, float]] = {**IN_CALL, hold: 1, retrieve: 30}
