"""What team leaders do to others over REST: switches, states, listening in, alerts. Each deed with its weight."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from ivr.domain.agents import AUX_CODES
from soak.lab import STAFF
from soak.plan import choose

if TYPE_CHECKING:
    from soak.desks import Desk

VERBS: Final[Mapping[str, float]] = {"listen": 40, "whisper": 25, "join": 25, "take": 10}


async def turn_a_switch(desk: Desk) -> None:
    """The emergency setting, mostly on; or the case system is down for a moment."""
    name = choose(desk.dice, {"emergency": 80, "downtime": 20})
    is_on = desk.dice.random() < (0.8 if name == "emergency" else 0.3)
    await desk.ask("turn_a_switch", "PUT", f"/api/switches/{name}", {"on": is_on, "why": "The soak says so."})


async def set_somebodys_state(desk: Desk) -> None:
    """Whoever it is, whatever they are doing."""
    states: Mapping[str, float] = {"available": 50, "not_ready": 30, "logged_out": 20}
    state = choose(desk.dice, states)
    code = {"code": desk.dice.choice(AUX_CODES)} if state == "not_ready" else {}
    path = f"/api/agents/{desk.dice.choice(STAFF)}/state"
    await desk.ask("set_somebodys_state", "PUT", path, {"state": state, **code})


async def oversee(desk: Desk) -> None:
    """Listen to a call that goes on, and perhaps whisper, join or take it; it may be over by then."""
    _, answer = await desk.ask("look_at_calls", "GET", "/api/calls?up=1")
    calls = [] if answer is None else [one["call_id"] for one in answer["calls"] if one["state"] == "talking"]
    if not calls:
        return
    call_id = desk.dice.choice(calls)
    for _ in range(desk.dice.randint(1, 3)):
        verb = choose(desk.dice, VERBS)
        await desk.ask(verb, "POST", f"/api/calls/{call_id}/{verb}")
        await desk.rest(0.3, 2)


async def look_at_alerts(desk: Desk) -> None:
    """See to those who called for a leader."""
    _, answer = await desk.ask("look_at_alerts", "GET", "/api/alerts")
    for alert in () if answer is None else answer["alerts"]:
        await desk.ask("acknowledge", "POST", f"/api/alerts/{alert['alert_id']}/acknowledge")


LEADING: Final[Mapping[Callable[[Desk], Awaitable[None]], float]] = {
    turn_a_switch: 25,
    set_somebodys_state: 30,
    oversee: 35,
    look_at_alerts: 10,
}
