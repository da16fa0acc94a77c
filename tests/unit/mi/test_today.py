"""The day's figures, kept up call by call: at every commit they are what `mi.measures` counts of the whole day."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from hypothesis import Phase, event, given, settings

from ivr.domain.events import CallEnd
from ivr.domain.ids import CallId
from ivr.mi.measures import COUNTED_STEPS, SHORT, CallTold, Fact, LineSums, QueueSums, sums_of
from ivr.mi.today import TODAY_STEPS, Day, part_of, percent, slice_of
from ivr.store.memory import MemoryStore
from ivr.store.memory_rows import Rows
from tests.unit.acd.happenings import Happening, happenings, numbered_offers, step_of, times
from tests.unit.acd.world import NINE, staff_rows

TARGET: Final = timedelta(seconds=20)
GICH: Final = "segment:GICH"


def a_day() -> Day:
    """The day of the tests, every queue's target 20 s."""
    begin = NINE.replace(hour=0, minute=0, second=0, microsecond=0)
    return Day(begin, begin + timedelta(days=30), lambda _key: TARGET)


def told(rows: Rows) -> dict[CallId, CallTold]:
    """Every call of a store in memory as the day wants it."""
    facts: dict[CallId, list[Fact]] = {call_id: [] for call_id in rows.calls}
    for step in rows.journey:
        if step.step in TODAY_STEPS:
            facts[step.call_id].append(Fact(step.step, dict(step.data), step.at))
    return {
        one: CallTold(
            row.line,
            row.arrived_at,
            row.first_waiting_at,
            row.answered_at,
            row.ended_at,
            row.end,
            tuple(facts[one]),
        )
        for one, row in rows.calls.items()
    }


def in_all(calls: dict[CallId, CallTold]) -> tuple[LineSums, dict[str, QueueSums]]:
    """The same by `mi.measures`: all lines together, and the queues."""
    sums, total = sums_of(calls.values()), LineSums()
    for line in sums.lines.values():
        for name in LineSums.__slots__:
            setattr(total, name, getattr(total, name) + getattr(line, name))
    return total, sums.queues


def check(day: Day, rows: Rows) -> None:
    """What was put in piece by piece is what is counted of everything."""
    calls = told(rows)
    total, queues = in_all(calls)
    assert day.totals == total
    assert {key: one.sums for key, one in day.queues.items() if one.sums.entered} == queues
    slices = dict(day.slices())
    assert sum(one.offered for one in slices.values()) == total.offered
    assert sum(one.answered for one in slices.values()) == total.answered
    assert set(slices) >= {slice_of(call.arrived_at) for call in calls.values() if call.was_offered}
    redirected = [dict(step.data)["scope"] for step in rows.journey if step.step == "redirected"]
    assert day.redirected == len(redirected)
    assert Counter(redirected) == {key: one.redirected for key, one in day.queues.items() if one.redirected}
    assert day.unfinished == {one for one, call in calls.items() if call.ended_at is None}
    _check_level(day, list(calls.values()))


def _began(call: CallTold) -> list[datetime]:
    """When the call may have begun to wait for the answer it got; the last of these counts."""
    waits_at, answered_at = call.first_waiting_at, call.answered_at
    return [call.arrived_at, *([waits_at] if waits_at and answered_at and waits_at <= answered_at else [])]


def _check_level(day: Day, calls: list[CallTold]) -> None:
    """The service level counted in another way, from the rows alone."""
    mine = [c for c in calls if c.was_offered and c.answered_at is not None and c.end != CallEnd.CALLED_BACK]
    waits = [min(c.answered_at - at for at in _began(c)) for c in mine if c.answered_at is not None]
    assert day.level_kept == sum(wait <= TARGET for wait in waits)
    assert day.level_calls == len(waits) + day.totals.abandoned_queue
    assert day.average_speed == (sum(waits, timedelta()) / len(waits) if waits else None)
    if waits:
        assert day.longest_wait is not None
        assert day.longest_wait >= max(waits)
    for one in day.queues.values():
        assert one.level_kept <= one.sums.answered
        assert one.level_calls == one.sums.answered + one.sums.abandoned - one.abandoned_short


