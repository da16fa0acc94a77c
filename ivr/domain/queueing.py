"""The rows that matching and the ledger work on, as frozen values; the stores translate them to their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd, CallState, OfferState
from ivr.domain.ids import AgentId, Brand, CallId, Language, OfferId, ScopeKey
from ivr.domain.routes import ScopeKind


class Reach(StrEnum):
    """Whether a scope may be used. ``arming``: being opened by the match of the same transaction, never committed."""

    CLOSED = "closed"
    ARMING = "arming"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as the queue sees it. ``first_waiting_at`` never changes once set (R-WAIT-1).

    Of a call that an agent makes, ``channel_id`` is the leg of whom they call, ``agent_channel_id`` the agent's own,
    ``cli`` the number called and ``dnis`` the number of ours that is shown (R-OUT-1).
    ``call_back_number``: where its caller is to be rung instead of waiting, as they asked at ``call_back_asked_at``;
    personal. ``called_back_at``: when they were rung, once for all; from then on ``channel_id`` is that leg (R-CB-14).
    """

    call_id: CallId
    state: CallState
    line: str
    brand: Brand
    language: Language
    channel_id: str
    arrived_at: datetime
    dnis: str = ""
    cli: str = ""
    node: str = ""
    kind: str | None = None
    menu_choice: str | None = None
    first_waiting_at: datetime | None = None
    enqueued_at: datetime | None = None
    overflow_at: datetime | None = None
    overflowed: bool = False
    after_rona_position: int | None = None
    offer_id: OfferId | None = None
    agent_id: AgentId | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    end: CallEnd | None = None
    client_id: int | None = None
    case_id: int | None = None
    employer_id: int | None = None
    employer_agent_id: int | None = None
    representative_id: int | None = None
    pop: str = "blank"
    config_hash: str = ""
    agent_channel_id: str = ""
    call_back_number: str | None = None
    call_back_asked_at: datetime | None = None
    called_back_at: datetime | None = None

    @property
    def waits_for_call_back(self) -> bool:
        """Its caller has hung up and is to be rung when its place comes; nobody has rung them yet (R-WAIT-3)."""
        return self.call_back_number is not None and self.called_back_at is None

    @property
    def is_to_be_called_back(self) -> bool:
        """They took a call back and have not been reached: nobody of theirs is on the line."""
        return self.call_back_number is not None and self.answered_at is None


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """One scope of a call's route; ``position`` 0 is tried first; ``added`` scopes open by overflow or RONA."""

    call_id: CallId
    position: int
    kind: ScopeKind
    key: ScopeKey
    added: bool
    reach: Reach
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent's live row. ``idle_since`` orders Available agents (R-CASE-8) and survives an abandoned ringing.

    ``call_id``: the call that has brought the state about; of several talks the queue's. ``back_…``: what a direct
    call on which the agent talks leads back to (R-STATE-4); of After Call Work what is left of it, with what was
    asked for during its call, and that call. ``pending_by``: who asked for what is pending (R-STATE-9).
    """

    agent_id: AgentId
    staff_number: str
    team: str
    segment: str
    state: AgentState
    since: datetime
    code: str | None = None
    idle_since: datetime | None = None
    pending: AgentState | None = None
    pending_code: str | None = None
    pending_by: str | None = None
    call_id: CallId | None = None
    offer_id: OfferId | None = None
    endpoint: str = ""
    deadline_at: datetime | None = None
    back_state: AgentState | None = None
    back_code: str | None = None
    back_left_ms: int | None = None
    back_pending: AgentState | None = None
    back_pending_code: str | None = None
    back_pending_by: str | None = None
    back_call_id: CallId | None = None


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One ringing of one agent for one call."""

    offer_id: OfferId
    call_id: CallId
    agent_id: AgentId
    scope: ScopeKey
    position: int
    own: bool
    state: OfferState
    made_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DirectRing:
    """One ringing of one phone of one person for a direct call; ``ring_id`` names its leg (R-LINE-4)."""

    ring_id: OfferId
    call_id: CallId
    agent_id: AgentId
    endpoint: str
    state: OfferState
    made_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """The longest-idle eligible agent of one scope of one call, among those who have (or have not) rung for it.

    ``position``, ``kind`` and ``key`` are the scope's; ``team`` and ``segment`` the agent's own.
    """

    position: int
    kind: ScopeKind
    key: ScopeKey
    agent_id: AgentId
    team: str
    segment: str
    idle_since: datetime
    has_rung: bool
