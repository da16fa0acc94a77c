"""What the agent sees with the ringing: the call so far and the record that its caller's digits opened (R-POP).

Plain reads on one connection; `ivr.records.opened` has the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, select

from ivr.domain.events import OfferState
from ivr.domain.ids import Brand, CallId
from ivr.domain.numbers import masked
from ivr.domain.talking import PartyRole
from ivr.domain.words import RecordKind
from ivr.records import opened
from ivr.records.call_check import CallCheck, check_of
from ivr.records.opened import ClientRecord, Colleague, EmployerAgentRecord, EmployerRecord, RepresentativeRecord
from ivr.records.outbound_now import OutboundNow, outbound_now
from ivr.records.security import SecurityNow, security_of
from ivr.records.source import WhyUnanswered
from ivr.records.viewing import Viewer
from ivr.store import tables as t

PopKind = Literal["record", "search", "blank"]
REDIRECTED: Final = (OfferState.NO_ANSWER, OfferState.BUSY, OfferState.REJECTED, OfferState.UNREACHABLE)
_SEARCHED: Final[Mapping[str, tuple[RecordKind, ...]]] = {
    "scin": ("client",),
    "ern": ("employer", "employer_agent"),
    "trn": ("representative",),
}
"""Which contacts a reference that is not on record was meant to name."""
_NOT_LOOKED_UP: Final = frozenset({"noted", *(why.value for why in WhyUnanswered)})
_REFERENCES: Final = frozenset({"scin", "ern", "earn", "trn", "reference"})
"""What a caller may key that shows its last three digits; of anything else (a date of birth, a PIN) none is shown."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at keying ``what``: how it ended, and its last three digits where they may be shown (R-DTMF-5).

    Of a reference that was only ``noted``, because the case system was down (R-MON-4), and of one that the system of
    record did not answer (``slow``, ``down``, ``unclear``), all: who reads it looks it up.
    """

    what: str
    number: int
    outcome: str
    keyed: str


@dataclass(frozen=True, slots=True)
class Redirected:
    """The call came back: this colleague's phone rang for it before, and how that ended (R-RONA-2)."""

    colleague: Colleague
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallBackShown:
    """The caller took a call back instead of waiting (R-CB-14): where they are rung once the agent has answered, when
    they were, and how that ended, as far as it has (``answered``, ``no_answer``, ``busy`` …).
    """

    number: str
    asked_at: datetime
    rung_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A colleague has consulted somebody about the call, or handed it over: to whom, and in which words (R-XFER-4).

    ``to``: a staff number, ``team:…``, ``segment:…`` or ``outside``; ``outcome``: ``answered``, why the ringing came to
    nothing, or ``queued``; ``for_you``: it was the viewer who was asked.
    """

    by: Colleague | None
    to: str
    reason: str | None
    notes: str | None
    at: datetime
    outcome: str
    for_you: bool


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """R-POP-1, R-POP-2. ``pop`` says what opens: the record, a list of contacts to search, or a blank screen.

    ``ringing_since``: when this agent's phone was asked to ring; ``waited_s``: the wait until then, seconds;
    ``redirected``: whose phones rang before, if the call came back; ``asked``: who has consulted or handed it over;
    ``search_among``: the contacts to search.
    """

    call_id: str
    state: str
    line: str
    brand: Brand
    language: str
    dnis: str
    caller_number: str
    kind: str | None
    menu_choice: str | None
    arrived_at: datetime
    waiting_since: datetime | None
    ringing_since: datetime | None
    waited_s: float | None
    answered_at: datetime | None
    attempts: tuple[Attempt, ...]
    redirected: tuple[Redirected, ...]
    asked: tuple[Asked, ...]
    pop: PopKind
    search_among: tuple[RecordKind, ...]
    client: ClientRecord | None
    employer: EmployerRecord | None
    employer_agent: EmployerAgentRecord | None
    representative: RepresentativeRecord | None
    security: SecurityNow
    check: CallCheck
    """What is asked now, or how the last check ended; `security` is what travels of it."""
    outbound: OutboundNow | None
    """How far it has come, if an agent makes it; ``caller_number`` is whom they call."""
    call_back: CallBackShown | None


def screen_pop(sql: Connection, call_id: CallId, viewer: Viewer) -> ScreenPop | None:
    """The screen pop of a call for one agent; None when there is no such call."""
    call = sql.execute(select(t.call).where(t.call.c.call_id == call_id)).first()
    if call is None:
        return None
    rings_at, attempts = _rings_at(sql, call_id, viewer), _attempts(sql, call_id)
    return ScreenPop(
        call.call_id,
        call.state,
        call.line,
        call.brand,
        call.language,
        call.dnis,
        call.cli,
        call.kind,
        call.menu_choice,
        call.arrived_at,
        call.first_waiting_at,
        rings_at,
        _between_s(call.first_waiting_at, rings_at),
        call.answered_at,
        attempts,
        _redirected(sql, call_id),
        _asked(sql, call_id, viewer),
        call.pop,
        _searched(attempts) if call.pop == "search" else (),
        None if call.client_id is None else opened.client(sql, call.client_id, viewer, call.case_id),
        None if call.employer_id is None else opened.employer(sql, call.employer_id),
        None if call.employer_agent_id is None else opened.employer_agent(sql, call.employer_agent_id),
        None if call.representative_id is None else opened.representative(sql, call.representative_id),
        security_of(sql, call_id),
        check_of(sql, call_id),
        outbound_now(sql, call_id) if call.agent_channel_id else None,
        None if call.call_back_number is None else _call_back(sql, call),
    )


def shown(what: str, keyed: str, outcome: str = "") -> str:
    """What of an attempt's digits may be shown: a reference's last three, of anything else none; '' for no digits."""
    if not keyed:
        return ""
    if outcome in _NOT_LOOKED_UP and what.lower() in _REFERENCES:
        return keyed
    return masked(keyed) if what.lower() in _REFERENCES else "…"


def _call_back(sql: Connection, call: Row[Any]) -> CallBackShown:
    fact = t.call_event.c
    ended = select(fact.data).where(fact.call_id == call.call_id, fact.step == "called_back")
    data: dict[str, str] = sql.scalar(ended) or {}
    return CallBackShown(call.call_back_number, call.call_back_asked_at, call.called_back_at, data.get("outcome"))


def _attempts(sql: Connection, call_id: CallId) -> tuple[Attempt, ...]:
    table = t.call_attempt
    rows = sql.execute(select(table).where(table.c.call_id == call_id).order_by(table.c.attempt_id))
    return tuple(Attempt(row.what, row.number, row.outcome, shown(row.what, row.keyed, row.outcome)) for row in rows)


def _redirected(sql: Connection, call_id: CallId) -> tuple[Redirected, ...]:
    offer, agent = t.offer, t.agent
    query = (
        select(agent.c.staff_number, agent.c.name, offer.c.state, offer.c.ended_at)
        .join(agent, agent.c.agent_id == offer.c.agent_id)
        .where(offer.c.call_id == call_id, offer.c.state.in_([state.value for state in REDIRECTED]))
        .order_by(offer.c.ended_at)
    )
    return tuple(Redirected(Colleague(staff, name), state, at) for staff, name, state, at in sql.execute(query))


def _asked(sql: Connection, call_id: CallId, viewer: Viewer) -> tuple[Asked, ...]:
    """Every consultation and cold transfer of the call so far, oldest first."""
    party, by, agent = t.call_party, t.agent.alias("by_whom"), t.agent
    rows = sql.execute(
        select(party, by.c.staff_number.label("by_staff"), by.c.name.label("by_name"), agent.c.staff_number)
        .outerjoin(by, by.c.agent_id == party.c.asked_by)
        .outerjoin(agent, agent.c.agent_id == party.c.agent_id)
        .where(party.c.call_id == call_id, party.c.role == PartyRole.CONSULTED.value)
        .order_by(party.c.made_at, party.c.party_id)
    )
    return tuple(_one_asked(row, viewer) for row in rows)


def _one_asked(row: Row[Any], viewer: Viewer) -> Asked:
    is_cold = row.agent_id is None and not row.number
    kind, _, name = row.target.partition(":")
    return Asked(
        by=None if row.by_staff is None else Colleague(row.by_staff, row.by_name),
        to=row.staff_number or (name if kind == "agent" else row.target),
        reason=row.reason,
        notes=row.notes,
        at=row.made_at,
        outcome="queued" if is_cold else row.state,
        for_you=row.agent_id == viewer.agent_id,
    )


def _rings_at(sql: Connection, call_id: CallId, viewer: Viewer) -> datetime | None:
    """When the viewer was last offered this call, or rung for it as a direct one, or asked to take part in it."""
    for rung in (t.offer, t.direct_ring, t.call_party):
        query = select(rung.c.made_at).where(rung.c.call_id == call_id, rung.c.agent_id == viewer.agent_id)
        at: datetime | None = sql.scalar(query.order_by(rung.c.made_at.desc()).limit(1))
        if at is not None:
            return at
    return None


def _between_s(begun: datetime | None, ended: datetime | None) -> float | None:
    return None if begun is None or ended is None else round((ended - begun).total_seconds(), 1)


def _searched(attempts: tuple[Attempt, ...]) -> tuple[RecordKind, ...]:
    """By the last reference that was keyed."""
    return next((_SEARCHED[one.what] for one in reversed(attempts) if one.what in _SEARCHED), ())
