"""A transaction on SQL, the same for SQLite and PostgreSQL: `statements`, run on the driver's own cursor.

Rows of calls, agents and scopes that the transaction has read or changed are kept, for it alone may change them while
it holds the matching lock. Facts are appended together before the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Final

from sqlalchemy import Table

from ivr.domain.activities import ActivityRow
from ivr.domain.agents import AgentState
from ivr.domain.alerts import AlertRow
from ivr.domain.call_backs import CallBackRow
from ivr.domain.events import CallState, Change, JourneyStep, OfferState
from ivr.domain.ids import ActivityId, AgentId, AlertId, AttemptId, CallId, OfferId
from ivr.domain.oversight import Audited, Switch
from ivr.domain.purposes import AttemptOutcome, OutboundAttempt
from ivr.domain.queueing import AgentRow, CallRow, Candidate, DirectRing, OfferRow, Reach, ScopeRow
from ivr.domain.service_requests import ServiceRequestRow
from ivr.domain.talking import PartyRow
from ivr.errors import StoreError
from ivr.store import oversight
from ivr.store import statements as st
from ivr.store import tables as t
from ivr.store.ports import Attempt, Block
from ivr.store.prepared import Cursor
from ivr.store.rows import activity_row, agent_row, call_row, direct_ring, offer_row, party_row, scope_row

_CALL_NAMES: Final = tuple(field.name for field in fields(CallRow))
_CALL_VALUES: Final = attrgetter(*_CALL_NAMES)


class SqlTx:
    """`ivr.store.ports.Tx` on one open SQL transaction; ``changes`` is what to publish after the commit."""

    def __init__(self, cursor: Cursor) -> None:
        self._sql = cursor
        self._calls: dict[CallId, CallRow] = {}
        self._agents: dict[AgentId, AgentRow] = {}
        self._scopes: dict[CallId, list[ScopeRow]] = {}
        self._call_facts: list[dict[str, object]] = []
        self._agent_facts: list[dict[str, object]] = []
        self.changes: list[Change] = []

    def finish(self) -> None:
        """Append the facts; called once, before the commit."""
        self._sql.run_each(st.ADD_CALL_FACT, self._call_facts)
        self._sql.run_each(st.ADD_AGENT_FACT, self._agent_facts)

    # --- calls ------------------------------------------------------------------------------------------------------

    def call(self, call_id: CallId) -> CallRow | None:
        known = self._calls.get(call_id)
        if known is None:
            row = self._sql.first(st.CALL, {"call_id": call_id})
            if row is None:
                return None
            known = self._calls[call_id] = call_row(row)
        return known

    def calls_up(self) -> list[CallRow]:
        return [call_row(row) for row in self._sql.rows(st.CALLS_UP, {})]

    def call_backs_waiting(self) -> list[CallRow]:
        return [call_row(row) for row in self._sql.rows(st.CALL_BACKS_WAITING, {})]

    def add_call(self, row: CallRow) -> None:
        self._sql.run(st.ADD_CALL, dict(zip(_CALL_NAMES, _CALL_VALUES(row), strict=True)))
        self._calls[row.call_id] = row

    def move_call(self, call_id: CallId, expect: CallState, **changes: object) -> bool:
        call = self.call(call_id)
        if call is None or call.state is not expect:
            return False
        self._set(t.call, "call_id", call_id, expect.value, changes)
        self._calls[call_id] = replace(call, **changes)  # type: ignore[arg-type] # columns by name
        return True

    def note_call(self, call_id: CallId, **changes: object) -> None:
        call = self.call(call_id)
        if call is None:
            raise StoreError(f"there is no call {call_id}")
        self._set(t.call, "call_id", call_id, None, changes)
        self._calls[call_id] = replace(call, **changes)  # type: ignore[arg-type] # columns by name

    def add_attempt(self, attempt: Attempt) -> None:
        names = [field.name for field in fields(Attempt)]
        self._sql.run(st.ADD_ATTEMPT, {name: getattr(attempt, name) for name in names})

    # --- scopes -----------------------------------------------------------------------------------------------------

    def scopes(self, call_id: CallId) -> list[ScopeRow]:
        known = self._scopes.get(call_id)
        if known is None:
            known = [scope_row(row) for row in self._sql.rows(st.SCOPES, {"call_id": call_id})]
            self._scopes[call_id] = known
        return list(known)

    def replace_scopes(self, call_id: CallId, rows: Sequence[ScopeRow]) -> None:
        self._sql.run(st.DROP_SCOPES, {"b_call_id": call_id})
        self._scopes[call_id] = []
        self.add_scopes(call_id, rows)

    def add_scopes(self, call_id: CallId, rows: Sequence[ScopeRow]) -> None:
        known = self.scopes(call_id)
        self._sql.run_each(st.ADD_SCOPE, [_scope_values(row) for row in rows])
        self._scopes[call_id] = [*known, *rows]

    def set_reach(self, call_id: CallId, positions: Iterable[int], reach: Reach, at: datetime | None) -> None:
        changed = set(positions)
        fixed = {"b_call_id": call_id, "b_reach": reach.value, "b_opened_at": at}
        self._sql.run_each(st.SET_REACH, [{**fixed, "b_position": position} for position in sorted(changed)])
        self._scopes[call_id] = [
            replace(s, reach=reach, opened_at=at) if s.position in changed else s for s in self.scopes(call_id)
        ]

    # --- matching ---------------------------------------------------------------------------------------------------

    def oldest_matchable(self) -> CallId | None:
        row = self._sql.first(st.OLDEST_MATCHABLE, {})
        return None if row is None else CallId(row[0])

    def candidates(self, call_id: CallId, scopes: Sequence[ScopeRow]) -> list[Candidate]:
        found: list[Candidate] = []
        for scope in scopes:
            row = self._sql.first(st.FRESH[scope.kind], {"call_id": call_id, "name": _bound_name(scope.key)})
            if row is not None:
                agent_id, team, segment, idle_since = row
                found.append(
                    Candidate(
                        scope.position, scope.kind, scope.key, agent_id, team, segment, idle_since, has_rung=False
                    )
                )
        return found + self._rung(call_id, scopes)

    def own_waiting(self, agent_id: AgentId) -> list[CallId]:
        return [CallId(row[0]) for row in self._sql.rows(st.OWN_WAITING, {"agent_id": agent_id})]

    def waiting_in(self, key: str) -> list[CallId]:
        return [CallId(row[0]) for row in self._sql.rows(st.WAITING_IN, {"key": key})]

    def _rung(self, call_id: CallId, scopes: Sequence[ScopeRow]) -> list[Candidate]:
        """Of those who have rung and may again, the longest idle of each scope."""
        found: dict[int, Candidate] = {}
        for agent_id, team, segment, idle_since in self._sql.rows(st.RUNG, {"call_id": call_id}):
            keys = {f"agent:{agent_id}", f"team:{team}", f"segment:{segment}"}
            for scope in scopes:
                if scope.key in keys and scope.position not in found:
                    found[scope.position] = Candidate(
                        scope.position, scope.kind, scope.key, agent_id, team, segment, idle_since, has_rung=True
                    )
        return list(found.values())

    # --- agents -----------------------------------------------------------------------------------------------------

    def agent(self, agent_id: AgentId) -> AgentRow | None:
        known = self._agents.get(agent_id)
        if known is None:
            row = self._sql.first(st.AGENT, {"agent_id": agent_id})
            if row is None:
                return None
            known = self._agents[agent_id] = agent_row(row)
        return known

    def agent_by_staff(self, staff_number: str) -> AgentRow | None:
        row = self._sql.first(st.AGENT_BY_STAFF, {"staff_number": staff_number})
        return None if row is None else self.agent(AgentId(row[0]))

    def agent_at(self, endpoint: str) -> AgentRow | None:
        row = self._sql.first(st.AGENT_AT, {"endpoint": endpoint})
        return None if row is None else self.agent(AgentId(row[0]))

    def agents_on(self, endpoint: str) -> list[AgentRow]:
        return [agent_row(row) for row in self._sql.rows(st.AGENTS_ON, {"endpoint": endpoint})]

    def agents_with_deadline(self) -> list[AgentRow]:
        return [agent_row(row) for row in self._sql.rows(st.AGENTS_WITH_DEADLINE, {})]

    def agents_at_work(self) -> list[AgentRow]:
        return [agent_row(row) for row in self._sql.rows(st.AGENTS_AT_WORK, {})]

    def leaders_of(self, team: str | None) -> list[AgentRow]:
        rows = self._sql.rows(st.LEADERS, {}) if team is None else self._sql.rows(st.LEADERS_OF, {"b_team": team})
        return [agent_row(row) for row in rows]

    def move_agent(self, agent_id: AgentId, expect: AgentState, **changes: object) -> bool:
        agent = self.agent(agent_id)
        if agent is None or agent.state is not expect:
            return False
        self._set(t.agent_live, "agent_id", agent_id, expect.value, changes)
        self._agents[agent_id] = replace(agent, **changes)  # type: ignore[arg-type] # columns by name
        return True

    def staffed(self, key: str) -> bool:
        kind = key.partition(":")[0]
        return self._sql.first(st.STAFFED[kind], {"name": _bound_name(key)}) is not None

    # --- offers -----------------------------------------------------------------------------------------------------

    def offer(self, offer_id: OfferId) -> OfferRow | None:
        row = self._sql.first(st.OFFER, {"offer_id": offer_id})
        return None if row is None else offer_row(row)

    def add_offer(self, row: OfferRow) -> None:
        self._sql.run(st.ADD_OFFER, {field.name: getattr(row, field.name) for field in fields(OfferRow)})

    def end_offer(self, offer_id: OfferId, state: OfferState, at: datetime) -> bool:
        values = {"b_offer_id": offer_id, "b_state": state.value, "b_ended_at": at}
        return self._sql.run(st.END_OFFER, values) == 1

    def add_direct_ring(self, row: DirectRing) -> None:
        self._sql.run(st.ADD_DIRECT_RING, {field.name: getattr(row, field.name) for field in fields(DirectRing)})

    def end_direct_ring(self, ring_id: OfferId, state: OfferState, at: datetime) -> bool:
        values = {"b_ring_id": ring_id, "b_state": state.value, "b_ended_at": at}
        return self._sql.run(st.END_DIRECT_RING, values) == 1

    def direct_rings(self, call_id: CallId) -> list[DirectRing]:
        return [direct_ring(row) for row in self._sql.rows(st.DIRECT_RINGS, {"call_id": call_id})]

    def rung_directly(self, agent_id: AgentId) -> CallId | None:
        row = self._sql.first(st.RUNG_DIRECTLY, {"agent_id": agent_id})
        if row is not None:
            return CallId(row[0])
        party = self.party_of(agent_id)
        return party.call_id if party is not None and party.state is OfferState.RINGING else None

    def add_party(self, row: PartyRow) -> None:
        self._sql.run(st.ADD_PARTY, {field.name: getattr(row, field.name) for field in fields(PartyRow)})

    def party(self, party_id: OfferId) -> PartyRow | None:
        row = self._sql.first(st.PARTY, {"party_id": party_id})
        return None if row is None else party_row(row)

    def parties(self, call_id: CallId) -> list[PartyRow]:
        return [party_row(row) for row in self._sql.rows(st.PARTIES, {"call_id": call_id})]

    def party_of(self, agent_id: AgentId) -> PartyRow | None:
        row = self._sql.first(st.PARTY_OF, {"agent_id": agent_id})
        return None if row is None else party_row(row)

    def move_party(self, party_id: OfferId, expect: OfferState, **changes: object) -> bool:
        party = self.party(party_id)
        if party is None or party.state is not expect or party.ended_at is not None:
            return False
        self._set(t.call_party, "party_id", party_id, expect.value, changes)
        return True

    def direct_talks(self, agent_id: AgentId) -> list[CallId]:
        return [CallId(row[0]) for row in self._sql.rows(st.DIRECT_TALKS, {"agent_id": agent_id})]

    def mark_rung(self, call_id: CallId, agent_id: AgentId, until: datetime) -> None:
        self._sql.run(st.MARK_RUNG, {"call_id": call_id, "agent_id": agent_id, "until": until})

    def unblock(self, call_id: CallId, agent_id: AgentId) -> None:
        self._sql.run(st.UNBLOCK, {"b_call_id": call_id, "b_agent_id": agent_id})

    def blocks(self) -> list[Block]:
        return [Block(*row) for row in self._sql.rows(st.BLOCKS, {})]

    # --- facts ------------------------------------------------------------------------------------------------------

    def call_fact(self, call_id: CallId, at: datetime, step: str, data: Mapping[str, str]) -> None:
        self._call_facts.append({"call_id": call_id, "at": at, "step": step, "data": dict(data)})
        self.emit(JourneyStep(call_id, at, step, tuple(data.items())))

    def agent_fact(self, before: AgentRow, after: AgentRow, cause: str, at: datetime) -> None:
        self._agent_facts.append(
            {
                "agent_id": before.agent_id,
                "at": at,
                "before": before.state.value,
                "after": after.state.value,
                "code": after.code,
                "cause": cause,
                "call_id": after.call_id or before.call_id,
            }
        )

    # --- oversight --------------------------------------------------------------------------------------------------

    def add_alert(self, row: AlertRow) -> None:
        self._sql.run(st.ADD_ALERT, {field.name: getattr(row, field.name) for field in fields(AlertRow)})

    def alert(self, alert_id: AlertId) -> AlertRow | None:
        row = self._sql.first(st.ALERT, {"alert_id": alert_id})
        return None if row is None else AlertRow(*row)

    def open_alerts(self, call_id: CallId) -> list[AlertRow]:
        return [AlertRow(*row) for row in self._sql.rows(st.OPEN_ALERTS, {"call_id": call_id})]

    def change_alert(self, alert_id: AlertId, **changes: object) -> None:
        self._set(oversight.alert, "alert_id", alert_id, None, changes)

    def audit(self, entry: Audited) -> None:
        self._sql.run(st.ADD_AUDIT, {field.name: getattr(entry, field.name) for field in fields(Audited)})

    def is_on(self, switch: Switch) -> bool:
        row = self._sql.first(st.SWITCH_ON, {"name": switch.value})
        return row is not None and bool(row[0])

    def turn(self, switch: Switch, at: datetime, actor: str, *, is_on: bool) -> None:
        self._sql.run(st.TURN, {"name": switch.value, "is_on": is_on, "since": at, "actor": actor})

    def add_call_back(self, row: CallBackRow) -> None:
        self._sql.run(st.ADD_CALL_BACK, st.values_of(row))

    def add_service_request(self, row: ServiceRequestRow) -> None:
        self._sql.run(st.ADD_SERVICE_REQUEST, st.values_of(row))

    def begin_attempt(self, row: OutboundAttempt) -> None:
        self._sql.run(st.BEGIN_ATTEMPT, st.values_of(row))

    def end_attempt(self, attempt_id: AttemptId, outcome: AttemptOutcome, at: datetime) -> bool:
        values = {"b_attempt_id": attempt_id, "b_outcome": outcome.value, "b_ended_at": at}
        return self._sql.run(st.END_ATTEMPT, values) == 1

    def activities(self, call_id: CallId) -> list[ActivityRow]:
        return [activity_row(row) for row in self._sql.rows(st.ACTIVITIES, {"call_id": call_id})]

    def add_activity(self, row: ActivityRow) -> None:
        self._sql.run(st.ADD_ACTIVITY, st.values_of(row))

    def change_activity(self, activity_id: ActivityId, **changes: object) -> None:
        self._set(t.activity, "activity_id", activity_id, None, changes)

    def drop_activity(self, call_id: CallId, agent_id: AgentId) -> None:
        self._sql.run(st.DROP_ACTIVITY, {"b_call_id": call_id, "b_agent_id": agent_id})

    def emit(self, change: Change) -> None:
        self.changes.append(change)

    def _set(self, table: Table, key: str, value: object, expect: str | None, changes: Mapping[str, object]) -> None:
        """Change the row ``value``; it is there, and in the state ``expect`` if that is given."""
        names = tuple(sorted(changes))
        values: dict[str, object] = {f"v_{name}": changes[name] for name in names}
        values["b_key"] = value
        if expect is not None:
            values["b_expect"] = expect
        if self._sql.run(st.update_of(table, key, names, guarded=expect is not None), values) != 1:
            raise StoreError(f"{table.name} {value} changed under the matching lock")


def _bound_name(key: str) -> object:
    """A scope's name as its column holds it: agents by number."""
    kind, _, name = key.partition(":")
    return int(name) if kind == "agent" else name


def _scope_values(row: ScopeRow) -> dict[str, object]:
    name = row.key.partition(":")[2]
    return {
        "call_id": row.call_id,
        "position": row.position,
        "kind": row.kind,
        "key": row.key,
        "name": name,
        "agent_id": int(name) if row.kind == "agent" else None,
        "added": row.added,
        "reach": row.reach.value,
        "opened_at": row.opened_at,
    }
