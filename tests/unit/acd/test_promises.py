"""Whatever happens, in whatever order, the ACD keeps its promises at every commit."""

from __future__ import annotations

from collections import Counter

from hypothesis import event, given, settings

from ivr.acd import ledger
from ivr.domain.events import Change
from ivr.store.memory import MemoryStore
from tests.unit.acd import naive
from tests.unit.acd.happenings import Happening, happenings, numbered_offers, step_of, times
from tests.unit.acd.world import staff_rows


@given(happenings)
@settings(max_examples=150, deadline=None)
def test_the_promises_hold_at_every_commit(day: list[Happening]) -> None:
    """R-WAIT-1, R-WAIT-4, R-RONA-1, R-RONA-2, R-CASE-8: nobody is overtaken, no agent has two queue calls, no call two
    agents, no pair is left, reach only widens, each call ends once.
    """
    store = MemoryStore()
    store.rows.agents = {row.agent_id: row for row in staff_rows()}
    changes: list[Change] = []
    store.listen(changes.append)
    with numbered_offers():
        for happening, now in zip(day, times(day), strict=True):
            before = store.rows
            changes.clear()
            store.transact(step_of(happening, before, now))
            naive.check(before, store.rows, changes)
    assert store.transact(ledger.sweep, times(day)[-1]) == 0
    for state, count in Counter(offer.state for offer in store.rows.offers.values()).items():
        event(f"{state.value}: {'many' if count > 2 else 'some'}")
