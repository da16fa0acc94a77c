"""The sums of R-MI-3: whatever happens, they add up; and each call counts where the rule says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from ivr.acd import ledger, transfers
from ivr.domain.events import CallEnd, CallState, OfferState
from ivr.domain.ids import CallId
from ivr.domain.oversight import Switch
from ivr.domain.routes import existing_case, general
from ivr.domain.talking import Target
from ivr.mi.measures import COUNTED_STEPS, CallTold, Fact, LineSums, QueueSums, Sums, line_place, sums_of
from ivr.store.memory import MemoryStore
from ivr.store.memory_rows import Rows
from ivr.store.ports import Tx
from tests.unit.acd.happenings import Happening, happenings, numbered_offers, step_of, times
from tests.unit.acd.world import GENERALIST, LIMITS, MATE, NAMES, NINE, OWNER, World, staff_rows

TARGETS: Final = (Target("agent", "7002"), Target("team", "M1"), Target("segment", "GICH"), Target("agent", "7004"))
OWNED: Final = existing_case(NAMES, OWNER, "M1", "Maintenance")


def told(rows: Rows) -> dict[CallId, CallTold]:
    """Every call of a store in memory as the sums want it."""
    facts: dict[CallId, list[Fact]] = {call_id: [] for call_id in rows.calls}
    for step in rows.journey:
        if step.step in COUNTED_STEPS:
            facts[step.call_id].append(Fact(step.step, dict(step.data)))
    return {
        call_id: CallTold(
            row.line,
            row.arrived_at,
            row.first_waiting_at,
            row.answered_at,
            row.ended_at,
            row.end,
            tuple(facts[call_id]),
        )
        for call_id, row in rows.calls.items()
    }


def counted(sums: LineSums | QueueSums) -> dict[str, int]:
    """What is not zero."""
    return {name: count for name, count in asdict(sums).items() if count}


def of(world: World) -> Sums:
    """The sums of everything that has happened in ``world``."""
    return sums_of(told(world.store.rows).values())


def check(rows: Rows) -> Sums:
    """Everything adds up, and agrees with the rows and facts counted in another way."""
    calls = told(rows)
    sums = sums_of(calls.values())
    assert all(line.is_whole for line in sums.lines.values())
    assert all(queue.is_whole for queue in sums.queues.values())
    assert sum(line.offered for line in sums.lines.values()) == len(rows.calls)
    _check_opened(rows, calls)
    answered = {step.call_id for step in rows.journey if step.step == "answered"}
    back = {row.call_id for row in rows.calls.values() if row.call_back_number is not None}
    assert sum(line.called_back for line in sums.lines.values()) == len(back)
    answered = {step.call_id for step in rows.journey if step.step == "answered"} - back
    assert sum(line.answered for line in sums.lines.values()) == len(answered)
    there = [row for row in rows.calls.values() if row.call_id not in back]
    still = sum(row.ended_at is None and row.answered_at is None for row in there)
    assert sum(line.still_there for line in sums.lines.values()) == still
    return sums


def _check_opened(rows: Rows, calls: Mapping[CallId, CallTold]) -> None:
    """Of calls that were never transferred, whose turns are one: each queue opened is one entered."""
    plain = {one for one, call in calls.items() if all(fact.step != "transferred" for fact in call.facts)}
    steps = [step for step in rows.journey if step.step == "opened" and step.call_id in plain]
    opened = Counter(key for step in steps for key in dict(step.data)["scopes"].split(", "))
    queues = sums_of(calls[one] for one in plain).queues
    assert {key: queue.entered for key, queue in queues.items()} == dict(opened)


@given(happenings)
@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_they_add_up_at_every_commit(day: list[Happening]) -> None:
    """R-MI-3: within any period, by line and by queue, whatever has happened in whatever order."""
    store = MemoryStore()
    store.rows.agents = {row.agent_id: row for row in staff_rows()}
    with numbered_offers():
        for happening, now in zip(day, times(day), strict=True):
            store.transact(step_of(happening, store.rows, now))
            sums = check(store.rows)
    _check_parts(store.rows, times(day)[len(day) // 2])
    for place in sorted({place for queue in sums.queues.values() for place in counted(queue)}):
        event(place)


def _check_parts(rows: Rows, border: datetime) -> None:
    """Two periods side by side hold what the whole does: no call is in both, none in neither."""
    calls = told(rows).values()
    early, late = (sums_of([c for c in calls if (c.arrived_at < border) is before]) for before in (True, False))
    early.add(late)
    assert early == sums_of(calls)


def _cold(tx: Tx, number: int, to: Target, now: datetime) -> None:
    """Whoever talks hands their call over without a word, the emergency setting being on."""
    tx.turn(Switch.EMERGENCY, now, "leader 7101", is_on=True)
    talking = [call for call in tx.calls_up() if call.state is CallState.TALKING]
    if talking:
        call = talking[number % len(talking)]
        asker = call.agent_id or OWNER
        transfers.cold(tx, transfers.Asking(call.call_id, asker, to, "reason"), NAMES, now, LIMITS)


_moves = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 9), st.sampled_from(TARGETS))), min_size=30)


@given(happenings, _moves)
@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_they_add_up_on_days_with_transfers(day: list[Happening], moves: list[tuple[int, Target] | None]) -> None:
    """R-MI-3, R-XFER-3: calls that are answered, queued elsewhere, answered again, abandoned there, and so on."""
    store = MemoryStore()
    store.rows.agents = {row.agent_id: row for row in staff_rows()}
    with numbered_offers():
        for happening, now, move in zip(day, times(day), [*moves, *[None] * len(day)], strict=False):
            store.transact(step_of(happening, store.rows, now))
            if move is not None:
                store.transact(_cold, *move, now)
            check(store.rows)
    event(f"transfers: {min(3, sum(step.step == 'transferred' for step in store.rows.journey))}")


def test_answered_counts_in_the_queue_whose_scope_it_was() -> None:
    """R-MI-3: the owner did not answer, the team did: overflowed at the one, answered at the other."""
    world = World()
    world.available(OWNER, MATE)
    call = world.queues(OWNED)
    world.is_not_answered(call, OfferState.BUSY)
    world.answers(call)
    world.ends(call)
    sums = of(world)
    assert counted(sums.queues["agent:1"]) == {"entered": 1, "overflowed": 1}
    assert counted(sums.queues["team:M1"]) == {"entered": 1, "answered": 1}
    assert set(sums.queues) == {"agent:1", "team:M1"}
    assert counted(sums.lines["general"]) == {"offered": 1, "answered": 1}


def test_abandoned_counts_in_the_queue_that_was_opened_last() -> None:
    """R-MI-3: all were open when the caller gave up; while they wait, they wait in each."""
    world = World()
    call = world.queues(OWNED)
    assert {counted(queue)["still_waiting"] for queue in of(world).queues.values()} == {1}
    world.later(60)
    world.overflows(call)
    world.ends(call)
    sums = of(world)
    assert counted(sums.queues["segment:GICH"]) == {"entered": 1, "abandoned": 1}
    assert all(queue.overflowed == 1 for key, queue in sums.queues.items() if key != "segment:GICH")


def test_a_call_whose_agent_lost_their_phone_was_answered_once() -> None:
    """R-MI-3, R-STATE-8: its turn goes on; what is opened for it later is entered and overflowed."""
    world = World()
    world.available(OWNER)
    call = world.queues(OWNED)
    world.answers(call)
    world.run(ledger.requeue, call, world.now, LIMITS)
    assert counted(of(world).queues["segment:Maintenance"]) == {"entered": 1, "overflowed": 1}
    world.available(GENERALIST)
    world.overflows(call)
    world.answers(call)
    world.ends(call)
    sums = of(world)
    assert counted(sums.queues["agent:1"]) == {"entered": 1, "answered": 1}
    assert counted(sums.queues["segment:GICH"]) == {"entered": 1, "overflowed": 1}
    assert counted(sums.lines["general"]) == {"offered": 1, "answered": 1}


def _transferred(*later: Fact, ended_at: datetime | None = None) -> Sums:
    """A call that GICH answered, and that was then queued at Enforcement (R-XFER-3)."""
    first = (
        Fact("queued", {}),
        Fact("opened", {"scopes": "segment:GICH"}),
        Fact("answered", {"scope": "segment:GICH"}),
        Fact("answered", {"scope": "consultation"}),
        Fact("transferred", {"to": "team:Enforcement, North", "scope": "team:Enforcement, North"}),
        Fact("opened", {"scopes": "team:Enforcement, North, segment:Enforcement"}),
    )
    end = None if ended_at is None else CallEnd.ANSWERED
    return sums_of([CallTold("general", NINE, NINE, NINE, ended_at, end, first + later)])


def test_a_call_that_is_queued_at_a_new_target_has_another_turn() -> None:
    """R-MI-3, R-XFER-3: answered in the first; in the second it waits, is abandoned, or is answered again."""
    team, segment = "team:Enforcement, North", "segment:Enforcement"
    waits = _transferred().queues
    assert counted(waits["segment:GICH"]) == {"entered": 1, "answered": 1}
    assert counted(waits[team]) == counted(waits[segment]) == {"entered": 1, "still_waiting": 1}
    given_up = _transferred(ended_at=NINE + timedelta(minutes=1))
    assert counted(given_up.queues[team]) == {"entered": 1, "overflowed": 1}
    assert counted(given_up.queues[segment]) == {"entered": 1, "abandoned": 1}
    assert counted(given_up.lines["general"]) == {"offered": 1, "answered": 1}
    again = _transferred(Fact("answered", {"scope": team}), ended_at=NINE + timedelta(minutes=1)).queues
    assert counted(again[team]) == {"entered": 1, "answered": 1}
    assert counted(again[segment]) == {"entered": 1, "overflowed": 1}


def test_a_queue_from_before_a_transfer_counts_again_only_if_it_answers() -> None:
    """R-MI-3, R-XFER-3: what was open for the call stays open, and its people may be offered it."""
    queues = _transferred(Fact("answered", {"scope": "segment:GICH"}), ended_at=NINE + timedelta(minutes=1)).queues
    assert counted(queues["segment:GICH"]) == {"entered": 2, "answered": 2}
    assert counted(queues["segment:Enforcement"]) == {"entered": 1, "overflowed": 1}


def test_a_call_whose_agent_is_gone_waits_again_where_it_came_from() -> None:
    """R-MI-3, R-XFER-2: back in the queues that are open for it, with an outcome of its own."""
    facts = (
        Fact("queued", {}),
        Fact("opened", {"scopes": "team:M1, segment:Maintenance"}),
        Fact("answered", {"scope": "team:M1"}),
        Fact("transferred", {"to": "queue"}),
    )
    queues = sums_of([CallTold("general", NINE, NINE, NINE, NINE, "answered", facts)]).queues
    assert counted(queues["team:M1"]) == {"entered": 2, "answered": 1, "overflowed": 1}
    assert counted(queues["segment:Maintenance"]) == {"entered": 2, "overflowed": 1, "abandoned": 1}


def test_a_direct_call_that_was_handed_over_may_wait_in_a_queue_at_last() -> None:
    """R-MI-3, R-STATE-8: its new agent's phone was lost; it is opened without having been queued."""
    facts = (Fact("answered", {"scope": "direct"}), Fact("opened", {"scopes": "segment:GICH"}))
    queues = sums_of([CallTold("direct-7101", NINE, NINE, NINE, None, None, facts)]).queues
    assert counted(queues["segment:GICH"]) == {"entered": 1, "still_waiting": 1}


