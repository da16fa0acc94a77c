"""What the bench of the desks makes of what they were told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench.receipts import Facts, Seat, delays_ms, differing

NINE: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
QUEUE: Final = "team:Bench 1"
SNAPSHOT: Final = {
    "seq": 1,
    "type": "snapshot",
    "queues": [{"key": QUEUE, "today": {"answered": 1}}],
    "today": {"totals": {"answered": 1}},
}


def _seat(*told: tuple[float, dict[str, Any]], leads: bool = True) -> Seat:
    seat = Seat("7301", leads)
    for seq, (at_s, message) in enumerate([(0.0, SNAPSHOT), *told], start=1):
        seat.told.append((NINE.timestamp() + at_s, json.dumps(message | {"seq": seq})))
    return seat


def _facts(*answered_s: float) -> Facts:
    return Facts([NINE.timestamp() + one for one in answered_s], {"c1": NINE.timestamp() + 1})


def _rounded(delays: dict[str, list[float]]) -> dict[str, list[int]]:
    return {kind: [round(one) for one in values] for kind, values in delays.items()}


def test_a_state_counts_from_its_time_and_once() -> None:
    """A pending request is told with the same time; that is no change of state."""
    since = (NINE + timedelta(seconds=2)).isoformat()
    told = {"type": "agent_changed", "agent": {"staff_number": "7201", "since": since}}
    assert _rounded(delays_ms([_seat((2.05, told), (9, told))], _facts(), QUEUE)) == {"agent_changed": [50]}


def test_a_board_counts_each_call_that_it_is_the_first_to_show() -> None:
    """Two were answered between two readings: two delays; one of another queue says nothing."""
    board = {"type": "queue_changed", "queue": {"key": QUEUE, "today": {"answered": 3}}}
    other = {"type": "queue_changed", "queue": {"key": "segment:GICH", "today": {"answered": 9}}}
    found = delays_ms([_seat((3.2, board), (3.3, other), (3.4, board))], _facts(-60, 3.0, 3.1), QUEUE)
    assert _rounded(found) == {"queue_changed": [200, 100]}


def test_the_screen_counts_from_the_offer() -> None:
    """The first message that has the call."""
    told = {"type": "my_call", "call": {"pop": {"call_id": "c1"}}}
    assert _rounded(delays_ms([_seat((1.04, told), (2, told))], _facts(), QUEUE)) == {"my_call": [40]}


def test_desks_that_were_told_otherwise_are_found() -> None:
    """A leader who missed a message; an agent whose queue showed something else."""
    board = {"type": "queue_changed", "queue": {"key": QUEUE, "today": {"answered": 3}}}
    wrong = {"type": "queue_changed", "queue": {"key": QUEUE, "today": {"answered": 4}}}
    step = {"type": "journey_step"}
    assert differing([_seat((1, board), (2, step)), _seat((1, board), (2, step)), _seat((1, board), leads=False)]) == []
    assert differing([_seat((1, board), (2, step)), _seat((1, step), (2, step))])
    assert differing([_seat((1, board), (2, step)), _seat((1, wrong), leads=False)])
