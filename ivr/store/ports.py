"""What a store offers: transactions under the matching lock, and what one may do inside.

A transaction is a synchronous function that takes a `Tx` first. `Store.run` runs it under the one matching lock,
commits, and only then publishes what it emitted. It is never cancelled: a caller who stops waiting leaves it to finish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from ivr.domain.activities import ActivityRow
from ivr.domain.agents import AgentState
from ivr.domain.alerts import AlertRow
from ivr.domain.call_backs import CallBackRow
from ivr.domain.events import CallState, Change, OfferState
from ivr.domain.ids import ActivityId, AgentId, AlertId, AttemptId, CallId, OfferId
from ivr.domain.oversight import Audited, Switch
from ivr.domain.purposes import AttemptOutcome, OutboundAttempt
from ivr.domain.queueing import AgentRow, CallRow, Candidate, DirectRing, OfferRow, Reach, ScopeRow
from ivr.domain.service_requests import ServiceRequestRow
from ivr.domain.talking import PartyRow

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[Change], None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at keying something (R-DTMF-2, R-DTMF-3). ``keyed`` is personal: it is kept here and nowhere else."""

    call_id: CallId
    what: str
    number: int
    outcome: str
    keyed: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """An agent may not be offered a call before ``until`` (R-RONA-2)."""

    call_id: CallId
    agent_id: AgentId
    until: datetime