def test_a_call_that_an_agent_made_is_no_lines() -> None:
    """R-MI-3, R-OUT-1: nobody offered it; should it come to wait in a queue, it counts there."""
    out = Fact("outbound", {"agent": "7001"})
    made = CallTold("general", NINE, None, NINE, NINE, "answered", (out,))
    lost = CallTold("general", NINE, NINE, NINE, None, None, (out, Fact("opened", {"scopes": "segment:GICH"})))
    sums = sums_of([made, lost])
    assert sums.lines == {}
    assert counted(sums.queues["segment:GICH"]) == {"entered": 1, "still_waiting": 1}


def test_taken_by_somebody_of_none_of_its_queues() -> None:
    """R-MI-3, R-MON-2: answered all the same, and counted in the queue that was opened last."""
    facts = (
        Fact("queued", {}),
        Fact("opened", {"scopes": "team:M1, segment:Maintenance"}),
        Fact("answered", {"scope": "taken over"}),
    )
    queues = sums_of([CallTold("general", NINE, NINE, NINE, None, None, facts)]).queues
    assert counted(queues["team:M1"]) == {"entered": 1, "overflowed": 1}
    assert counted(queues["segment:Maintenance"]) == {"entered": 1, "answered": 1}


def _place(end: str | None, *, waited_s: float | None = None, lasted_s: float = 60) -> str:
    ended_at = None if end is None else NINE + timedelta(seconds=lasted_s)
    waiting_at = None if waited_s is None else NINE + timedelta(seconds=lasted_s - waited_s)
    return line_place(CallTold("general", NINE, waiting_at, None, ended_at, end))


