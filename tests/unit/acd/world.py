"""A contact centre in memory on a clock of its own; every commit is checked against `naive`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Concatenate, Final, ParamSpec, TypeVar

from ivr.acd import direct, ledger, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.agents import AgentState, StateRequest, Verdict
from ivr.domain.events import CallEnd, CallState, Change, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.queueing import AgentRow, CallRow, DirectRing, Reach
from ivr.domain.routes import Route, Segments
from ivr.store.memory import MemoryStore
from ivr.store.ports import Tx
from tests.unit.acd import naive

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C", bound=Change)

NINE: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LIMITS: Final = Limits()
IDLE_LOGOUT_S: Final = toolbar.IDLE_LOGOUT_S
NAMES: Final = Segments()
STAFF: Final = (
    (1, "M1", "Maintenance"),
    (2, "M1", "Maintenance"),
    (3, "M2", "Maintenance"),
    (4, "G1", "GICH"),
    (5, "Third Party", "GICH"),
    (6, "E1", "Employer"),
    (7, "A1", "Applications"),
    (8, "W1", "Welsh"),
    (9, "M1", "Maintenance"),
    (10, "G1", "GICH"),
)
"""Agent id, team, segment."""
OWNER, MATE, SEGMENT_MATE, GENERALIST, THIRD_PARTY, PAYROLL, APPLICATIONS, WELSH, THIRD_MATE, GENERALIST_2 = (
    AgentId(agent_id) for agent_id, _team, _segment in STAFF
)


def staff_rows(now: datetime = NINE) -> list[AgentRow]:
    """Everybody, logged out."""
    return [
        AgentRow(AgentId(agent_id), str(7000 + agent_id), team, segment, AgentState.LOGGED_OUT, now)
        for agent_id, team, segment in STAFF
    ]


def call_row(call_id: CallId, now: datetime) -> CallRow:
    """A call that has just come in."""
    return CallRow(call_id, CallState.MENU, "general", "cmg", "en", f"channel-{call_id}", now, dnis="03069990100")


class World:
    """Callers and agents, one transaction at a time."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.store.rows.agents = {row.agent_id: row for row in staff_rows()}
        self.now = NINE
        self.changes: list[Change] = []
        self.store.listen(self.changes.append)
        self._calls = 0

    def run(self, step: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction and check every promise on what it left."""
        before = self.store.rows
        self.changes.clear()
        result = self.store.transact(step, *args, **kwargs)
        naive.check(before, self.store.rows, self.changes)
        return result

    def later(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    # --- agents -----------------------------------------------------------------------------------------------------

    def log_in(self, *agents: AgentId) -> None:
        """They log in, a second apart."""
        for agent_id in agents:
            self.later(1)
            self.run(toolbar.log_in, agent_id, f"PJSIP/{7000 + agent_id}", self.now)

    def available(self, *agents: AgentId) -> None:
        """They become Available in this order, a second apart, logging in first where they have not."""
        for agent_id in agents:
            if self.agent(agent_id).state is AgentState.LOGGED_OUT:
                self.log_in(agent_id)
            self.later(1)
            self.ask(agent_id, AgentState.AVAILABLE)

    def ask(self, agent_id: AgentId, state: AgentState, code: str | None = None) -> Verdict:
        """They press a button of the toolbar."""
        return self.run(toolbar.ask, agent_id, StateRequest(state, code), "agent", self.now, IDLE_LOGOUT_S)

    def agent(self, agent_id: AgentId) -> AgentRow:
        """The agent's row."""
        return self.store.rows.agents[agent_id]

    # --- calls ------------------------------------------------------------------------------------------------------

    def arrives(self) -> CallId:
        """A call comes in and hears the menu."""
        self._calls += 1
        call_id = CallId(f"call{self._calls:03}")
        self.run(ledger.arrive, call_row(call_id, self.now))
        return call_id

    def queues(self, route: Route) -> CallId:
        """A call comes in and begins to wait along ``route``, a second after the last thing that happened."""
        self.later(1)
        call_id = self.arrives()
        assert self.run(ledger.enqueue, call_id, route, self.now, LIMITS)
        return call_id

    def call(self, call_id: CallId) -> CallRow:
        """The call's row."""
        return self.store.rows.calls[call_id]

    def rings(self, call_id: CallId) -> AgentId | None:
        """Whose phone rings for the call."""
        call = self.call(call_id)
        return call.agent_id if call.state is CallState.RINGING else None

    def offer(self, call_id: CallId) -> OfferId:
        """The call's ringing offer."""
        offer_id = self.call(call_id).offer_id
        assert offer_id is not None
        return offer_id

    def open(self, call_id: CallId) -> list[str]:
        """The call's open scopes, by position."""
        return [s.key for s in self.store.rows.scopes[call_id] if s.reach is Reach.OPEN]

    def answers(self, call_id: CallId) -> AgentId:
        """Whoever is rung answers."""
        agent_id = self.rings(call_id)
        assert agent_id is not None
        assert self.run(ledger.answer_offer, self.offer(call_id), self.now)
        return agent_id

    def is_not_answered(self, call_id: CallId, outcome: OfferState = OfferState.NO_ANSWER) -> AgentId:
        """The ringing ends in RONA, 15 s later or at once."""
        agent_id = self.rings(call_id)
        assert agent_id is not None
        self.later(15 if outcome is OfferState.NO_ANSWER else 0)
        assert self.run(ledger.end_offer, self.offer(call_id), outcome, self.now, LIMITS)
        return agent_id

    def ends(self, call_id: CallId, end: CallEnd = CallEnd.ABANDONED_MENU) -> CallEnd | None:
        """The caller hangs up, or the call ends otherwise."""
        return self.run(ledger.end_call, call_id, end, self.now, LIMITS)

    def overflows(self, call_id: CallId) -> None:
        """Its overflow time comes."""
        self.run(ledger.overflow, call_id, self.now)

    def unblocks(self, call_id: CallId, agent_id: AgentId) -> None:
        """The minute after a RONA is over."""
        self.run(ledger.unblock, call_id, agent_id, self.now)

    # --- direct calls -----------------------------------------------------------------------------------------------

    def dials_directly(self, *people: AgentId) -> CallId:
        """A direct call comes in and rings these people."""
        self.later(1)
        call_id = self.arrives()
        assert self.run(direct.begin, call_id)
        for agent_id in people:
            self.rings_directly(call_id, agent_id)
        return call_id

    def rings_directly(self, call_id: CallId, agent_id: AgentId) -> DirectRing:
        """The direct call rings somebody."""
        return self.run(direct.ring, call_id, str(7000 + agent_id), self.now)[0]

    def ring_of(self, call_id: CallId, agent_id: AgentId) -> DirectRing:
        """The latest ringing of somebody for a direct call."""
        rings = self.store.rows.direct_rings.values()
        return [ring for ring in rings if (ring.call_id, ring.agent_id) == (call_id, agent_id)][-1]

    def answers_directly(self, call_id: CallId, agent_id: AgentId) -> bool:
        """Somebody's phone is answered, after a second."""
        self.later(1)
        return self.run(direct.answer, self.ring_of(call_id, agent_id), self.now)

    def is_not_answered_directly(
        self, call_id: CallId, agent_id: AgentId, outcome: OfferState = OfferState.NO_ANSWER
    ) -> bool:
        """A ringing for a direct call ends in vain."""
        self.later(15 if outcome is OfferState.NO_ANSWER else 0)
        return self.run(direct.end_ring, self.ring_of(call_id, agent_id), outcome, self.now)

    # --- what was told ----------------------------------------------------------------------------------------------

    def told(self, kind: type[C]) -> list[C]:
        """What the last transaction told of this kind."""
        return [change for change in self.changes if isinstance(change, kind)]

    def journey(self, call_id: CallId) -> list[tuple[str, dict[str, str]]]:
        """The call's facts: step and data."""
        return [(fact.step, dict(fact.data)) for fact in self.store.rows.journey if fact.call_id == call_id]
