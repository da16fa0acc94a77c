"""What an agent does with a call over REST: hold, retrieve, digits, consult, transfer. Each deed with its weight."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from soak.lab import STAFF
from soak.plan import choose

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


async def raise_the_alarm(desk: Desk) -> None:
    """R-STATE-11."""
    await desk.ask("raise_the_alarm", "POST", "/api/agents/me/alert")


# --- transfers (R-XFER) ---------------------------------------------------------------------------------------------


def _somebody(desk: Desk) -> dict[str, str]:
    """An agent, a team or a segment; now and then oneself, or one that is not there."""
    kind = choose(desk.dice, {"agent": 60, "team": 20, "segment": 18, "nonsense": 2})
    if kind == "nonsense":
        return {"kind": "team", "name": "No Such Team"}
    return {"kind": kind, "name": desk.dice.choice(TARGETS[kind])}


async def consult(desk: Desk) -> None:
    """Ask somebody about the call, and then do what people do; or leave it to whatever happens next."""
    body = {"to": _somebody(desk), "reason": "the soak asks"}
    status, _ = await desk.ask("consult", "POST", f"{CALL}/consultation", body)
    for _ in range(desk.dice.randint(1, 4) if status < 300 else 0):
        await desk.rest(0.2, 3)
        await choose(desk.dice, CONSULTING)(desk)


async def swap(desk: Desk) -> None:
    """Talk with the other one."""
    await desk.ask("swap", "POST", f"{CALL}/consultation/swap")


async def confer(desk: Desk) -> None:
    """All three hear each other."""
    await desk.ask("confer", "POST", f"{CALL}/consultation/conference")


async def hand_over(desk: Desk) -> None:
    """The call is the other's."""
    await desk.ask("hand_over", "POST", f"{CALL}/consultation/complete")


async def go_back(desk: Desk) -> None:
    """To the caller."""
    await desk.ask("go_back", "DELETE", f"{CALL}/consultation")


async def hand_over_cold(desk: Desk) -> None:
    """Queue the call elsewhere at once; refused unless the emergency setting is on."""
    body = {"to": _somebody(desk), "reason": "the soak has no time", "notes": "none"}
    await desk.ask("hand_over_cold", "POST", f"{CALL}/transfer", body)


Deed = Callable[["Desk"], Awaitable[None]]
TARGETS: Final[Mapping[str, Sequence[str]]] = {
    "agent": STAFF,
    "team": ("Maintenance 1", "Enforcement 1", "GICH 1", "Soak GICH", "Soak Maintenance"),
    "segment": ("Maintenance", "Enforcement", "GICH", "Applications", "Employer", "Welsh"),
}
CONSULTING: Final[Mapping[Deed, float]] = {swap: 20, confer: 20, hand_over: 30, go_back: 20, hold: 3, retrieve: 3}
TRANSFERS: Final[Mapping[Deed, float]] = {consult: 20, hand_over_cold: 5, **dict.fromkeys(CONSULTING, 1)}
IN_CALL: Final[Mapping[Deed, float]] = {
    **TRANSFERS,
    hold: 12,
    retrieve: 2,
    end_the_call: 6,
    send_digits: 3,
    mute: 3,
    raise_the_alarm: 1,
}
ON_HOLD: Final[Mapping[Deed, float]] = {**IN_CALL, hold: 1, retrieve: 30}