def test_each_end_has_its_place() -> None:
    """R-MI-3: abandoned in the menu and in the queue, short ones apart; each other end under its own name."""
    assert _place(None) == "still_there"
    assert _place("abandoned_menu", lasted_s=5) == "abandoned_menu"
    assert _place("abandoned_menu", lasted_s=4.9) == "abandoned_short"
    assert _place("abandoned_queue", waited_s=5) == "abandoned_queue"
    assert _place("abandoned_queue", waited_s=4.9) == "abandoned_short"
    for end in ("closed", "unknown_number", "called_back", "sent_outside", "fault"):
        assert _place(end, lasted_s=1) == end


def test_who_is_called_back_or_turned_away_counts_where_they_waited_last() -> None:
    """R-MI-3: and a call that went outside from a queue has overflowed from all of them."""
    facts = (Fact("queued", {}), Fact("opened", {"scopes": "team:M1, segment:Maintenance"}))
    for end in ("called_back", "closed", "fault"):
        queues = sums_of([CallTold("general", NINE, NINE, None, NINE, end, facts)]).queues
        assert counted(queues["segment:Maintenance"]) == {"entered": 1, end: 1}
        assert counted(queues["team:M1"]) == {"entered": 1, "overflowed": 1}
    queues = sums_of([CallTold("general", NINE, NINE, None, NINE, "sent_outside", facts)]).queues
    assert {queue.overflowed for queue in queues.values()} == {1}


def test_calls_of_no_queue_count_by_line_only() -> None:
    """R-MI-3, R-LINE-4: a direct call that is answered."""
    world = World()
    world.available(GENERALIST)
    direct = world.dials_directly(GENERALIST)
    world.answers_directly(direct, GENERALIST)
    world.ends(direct)
    waiting = world.queues(general(NAMES))
    sums = of(world)
    assert counted(sums.lines["general"]) == {"offered": 2, "answered": 1, "still_there": 1}
    assert set(sums.queues) == {"segment:GICH"}
    assert world.rings(waiting) == GENERALIST
    assert counted(sums.queues["segment:GICH"]) == {"entered": 1, "still_waiting": 1}