@given(happenings)
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_it_agrees_with_the_sums_at_every_commit(happened: list[Happening]) -> None:
    """R-MON-1, R-MI-3: whatever happens in whatever order; and a call put twice counts once."""
    store, day = MemoryStore(), a_day()
    store.rows.agents = {row.agent_id: row for row in staff_rows()}
    with numbered_offers():
        for happening, now in zip(happened, times(happened), strict=True):
            store.transact(step_of(happening, store.rows, now))
            for call_id, call in told(store.rows).items():
                day.put(call_id, part_of(call))
            check(day, store.rows)
    event(f"redirected: {min(2, day.redirected)}")
    event(f"abandoned short: {day.totals.abandoned_short > 0}")


def _call(*facts: Fact, waited_s: float, end: CallEnd | None = None, **more: datetime | None) -> CallTold:
    over = NINE + timedelta(seconds=waited_s)
    times_ = {"answered_at": None, "ended_at": over} | more
    return CallTold("general", NINE, NINE, times_["answered_at"], times_["ended_at"], end, (*facts,))


def _queued() -> tuple[Fact, Fact]:
    return Fact("queued", {}, NINE), Fact("opened", {"scopes": GICH}, NINE)


def _answered(waited_s: float) -> CallTold:
    at = NINE + timedelta(seconds=waited_s)
    return _call(*_queued(), Fact("answered", {"scope": GICH}, at), waited_s=waited_s, answered_at=at, ended_at=None)


def test_the_service_level_leaves_short_abandons_out() -> None:
    """R-MI-1: answered within the target, of those answered and those given up after more than 5 s."""
    day = a_day()
    calls = [_answered(20), _answered(21), _call(*_queued(), waited_s=60, end=CallEnd.ABANDONED_QUEUE)]
    calls.append(_call(*_queued(), waited_s=4.9, end=CallEnd.ABANDONED_QUEUE))
    for number, call in enumerate(calls):
        day.put(CallId(f"c{number}"), part_of(call))
    queue = day.queues[GICH]
    assert (queue.level_kept, queue.level_calls, queue.abandoned_short, queue.sums.abandoned) == (1, 3, 1, 2)
    assert (queue.service_level_percent, queue.answered_percent) == (33, 50)
    assert (day.service_level_percent, day.totals.abandoned_short) == (33, 1)
    assert (day.average_speed, day.longest_wait) == (timedelta(seconds=20.5), timedelta(seconds=60))
    assert timedelta(seconds=4.9) < SHORT


def test_a_transferred_call_waits_anew_at_its_target() -> None:
    """R-MI-3, R-XFER-3: its wait there is counted from the transfer."""
    later = NINE + timedelta(minutes=10)
    there = "team:Enforcement 1"
    moved = Fact("transferred", {"scope": there}, later), Fact("opened", {"scopes": there}, later)
    again = Fact("answered", {"scope": there}, later + timedelta(seconds=5))
    first = _answered(60)
    call = CallTold(first.line, NINE, NINE, first.answered_at, None, None, (*first.facts, *moved, again))
    day = a_day()
    day.put(CallId("c1"), part_of(call))
    assert (day.queues[GICH].level_kept, day.queues[there].level_kept) == (0, 1)
    assert day.average_speed == timedelta(seconds=60)


def test_who_rings_again_waits_from_their_own_ringing_on() -> None:
    """R-WAIT-3, R-MI-1: the place taken over began before the call arrived; nobody was on the line then."""
    first, place = _answered(60), NINE - timedelta(minutes=5)
    day = a_day()
    day.put(CallId("c1"), part_of(CallTold(first.line, NINE, place, first.answered_at, None, None, first.facts)))
    short = CallTold(first.line, NINE, place, None, NINE + timedelta(seconds=3), CallEnd.ABANDONED_QUEUE, _queued())
    day.put(CallId("c2"), part_of(short))
    assert (day.average_speed, day.totals.abandoned_short) == (timedelta(seconds=60), 1)


def test_a_call_of_another_day_does_not_count() -> None:
    """R-MON-1: today is from midnight to midnight."""
    day = Day(NINE, NINE + timedelta(hours=1), lambda _key: TARGET)
    call = part_of(_answered(1))
    assert day.put(CallId("c1"), call)
    assert not day.put(CallId("c1"), call)
    yesterday = Day(NINE + timedelta(hours=1), NINE + timedelta(hours=2), lambda _key: TARGET)
    assert not yesterday.put(CallId("c1"), call)
    assert list(yesterday.slices()) == []


def test_a_percentage_is_never_rounded_up_to_its_limit() -> None:
    """R-MON-3: 79.9 is below 80."""
    assert (percent(799, 1000), percent(0, 0), percent(3, 3)) == (79, None, 100)
    assert set(COUNTED_STEPS) < set(TODAY_STEPS)
