"""Readers of live events: who sees what, and what becomes of one that falls behind."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.domain.ids import AgentId, StaffNumber
from ivr.web.identity import Person
from ivr.web.reader import Reader, Told

WHEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _person(agent_id: int, role: str = "agent") -> Person:
    return Person(AgentId(agent_id), StaffNumber("7001"), "A", role, "Maintenance 1", "Maintenance", "hash", WHEN)


def _nothing() -> None:
    raise AssertionError("the reader was dropped")


def _told(*, leaders: bool = False, agent_id: int | None = None, queue: str | None = None) -> Told:
    return Told(1, "{}", leaders, None if agent_id is None else AgentId(agent_id), queue)


def test_an_agent_sees_their_own_and_their_queues_only() -> None:
    """R-MON-1 is for team leaders; a colleague's call is nobody's business."""
    reader = Reader(_person(1), _nothing)
    assert reader.may_see(_told(agent_id=1))
    assert reader.may_see(_told(queue="team:Maintenance 1", leaders=True))
    assert reader.may_see(_told(queue="segment:Maintenance", leaders=True))
    assert not reader.may_see(_told(agent_id=2))
    assert not reader.may_see(_told(agent_id=2, leaders=True))
    assert not reader.may_see(_told(queue="team:Maintenance 2", leaders=True))


def test_a_leader_sees_what_is_for_leaders_but_no_colleagues_screen_pop() -> None:
    """R-MON-1, R-POP-4."""
    reader = Reader(_person(1, "team_leader"), _nothing)
    assert reader.may_see(_told(agent_id=2, leaders=True))
    assert reader.may_see(_told(queue="team:Enforcement 1", leaders=True))
    assert not reader.may_see(_told(agent_id=2))


def test_a_reader_that_falls_behind_is_dropped_once() -> None:
    """Nobody waits for a page that does not read."""
    dropped: list[str] = []
    reader = Reader(_person(1), lambda: dropped.append("dropped"), backlog=2)
    for number in range(5):
        reader.give(str(number))
    assert dropped == ["dropped"]
    assert reader.inbox.qsize() == 2
