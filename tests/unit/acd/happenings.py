"""Anything that can happen in a contact centre, in any order, as data; and its transaction.

A happening names calls, agents and offers by number, counted round what there is, so that a generated list always means
something and the same list means the same on every store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from unittest.mock import patch

from hypothesis import strategies as st

from ivr.acd import activities, direct, ledger, phones, ring_back, toolbar, transfers
from ivr.domain.agents import AUX_CODES, AgentState, StateRequest
from ivr.domain.events import CallEnd, CallState, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.queueing import DirectRing
from ivr.domain.routes import (
    CallKind,
    Route,
    Scope,
    agent_scope,
    date_of_birth_failed,
    employer,
    existing_case,
    general,
    new_application,
    segment_scope,
    third_party,
    welsh,
)
from ivr.store.memory_rows import Rows
from ivr.store.ports import Tx
from tests.unit.acd import party_happenings
from tests.unit.acd.world import IDLE_LOGOUT_S, LIMITS, NAMES, NINE, STAFF, call_row

Step = Callable[[Tx], object]


class Numbering:
    """Offer ids that count, so that a day means the same each time and on each store."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, _now: datetime) -> OfferId:
        """In place of `ivr.domain.ids.new_offer_id`."""
        self.given += 1
        return OfferId(f"o{self.given:06}")


@contextmanager
def numbered_offers() -> Iterator[Numbering]:
    """While it lasts offers are numbered."""
    numbering = Numbering()
    with ExitStack() as patches:
        for module in (ledger, direct, transfers):
            patches.enter_context(patch.object(module, "new_offer_id", numbering))
        patches.enter_context(patch.object(activities, "new_activity_id", numbering))
        yield numbering


ROUTES: Final[tuple[Route, ...]] = (
    existing_case(NAMES, AgentId(1), "M1", "Maintenance"),
    existing_case(NAMES, AgentId(3), "M2", "Maintenance"),
    existing_case(NAMES, None, "M1", "Maintenance"),
    existing_case(NAMES, AgentId(4), "G1", "GICH"),
    date_of_birth_failed(NAMES, "Maintenance"),
    general(NAMES),
    new_application(NAMES),
    third_party(NAMES),
    welsh(NAMES, staffed=True),
    welsh(NAMES, staffed=False),
    employer(NAMES, AgentId(6)),
    employer(NAMES, None),
)
TARGETS: Final[tuple[Scope, ...]] = (segment_scope("Welsh"), segment_scope("Applications"), agent_scope(AgentId(2)))
STATES: Final = (
    StateRequest(AgentState.AVAILABLE),
    StateRequest(AgentState.AVAILABLE),
    StateRequest(AgentState.NOT_READY, AUX_CODES[0]),
    StateRequest(AgentState.LOGGED_OUT),
)
OUTCOMES: Final = tuple(ledger.RONA)
ENDS: Final = (CallEnd.ABANDONED_MENU, CallEnd.CLOSED, CallEnd.FAULT)


@dataclass(frozen=True)
class Happening:
    """``kind`` is a key of `KINDS`; ``whom`` and ``which`` choose among what there is; time passes before it."""

    kind: str
    whom: int
    which: int
    after_ms: int


