"""The call that the documentation shows: keyed twice, not answered once, held, consulted on, handed over. Invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from ivr.mi.call_view.told import CallTold, Fact, StateFact, Told

BEGAN: Final = datetime(2026, 11, 23, 9, 4, 10, tzinfo=UTC)
ENDED_S: Final = 412.0
NAMES: Final = {
    "7001": "Megan Price",
    "7002": "Daniel Okafor",
    "7005": "Tom Ashworth",
    "7101": "Ruth Hargreaves",
}


def _at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def _fact(seconds: float, step: str, **data: str) -> Fact:
    return Fact(_at(seconds), step, data)


def _state(seconds: float, staff: str, before: str, after: str) -> StateFact:
    return StateFact(staff, _at(seconds), before, after, None, of_call=True)


_OWN: Final = "agent:7001, team:Maintenance 1, segment:Maintenance"
FACTS: Final = (
    _fact(0, "arrived", line="general", dnis="…100"),
    _fact(0.1, "played", prompts="greeting, welsh-offer", language="en"),
    _fact(4.8, "chose", option="1"),
    _fact(4.9, "played", prompts="ask-scin", language="en"),
    _fact(13.2, "attempted", what="scin", number="1", outcome="incomplete", keyed="…001"),
    _fact(13.3, "played", prompts="scin-incomplete-again", language="en"),
    _fact(24.6, "attempted", what="scin", number="2", outcome="recognised", keyed="…019"),
    _fact(24.7, "identified", client_id="1", case_id="1"),
    _fact(24.8, "queued", kind="existing_case", scopes=_OWN),
    _fact(24.8, "offered", agent="7001", scope="agent:7001"),
    _fact(24.9, "played", prompts="connecting-owner", language="en"),
    _fact(39.8, "redirected", agent="7001", scope="agent:7001", outcome="no_answer"),
    _fact(39.8, "opened", scopes="team:Maintenance 1", why="redirect"),
    _fact(58.0, "offered", agent="7002", scope="team:Maintenance 1"),
    _fact(61.4, "answered", agent="7002", scope="team:Maintenance 1"),
    _fact(61.5, "bridged", agent="7002"),
    _fact(190.0, "asked", role="listening", who="7101"),
    _fact(192.0, "came_in", role="listening", who="7101"),
    _fact(220.0, "asked", role="consulted", who="7005"),
    _fact(226.3, "came_in", role="consulted", who="7005"),
    _fact(270.0, "conferred", who="7005"),
    _fact(300.0, "handed_over", **{"to": "7005", "from": "7002"}),
    _fact(330.0, "left", role="listening", who="7101", outcome="answered"),
    _fact(ENDED_S, "ended", end="answered", by="caller"),
)
STATES: Final = (
    _state(120, "7002", "on_call", "on_hold"),
    _state(151, "7002", "on_hold", "on_call"),
    _state(300, "7002", "on_call", "after_call_work"),
    _state(365, "7002", "after_call_work", "available"),
    _state(ENDED_S, "7005", "on_call", "after_call_work"),
    _state(ENDED_S + 95, "7005", "after_call_work", "available"),
)
SAMPLE: Final = Told(
    CallTold(
        "c0000000000000000",
        line="general",
        brand="cmg",
        language="en",
        kind="existing_case",
        caller="…123",
        arrived_at=BEGAN,
        answered_at=_at(61.4),
        ended_at=_at(ENDED_S),
        end="answered",
    ),
    FACTS,
    STATES,
    NAMES,
)
