"""A store in memory behind the same seam: for unit tests and rehearsals. It decides exactly as SQL does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from ivr.domain.activities import ActivityRow
from ivr.domain.agents import HELD_BY_A_CALL, AgentState
from ivr.domain.alerts import AlertRow
from ivr.domain.call_backs import CallBackRow
from ivr.domain.events import CallState, Change, JourneyStep, OfferState
from ivr.domain.ids import ActivityId, AgentId, AlertId, AttemptId, CallId, OfferId
from ivr.domain.oversight import Audited, Switch
from ivr.domain.purposes import AttemptOutcome, OutboundAttempt
from ivr.domain.queueing import AgentRow, CallRow, Candidate, DirectRing, OfferRow, Reach, ScopeRow
from ivr.domain.routes import CallKind
from ivr.domain.service_requests import ServiceRequestRow
from ivr.domain.talking import PartyRow
from ivr.errors import StoreError
from ivr.store.memory_rows import AgentFact, Rows, Rung
from ivr.store.ports import Attempt, Block, Listener, Tx

P = ParamSpec("P")
T = TypeVar("T")


class MemoryTx:
    """`ivr.store.ports.Tx` on dictionaries."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.changes: list[Change] = []

    def call(self, call_id: CallId) -> CallRow | None:
        return self._rows.calls.get(call_id)

    def calls_up(self) -> list[CallRow]:
        up = [c for c in self._rows.calls.values() if c.state is not CallState.ENDED]
        return sorted(up, key=lambda c: (c.arrived_at, c.call_id))

    def call_backs_waiting(self) -> list[CallRow]:
        return [call for call_id in self._waiting() if (call := self._rows.calls[call_id]).waits_for_call_back]

    def add_call(self, row: CallRow) -> None:
        self._rows.calls[row.call_id] = row

    def add_attempt(self, attempt: Attempt) -> None:
        self._rows.attempts = (*self._rows.attempts, attempt)

    def move_call(self, call_id: CallId, expect: CallState, **changes: object) -> bool:
        call = self._rows.calls.get(call_id)
        if call is None or call.state is not expect:
            return False
        self.note_call(call_id, **changes)
        return True

    def note_call(self, call_id: CallId, **changes: object) -> None:
        call = self._rows.calls.get(call_id)
        if call is None:
            raise StoreError(f"there is no call {call_id}")
        self._rows.calls[call_id] = replace(call, **changes)  # type: ignore[arg-type] # columns by name

    def scopes(self, call_id: CallId) -> list[ScopeRow]:
        return list(self._rows.scopes.get(call_id, ()))

    def replace_scopes(self, call_id: CallId, rows: Sequence[ScopeRow]) -> None:
        self._rows.scopes[call_id] = tuple(rows)

    def add_scopes(self, call_id: CallId, rows: Sequence[ScopeRow]) -> None:
        self._rows.scopes[call_id] = (*self._rows.scopes.get(call_id, ()), *rows)

    def set_reach(self, call_id: CallId, positions: Iterable[int], reach: Reach, at: datetime | None) -> None:
        changed = set(positions)
        self._rows.scopes[call_id] = tuple(
            replace(s, reach=reach, opened_at=at) if s.position in changed else s for s in self.scopes(call_id)
        )

    def oldest_matchable(self) -> CallId | None:
        for call_id in self._waiting():
            scopes = [s for s in self.scopes(call_id) if s.reach is not Reach.CLOSED]
            if self.candidates(call_id, scopes):
                return call_id
        return None

    def candidates(self, call_id: CallId, scopes: Sequence[ScopeRow]) -> list[Candidate]:
        found: list[Candidate] = []
        for has_rung in (False, True):
            for scope in scopes:
                idle = [a for a in self._idle() if in_scope(a, scope.key) and self._may(call_id, a, has_rung=has_rung)]
                found.extend(_candidate(scope, agent, has_rung=has_rung) for agent in idle[:1])
        return found

    def own_waiting(self, agent_id: AgentId) -> list[CallId]:
        return [
            call_id
            for call_id in self._waiting()
            if not self._is_blocked(call_id, agent_id)
            and any(s.key == f"agent:{agent_id}" and s.reach is not Reach.CLOSED for s in self.scopes(call_id))
        ]

    def waiting_in(self, key: str) -> list[CallId]:
        return [c for c in self._waiting() if any(s.key == key and s.reach is Reach.OPEN for s in self.scopes(c))]

    def agent(self, agent_id: AgentId) -> AgentRow | None:
        return self._rows.agents.get(agent_id)

    def agent_by_staff(self, staff_number: str) -> AgentRow | None:
        return next((a for a in self._rows.agents.values() if a.staff_number == staff_number), None)

    def agent_at(self, endpoint: str) -> AgentRow | None:
        here = (a for a in self._rows.agents.values() if a.endpoint == endpoint)
        return next((a for a in here if a.state is not AgentState.LOGGED_OUT), None)

    def agents_on(self, endpoint: str) -> list[AgentRow]:
        there = [a for _, a in sorted(self._rows.agents.items()) if a.endpoint == endpoint]
        return [a for a in there if a.state is not AgentState.LOGGED_OUT]

    def agents_with_deadline(self) -> list[AgentRow]:
        return [a for _, a in sorted(self._rows.agents.items()) if a.deadline_at is not None]

    def agents_at_work(self) -> list[AgentRow]:
        return [a for _, a in sorted(self._rows.agents.items()) if a.state in HELD_BY_A_CALL]

    def leaders_of(self, team: str | None) -> list[AgentRow]:
        leaders = [self._rows.agents[agent_id] for agent_id in sorted(self._rows.leads)]
        return [a for a in leaders if team is None or team in {a.team, *self._rows.leads[a.agent_id]}]

    def move_agent(self, agent_id: AgentId, expect: AgentState, **changes: object) -> bool:
        agent = self._rows.agents.get(agent_id)
        if agent is None or agent.state is not expect:
            return False
        self._rows.agents[agent_id] = replace(agent, **changes)  # type: ignore[arg-type] # columns by name
        return True

    def staffed(self, key: str) -> bool:
        return any(in_scope(a, key) for a in self._rows.agents.values() if a.state is not AgentState.LOGGED_OUT)

    def offer(self, offer_id: OfferId) -> OfferRow | None:
        return self._rows.offers.get(offer_id)

    def add_offer(self, row: OfferRow) -> None:
        self._rows.offers[row.offer_id] = row

    def end_offer(self, offer_id: OfferId, state: OfferState, at: datetime) -> bool:
        offer = self._rows.offers.get(offer_id)
        if offer is None or offer.state is not OfferState.RINGING:
            return False
        self._rows.offers[offer_id] = replace(offer, state=state, ended_at=at)
        return True

    def add_direct_ring(self, row: DirectRing) -> None:
        self._rows.direct_rings[row.ring_id] = row

    def end_direct_ring(self, ring_id: OfferId, state: OfferState, at: datetime) -> bool:
        ring = self._rows.direct_rings.get(ring_id)
        if ring is None or ring.state is not OfferState.RINGING:
            return False
        self._rows.direct_rings[ring_id] = replace(ring, state=state, ended_at=at)
        return True

    def direct_rings(self, call_id: CallId) -> list[DirectRing]:
        going = {OfferState.RINGING, OfferState.ANSWERED}
        return [r for r in self._in_order() if r.call_id == call_id and r.state in going]

    def rung_directly(self, agent_id: AgentId) -> CallId | None:
        rings = (r for r in self._in_order() if r.agent_id == agent_id and r.state is OfferState.RINGING)
        found = next((r.call_id for r in rings), None)
        party = self.party_of(agent_id)
        if found is None and party is not None and party.state is OfferState.RINGING:
            return party.call_id
        return found

    def add_party(self, row: PartyRow) -> None:
        self._rows.parties[row.party_id] = row

    def party(self, party_id: OfferId) -> PartyRow | None:
        return self._rows.parties.get(party_id)

    def parties(self, call_id: CallId) -> list[PartyRow]:
        return [p for p in self._live_parties() if p.call_id == call_id]

    def party_of(self, agent_id: AgentId) -> PartyRow | None:
        return next((p for p in self._live_parties() if p.agent_id == agent_id), None)

    def move_party(self, party_id: OfferId, expect: OfferState, **changes: object) -> bool:
        party = self.party(party_id)
        if party is None or party.state is not expect or party.ended_at is not None:
            return False
        self._rows.parties[party_id] = replace(party, **changes)  # type: ignore[arg-type] # columns by name
        return True

    def _live_parties(self) -> list[PartyRow]:
        live = [p for p in self._rows.parties.values() if p.ended_at is None]
        return sorted(live, key=lambda p: (p.made_at, p.party_id))

    def direct_talks(self, agent_id: AgentId) -> list[CallId]:
        talks = [
            c
            for c in self._rows.calls.values()
            if c.agent_id == agent_id and c.kind == CallKind.DIRECT and c.state is CallState.TALKING
        ]
        return [c.call_id for c in sorted(talks, key=lambda c: (c.answered_at or c.arrived_at, c.call_id))]

    def _in_order(self) -> list[DirectRing]:
        return sorted(self._rows.direct_rings.values(), key=lambda r: (r.made_at, r.ring_id))

    def mark_rung(self, call_id: CallId, agent_id: AgentId, until: datetime) -> None:
        self._rows.rung[call_id, agent_id] = Rung(blocked=True, until=until)

    def unblock(self, call_id: CallId, agent_id: AgentId) -> None:
        rung = self._rows.rung.get((call_id, agent_id))
        if rung is not None:
            self._rows.rung[call_id, agent_id] = replace(rung, blocked=False)

    def blocks(self) -> list[Block]:
        return [
            Block(call_id, agent_id, rung.until)
            for (call_id, agent_id), rung in sorted(self._rows.rung.items(), key=lambda item: item[0])
            if rung.blocked and self._rows.calls[call_id].state is not CallState.ENDED
        ]

    def call_fact(self, call_id: CallId, at: datetime, step: str, data: Mapping[str, str]) -> None:
        fact = JourneyStep(call_id, at, step, tuple(data.items()))
        self._rows.journey = (*self._rows.journey, fact)
        self.emit(fact)

    def agent_fact(self, before: AgentRow, after: AgentRow, cause: str, at: datetime) -> None:
        call_id = after.call_id or before.call_id
        fact = AgentFact(before.agent_id, at, before.state, after.state, after.code, cause, call_id)
        self._rows.agent_facts = (*self._rows.agent_facts, fact)

    def add_alert(self, row: AlertRow) -> None:
        self._rows.alerts[row.alert_id] = row

    def alert(self, alert_id: AlertId) -> AlertRow | None:
        return self._rows.alerts.get(alert_id)

    def open_alerts(self, call_id: CallId) -> list[AlertRow]:
        found = [a for a in self._rows.alerts.values() if a.call_id == call_id and a.ended_at is None]
        return sorted(found, key=lambda a: (a.raised_at, a.alert_id))

    def change_alert(self, alert_id: AlertId, **changes: object) -> None:
        alert = self._rows.alerts.get(alert_id)
        if alert is None:
            raise StoreError(f"there is no alert {alert_id}")
        self._rows.alerts[alert_id] = replace(alert, **changes)  # type: ignore[arg-type] # columns by name

    def audit(self, entry: Audited) -> None:
        self._rows.audited = (*self._rows.audited, entry)

    def is_on(self, switch: Switch) -> bool:
        return switch in self._rows.switched_on

    def turn(self, switch: Switch, at: datetime, actor: str, *, is_on: bool) -> None:  # noqa: ARG002 - the port's signature
        rest = self._rows.switched_on - {switch}
        self._rows.switched_on = rest | {switch} if is_on else rest

    def add_call_back(self, row: CallBackRow) -> None:
        self._rows.call_backs[row.call_back_id] = row

    def add_service_request(self, row: ServiceRequestRow) -> None:
        self._rows.service_requests[row.service_request_id] = row

    def begin_attempt(self, row: OutboundAttempt) -> None:
        self._rows.outbound_attempts[row.attempt_id] = row

    def end_attempt(self, attempt_id: AttemptId, outcome: AttemptOutcome, at: datetime) -> bool:
        attempt = self._rows.outbound_attempts.get(attempt_id)
        if attempt is None or attempt.outcome is not None:
            return False
        self._rows.outbound_attempts[attempt_id] = replace(attempt, outcome=outcome, ended_at=at)
        return True

    def activities(self, call_id: CallId) -> list[ActivityRow]:
        found = [a for a in self._rows.activities.values() if a.call_id == call_id]
        return sorted(found, key=lambda a: a.activity_id)

    def add_activity(self, row: ActivityRow) -> None:
        self._rows.activities[row.activity_id] = row

    def change_activity(self, activity_id: ActivityId, **changes: object) -> None:
        activity = self._rows.activities.get(activity_id)
        if activity is None:
            raise StoreError(f"there is no activity {activity_id}")
        self._rows.activities[activity_id] = replace(activity, **changes)  # type: ignore[arg-type] # columns by name

    def drop_activity(self, call_id: CallId, agent_id: AgentId) -> None:
        for row in self.activities(call_id):
            if row.agent_id == agent_id and row.taken_at is None:
                del self._rows.activities[row.activity_id]

    def emit(self, change: Change) -> None:
        self.changes.append(change)

    def _waiting(self) -> list[CallId]:
        waiting = [c for c in self._rows.calls.values() if c.state is CallState.WAITING]
        return [c.call_id for c in sorted(waiting, key=lambda c: (c.first_waiting_at or c.arrived_at, c.call_id))]

    def _idle(self) -> list[AgentRow]:
        idle = [a for a in self._rows.agents.values() if a.state is AgentState.AVAILABLE]
        return sorted(idle, key=lambda a: (a.idle_since or a.since, a.agent_id))

    def _may(self, call_id: CallId, agent: AgentRow, *, has_rung: bool) -> bool:
        rung = self._rows.rung.get((call_id, agent.agent_id))
        return (rung is not None and not rung.blocked) if has_rung else rung is None

    def _is_blocked(self, call_id: CallId, agent_id: AgentId) -> bool:
        rung = self._rows.rung.get((call_id, agent_id))
        return rung is not None and rung.blocked


def in_scope(agent: AgentRow, key: str) -> bool:
    """Whether an agent belongs to the scope with this key."""
    return key in {f"agent:{agent.agent_id}", f"team:{agent.team}", f"segment:{agent.segment}"}


def _candidate(scope: ScopeRow, agent: AgentRow, *, has_rung: bool) -> Candidate:
    idle_since = agent.idle_since or agent.since
    return Candidate(
        scope.position, scope.kind, scope.key, agent.agent_id, agent.team, agent.segment, idle_since, has_rung
    )


class MemoryStore:
    """`ivr.store.ports.Store` in memory. ``rows`` is open to tests."""

    def __init__(self) -> None:
        self.rows = Rows()
        self._listeners: list[Listener] = []

    def transact(self, step: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction now; its rows are kept only if it succeeds."""
        rows = self.rows.copy()
        tx = MemoryTx(rows)
        result = step(tx, *args, **kwargs)
        self.rows = rows
        for change in tx.changes:
            for listener in self._listeners:
                listener(change)
        return result

    async def run(self, step: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction."""
        return self.transact(step, *args, **kwargs)

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` with each change, in the order of commits."""
        self._listeners.append(listener)

    async def close(self) -> None:
        """Nothing to close."""