class Scene:
    """What a happening may name: the calls and offers so far, as the rows of the store it happens on have them."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        self.rows = rows
        self.now = now

    def call(self, number: int) -> CallId:
        """An existing call, or one that never was."""
        calls = sorted(self.rows.calls)
        return calls[number % len(calls)] if calls else CallId("nobody")

    def offer(self, number: int) -> OfferId:
        """An existing offer, ringing ones before ended ones, or one that never was."""
        offers = sorted(self.rows.offers.values(), key=lambda o: (o.state is not OfferState.RINGING, o.offer_id))
        return offers[number % len(offers)].offer_id if offers else OfferId("nothing")

    def call_back(self, number: int) -> CallId:
        """A call whose caller took a call back, those that are up before the others, or one that never was."""
        calls = [c for c in self.rows.calls.values() if c.call_back_number is not None]
        calls.sort(key=lambda c: (c.state is CallState.ENDED, c.call_id))
        return calls[number % len(calls)].call_id if calls else CallId("nobody")

    def direct_call(self, number: int) -> CallId:
        """A direct call, those that are up before the others, or one that never was."""
        calls = [c for c in self.rows.calls.values() if c.kind == CallKind.DIRECT]
        calls.sort(key=lambda c: (c.state is CallState.ENDED, c.call_id))
        return calls[number % len(calls)].call_id if calls else CallId("nobody")

    def ring(self, number: int) -> DirectRing | None:
        """A ringing of a direct call, those that go on before ended ones; None when there never was one."""
        rings = sorted(self.rows.direct_rings.values(), key=lambda r: (r.state is not OfferState.RINGING, r.ring_id))
        return rings[number % len(rings)] if rings else None


def agent(number: int) -> AgentId:
    """Somebody of the staff."""
    return AgentId(STAFF[number % len(STAFF)][0])


def _queue(scene: Scene, whom: int, _which: int) -> Step:
    call_id = CallId(f"call{len(scene.rows.calls):04}")

    def step(tx: Tx) -> bool:
        ledger.arrive(tx, call_row(call_id, scene.now))
        return ledger.enqueue(tx, call_id, ROUTES[whom % len(ROUTES)], scene.now, LIMITS)

    return step


def _arrive(scene: Scene, _whom: int, _which: int) -> Step:
    return lambda tx: ledger.arrive(tx, call_row(CallId(f"call{len(scene.rows.calls):04}"), scene.now))


def _enqueue(scene: Scene, whom: int, which: int) -> Step:
    return lambda tx: ledger.enqueue(tx, scene.call(which), ROUTES[whom % len(ROUTES)], scene.now, LIMITS)


def _log_in(scene: Scene, whom: int, which: int) -> Step:
    def step(tx: Tx) -> object:
        toolbar.log_in(tx, agent(whom), f"PJSIP/{which}", scene.now)
        return toolbar.ask(tx, agent(whom), STATES[0], "agent", scene.now, IDLE_LOGOUT_S)

    return step


def _ask(scene: Scene, whom: int, which: int) -> Step:
    request = STATES[which % len(STATES)]
    return lambda tx: toolbar.ask(tx, agent(whom), request, "agent", scene.now, IDLE_LOGOUT_S)


def _answer(scene: Scene, _whom: int, which: int) -> Step:
    return lambda tx: ledger.answer_offer(tx, scene.offer(which), scene.now)


def _end_offer(scene: Scene, whom: int, which: int) -> Step:
    outcome = OUTCOMES[whom % len(OUTCOMES)]
    return lambda tx: ledger.end_offer(tx, scene.offer(which), outcome, scene.now, LIMITS)


def _hang_up(scene: Scene, whom: int, which: int) -> Step:
    return lambda tx: ledger.end_call(tx, scene.call(which), ENDS[whom % len(ENDS)], scene.now, LIMITS)


def _overflow(scene: Scene, _whom: int, which: int) -> Step:
    return lambda tx: ledger.overflow(tx, scene.call(which), scene.now)


def _unblock(scene: Scene, _whom: int, which: int) -> Step:
    blocks = sorted(key for key, rung in scene.rows.rung.items() if rung.blocked)
    if not blocks:
        return lambda tx: ledger.sweep(tx, scene.now)
    call_id, agent_id = blocks[which % len(blocks)]
    return lambda tx: ledger.unblock(tx, call_id, agent_id, scene.now)


def _work_over(scene: Scene, whom: int, _which: int) -> Step:
    since = scene.rows.agents[agent(whom)].since
    return lambda tx: toolbar.work_over(tx, agent(whom), since, scene.now, IDLE_LOGOUT_S)


def _idle_over(scene: Scene, whom: int, _which: int) -> Step:
    row = scene.rows.agents[agent(whom)]
    return lambda tx: toolbar.idle_over(tx, agent(whom), row.idle_since or row.since, scene.now)


def _phone(scene: Scene, whom: int, which: int) -> Step:
    return lambda tx: phones.note(tx, f"PJSIP/{which}", scene.now, reachable=whom % 4 == 0, news=bool(whom % 2))


def _idle_soon(scene: Scene, whom: int, _which: int) -> Step:
    return lambda tx: toolbar.idle_soon(tx, agent(whom), scene.rows.agents[agent(whom)].since)


def _requeue(scene: Scene, _whom: int, which: int) -> Step:
    return lambda tx: ledger.requeue(tx, scene.call(which), scene.now, LIMITS)


def _hold(scene: Scene, whom: int, which: int) -> Step:
    turn = toolbar.hold if which % 2 else toolbar.retrieve
    return lambda tx: turn(tx, agent(whom), scene.now)


def _reinforce(scene: Scene, whom: int, _which: int) -> Step:
    thin = TARGETS[whom % len(TARGETS)]
    return lambda tx: ledger.reinforce(tx, thin, segment_scope("GICH"), scene.now)


def _direct_call(scene: Scene, whom: int, _which: int) -> Step:
    call_id = CallId(f"call{len(scene.rows.calls):04}")

    def step(tx: Tx) -> object:
        ledger.arrive(tx, call_row(call_id, scene.now))
        direct.begin(tx, call_id)
        return direct.ring(tx, call_id, str(7000 + agent(whom)), scene.now)

    return step


def _direct_ring(scene: Scene, whom: int, which: int) -> Step:
    call_id = scene.direct_call(which)
    return lambda tx: direct.ring(tx, call_id, str(7000 + agent(whom)), scene.now, quiet=bool(which % 2))


def _direct_answer(scene: Scene, _whom: int, which: int) -> Step:
    ring = scene.ring(which)
    return lambda tx: ring is not None and direct.answer(tx, ring, scene.now)


def _direct_end(scene: Scene, whom: int, which: int) -> Step:
    ring, outcome = scene.ring(which), OUTCOMES[whom % len(OUTCOMES)]
    return lambda tx: ring is not None and direct.end_ring(tx, ring, outcome, scene.now)


def _direct_over(scene: Scene, whom: int, which: int) -> Step:
    return lambda tx: ledger.end_call(tx, scene.direct_call(which), ENDS[whom % len(ENDS)], scene.now, LIMITS)


def _direct_anew(scene: Scene, _whom: int, which: int) -> Step:
    return lambda tx: direct.ring_anew(tx, scene.direct_call(which), scene.now)


def _direct_lost(scene: Scene, _whom: int, which: int) -> Step:
    return lambda tx: direct.lost(tx, scene.direct_call(which), scene.now, LIMITS)


def _call_back(scene: Scene, whom: int, which: int) -> Step:
    """Somebody who waits takes a call back, one of a few numbers."""
    return lambda tx: ring_back.take(tx, scene.call(which), f"0770090000{whom % 3}", scene.now)


def _ring_back(scene: Scene, whom: int, which: int) -> Step:
    """What becomes of it: rung, reached, given up."""
    call_id = scene.call_back(which)
    steps: tuple[Step, ...] = (
        lambda tx: ring_back.begin(tx, call_id, "leg-outside", scene.now),
        lambda tx: ring_back.reached(tx, call_id, scene.now),
        lambda tx: ring_back.finish(tx, call_id, ring_back.SUPPRESSED, scene.now, LIMITS, _every_day),
        lambda tx: ring_back.look(tx, call_id, scene.now, LIMITS, _every_day, is_open=True),
    )
    return steps[whom % len(steps)]


def _rings_again(scene: Scene, whom: int, _which: int) -> Step:
    """Somebody from one of those numbers is queued."""
    call_id = CallId(f"call{len(scene.rows.calls):04}")

    def step(tx: Tx) -> object:
        ledger.arrive(tx, replace(call_row(call_id, scene.now), cli=f"0770090000{whom % 3}"))
        return ring_back.enqueue(tx, call_id, ROUTES[whom % len(ROUTES)], scene.now, LIMITS)

    return step


def _every_day(_day: date) -> bool:
    return True


KINDS: Final = {
    "queue": _queue,
    "arrive": _arrive,
    "enqueue": _enqueue,
    "log_in": _log_in,
    "ask": _ask,
    "answer": _answer,
    "end_offer": _end_offer,
    "hang_up": _hang_up,
    "overflow": _overflow,
    "unblock": _unblock,
    "work_over": _work_over,
    "idle_over": _idle_over,
    "phone": _phone,
    "idle_soon": _idle_soon,
    "requeue": _requeue,
    "hold": _hold,
    "reinforce": _reinforce,
    "direct_call": _direct_call,
    "direct_ring": _direct_ring,
    "direct_answer": _direct_answer,
    "direct_end": _direct_end,
    "direct_over": _direct_over,
    "direct_anew": _direct_anew,
    "direct_lost": _direct_lost,
    **party_happenings.KINDS,
    "call_back": _call_back,
    "ring_back": _ring_back,
    "rings_again": _rings_again,
}
_OFTEN: Final = ("queue", "log_in", "log_in", "ask", "answer", "end_offer", "end_offer", "hang_up", "unblock")
_TALKS: Final = (
    "queue",
    "answer",
    "answer",
    "log_in",
    "consult",
    "consult",
    "party_answers",
    "party_answers",
    "take_over",
)
_DIRECT: Final = ("direct_call", "direct_call", "direct_answer", "direct_answer", "direct_ring", "direct_over")
_BACK: Final = ("call_back", "call_back", "ring_back", "ring_back", "rings_again")

_happening = st.builds(
    Happening,
    kind=st.sampled_from([*KINDS, *_OFTEN, *_OFTEN, *_DIRECT, *_TALKS, *_TALKS, *_BACK, *("queue", "queue")]),
    whom=st.integers(0, 11),
    which=st.integers(0, 15),
    after_ms=st.sampled_from([0, 1, 1000, 20_000]),
)
_opening = st.permutations(range(len(STAFF))).map(
    lambda order: [Happening("log_in", whom, 0, 1000) for whom in order[:6]]
)
happenings: Final = st.tuples(_opening, st.lists(_happening, min_size=30, max_size=80)).map(lambda day: day[0] + day[1])
"""Days in a contact centre that opens with some of its staff; time may stand still between two happenings."""


def step_of(happening: Happening, rows: Rows, now: datetime) -> Step:
    """The transaction of a happening, given the rows it happens on."""
    return KINDS[happening.kind](Scene(rows, now), happening.whom, happening.which)


def times(day: list[Happening]) -> list[datetime]:
    """When each happens."""
    instants, now = [], NINE
    for happening in day:
        now += timedelta(milliseconds=happening.after_ms)
        instants.append(now)
    return instants