class Tx(Protocol):
    """One transaction: reads see its own writes; nothing is visible outside before it commits."""

    def call(self, call_id: CallId) -> CallRow | None:
        """The call's row."""

    def calls_up(self) -> list[CallRow]:
        """Every call that has not ended, in the order of arrival."""

    def call_backs_waiting(self) -> list[CallRow]:
        """Waiting calls whose callers are to be rung when their place comes, longest waiting first."""

    def add_call(self, row: CallRow) -> None:
        """Append a new call."""

    def add_attempt(self, attempt: Attempt) -> None:
        """Keep what a caller keyed."""

    def move_call(self, call_id: CallId, expect: CallState, **changes: object) -> bool:
        """Change a call that is in state ``expect``; False, and nothing changed, when it is not."""

    def note_call(self, call_id: CallId, **changes: object) -> None:
        """Change columns of a call whatever its state (never ``state`` itself). Raises StoreError if there is none."""

    def scopes(self, call_id: CallId) -> list[ScopeRow]:
        """All scopes of a call, by position."""

    def replace_scopes(self, call_id: CallId, rows: Sequence[ScopeRow]) -> None:
        """Give a call the scopes of a new route."""

    def add_scopes(self, call_id: CallId, rows: Sequence[ScopeRow]) -> None:
        """Append scopes behind those a call has."""

    def set_reach(self, call_id: CallId, positions: Iterable[int], reach: Reach, at: datetime | None) -> None:
        """Set the reach of some scopes; ``at`` is when they opened."""

    def oldest_matchable(self) -> CallId | None:
        """The call waiting longest for which an eligible agent is Available through an open or arming scope."""

    def candidates(self, call_id: CallId, scopes: Sequence[ScopeRow]) -> list[Candidate]:
        """For each of these scopes: the longest-idle eligible agent who has not rung for the call, and who has."""

    def own_waiting(self, agent_id: AgentId) -> list[CallId]:
        """Waiting calls that prefer this agent by name and may be offered to them, longest waiting first."""

    def waiting_in(self, key: str) -> list[CallId]:
        """Waiting calls for which this scope is open, longest waiting first."""

    def agent(self, agent_id: AgentId) -> AgentRow | None:
        """The agent's live row."""

    def agent_by_staff(self, staff_number: str) -> AgentRow | None:
        """The live row of whoever has this staff number."""

    def agent_at(self, endpoint: str) -> AgentRow | None:
        """The live row of whoever is logged in on this phone (``PJSIP/7001``)."""

    def agents_on(self, endpoint: str) -> list[AgentRow]:
        """Agents who are logged in on this phone, by id."""

    def agents_with_deadline(self) -> list[AgentRow]:
        """Agents whose state passes by itself, or would but for a ringing, by id."""

    def agents_at_work(self) -> list[AgentRow]:
        """Agents whom a call holds: Reserved, On call or On hold, by id."""

    def leaders_of(self, team: str | None) -> list[AgentRow]:
        """Team leaders who are of this team or lead it on record, by id; None: all team leaders."""

    def move_agent(self, agent_id: AgentId, expect: AgentState, **changes: object) -> bool:
        """Change an agent who is in state ``expect``; False, and nothing changed, when they are not."""

    def staffed(self, key: str) -> bool:
        """Whether anybody in this scope is logged in."""

    def offer(self, offer_id: OfferId) -> OfferRow | None:
        """The offer's row."""

    def add_offer(self, row: OfferRow) -> None:
        """Append a ringing offer."""

    def end_offer(self, offer_id: OfferId, state: OfferState, at: datetime) -> bool:
        """End a ringing offer; False, and nothing changed, when it does not ring any more."""

    def add_direct_ring(self, row: DirectRing) -> None:
        """Append a ringing for a direct call."""

    def end_direct_ring(self, ring_id: OfferId, state: OfferState, at: datetime) -> bool:
        """End a ringing for a direct call; False, and nothing changed, when it does not ring any more."""

    def direct_rings(self, call_id: CallId) -> list[DirectRing]:
        """The ringings of a direct call that go on or were answered, oldest first."""

    def rung_directly(self, agent_id: AgentId) -> CallId | None:
        """The direct call that has rung this person longest of those that do now, else the talk they are rung for."""

    def add_party(self, row: PartyRow) -> None:
        """Append somebody who is asked to take part in a talk that is not their own."""

    def party(self, party_id: OfferId) -> PartyRow | None:
        """Their row."""

    def parties(self, call_id: CallId) -> list[PartyRow]:
        """Who rings for a call or takes part in it besides its agent, oldest first."""

    def party_of(self, agent_id: AgentId) -> PartyRow | None:
        """The talk of another's that this person is rung for or takes part in."""

    def move_party(self, party_id: OfferId, expect: OfferState, **changes: object) -> bool:
        """Change a party that is in state ``expect`` and not over; False, and nothing changed, when it is not."""

    def direct_talks(self, agent_id: AgentId) -> list[CallId]:
        """The direct calls on which this person talks, in the order of their answers."""

    def mark_rung(self, call_id: CallId, agent_id: AgentId, until: datetime) -> None:
        """The agent has rung for the call in vain and is blocked for it until told otherwise."""

    def unblock(self, call_id: CallId, agent_id: AgentId) -> None:
        """The agent may be offered the call again, behind those who have not rung for it."""

    def blocks(self) -> list[Block]:
        """Who may not yet be offered which call that is still up, by call and agent."""

    def call_fact(self, call_id: CallId, at: datetime, step: str, data: Mapping[str, str]) -> None:
        """Append a step to the call's journey, and emit it."""

    def agent_fact(self, before: AgentRow, after: AgentRow, cause: str, at: datetime) -> None:
        """Append a state change of an agent and who or what caused it (R-STATE-9)."""

    def add_alert(self, row: AlertRow) -> None:
        """Append an alert (R-STATE-11)."""

    def alert(self, alert_id: AlertId) -> AlertRow | None:
        """The alert's row."""

    def open_alerts(self, call_id: CallId) -> list[AlertRow]:
        """The alerts of a call that are not over, oldest first."""

    def change_alert(self, alert_id: AlertId, **changes: object) -> None:
        """Change columns of an alert. Raises StoreError if there is none."""

    def audit(self, entry: Audited) -> None:
        """Append what somebody did to another person or to data."""

    def is_on(self, switch: Switch) -> bool:
        """Whether a team leader has switched it on."""

    def turn(self, switch: Switch, at: datetime, actor: str, *, is_on: bool) -> None:
        """Turn a switch."""

    def add_call_back(self, row: CallBackRow) -> None:
        """Append a call back."""

    def add_service_request(self, row: ServiceRequestRow) -> None:
        """Append a service request."""

    def begin_attempt(self, row: OutboundAttempt) -> None:
        """Append an outbound attempt that goes on (R-OUT-5)."""

    def end_attempt(self, attempt_id: AttemptId, outcome: AttemptOutcome, at: datetime) -> bool:
        """End an outbound attempt; False, and nothing changed, when it has ended."""

    def activities(self, call_id: CallId) -> list[ActivityRow]:
        """Everybody's activity of a call, oldest first (R-ACT-1)."""

    def add_activity(self, row: ActivityRow) -> None:
        """Append an activity."""

    def change_activity(self, activity_id: ActivityId, **changes: object) -> None:
        """Change columns of an activity. Raises StoreError if there is none."""

    def drop_activity(self, call_id: CallId, agent_id: AgentId) -> None:
        """Take away the activity of an agent who takes no part in the call; one who has taken part keeps theirs."""

    def emit(self, change: Change) -> None:
        """Tell listeners after the commit."""


class Store(Protocol):
    """A store: SQLite, PostgreSQL or memory."""

    async def run(self, step: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction under the matching lock and return its result.

        Raises StoreUnavailable when it does not come to pass within the store's limit, StoreError when it fails.
        """

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` in the event loop with each change, in the order of commits."""

    async def close(self) -> None:
        """Finish what runs, then close."""
