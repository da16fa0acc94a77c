"""What the pages show, read as plain queries: each takes a connection and gives a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Connection, Row, bindparam, literal_column, select

from ivr.domain.agents import HELD_BY_A_CALL, ON_THE_PHONE, AgentState
from ivr.domain.events import AgentChanged, CallState, OfferState
from ivr.domain.ids import AgentId, CallId
from ivr.domain.numbers import masked
from ivr.domain.oversight import Switch, SwitchChanged
from ivr.domain.phones import kind_of
from ivr.domain.recordings import RecordingStopped
from ivr.domain.talking import PartyRole
from ivr.domain.toolbar import Part, may
from ivr.records.screen_pop import ScreenPop, screen_pop
from ivr.records.viewing import viewer
from ivr.store import tables as t
from ivr.store.oversight import switch
from ivr.web.identity import Identity, Person
from ivr.web.models import (
    AgentNow,
    Agents,
    CallNow,
    Calls,
    CallsQuery,
    ColleagueName,
    Journey,
    Me,
    Option,
    PendingState,
    Step,
)
from ivr.web.oversight_models import Switches, SwitchNow
from ivr.web.recording_models import RecordingStoppedNow
from ivr.web.services import Surroundings

_UP: Final[ColumnElement[bool]] = literal_column("call.state <> 'ended'")
_RUNG_DIRECTLY: Final = (
    select(t.direct_ring.c.call_id)
    .where(literal_column("direct_ring.state = 'ringing'", Boolean))
    .order_by(t.direct_ring.c.made_at.desc())
    .limit(1)
)
_AGENTS: Final = select(t.agent_live, t.agent.c.name, t.agent.c.role).join(
    t.agent, t.agent.c.agent_id == t.agent_live.c.agent_id
)
_CALLS: Final = select(t.call, t.agent.c.staff_number).outerjoin(t.agent, t.agent.c.agent_id == t.call.c.agent_id)
_SOME_CALLS: Final = _CALLS.where(t.call.c.call_id.in_(bindparam("call_ids", expanding=True))).order_by(
    t.call.c.arrived_at, t.call.c.call_id
)


@dataclass(frozen=True, slots=True)
class Who:
    """An agent's name and role, which a change of their state does not say."""

    name: str
    role: str


@cache
def options(state: AgentState, part: Part = Part.OWN) -> tuple[Option, ...]:
    """Every action in ``state``, with the domain's own reasons (R-STATE-12)."""
    return tuple(
        Option(
            action=one.action,
            allowed=one.allowed,
            why=one.why,
            to=one.to,
            pending=one.is_pending,
            withdraws_offer=one.withdraws_offer,
            codes=one.codes,
        )
        for one in may(state, part)
    )


def me(sql: Connection, person: Person, around: Surroundings) -> Me:
    """The agent who asks."""
    row = sql.execute(_AGENTS.where(t.agent_live.c.agent_id == person.agent_id)).one()
    is_idle = row.state == AgentState.AVAILABLE and row.deadline_at is not None
    shown = dict(_agent(row)) | {"may": options(AgentState(row.state), _part(sql, row))}
    return Me(
        **shown,
        endpoint=row.endpoint,
        phone=kind_of(row.endpoint).value,
        phone_reachable=around.is_reachable(row.endpoint) if row.endpoint else None,
        idle_warning=is_idle and row.deadline_at <= around.warned_until,
    )


def agent(sql: Connection, agent_id: AgentId) -> AgentNow:
    """One agent, as leaders see them."""
    return _agent(sql.execute(_AGENTS.where(t.agent_live.c.agent_id == agent_id)).one())


def agents(sql: Connection, asker: Identity) -> Agents:
    """Everybody with their state for who oversees; the names of their own segment for an agent."""
    live = t.agent_live
    if asker.oversees:
        return Agents(agents=all_agents(sql))
    rows = sql.execute(_AGENTS.where(live.c.segment == asker.segment).order_by(live.c.team, live.c.staff_number))
    return Agents(
        agents=tuple(
            ColleagueName(staff_number=row.staff_number, name=row.name, team=row.team, segment=row.segment)
            for row in rows
        )
    )


def all_agents(sql: Connection) -> tuple[AgentNow, ...]:
    """Everybody, by team and staff number."""
    rows = sql.execute(_AGENTS.order_by(t.agent_live.c.team, t.agent_live.c.staff_number))
    return tuple(_agent(row) for row in rows)


def phones_lost(sql: Connection, around: Surroundings) -> tuple[str, ...]:
    """The staff numbers of those logged in whose phone cannot be reached (R-STATE-8)."""
    live = t.agent_live.c
    rows = sql.execute(select(live.staff_number, live.endpoint).where(live.state != AgentState.LOGGED_OUT))
    return tuple(row.staff_number for row in rows if row.endpoint and around.is_reachable(row.endpoint) is False)


def calls(sql: Connection, query: CallsQuery) -> Calls:
    """The latest calls, or only those that are up."""
    wanted = _CALLS.where(_UP) if query.only_up else _CALLS
    rows = sql.execute(wanted.order_by(t.call.c.arrived_at.desc(), t.call.c.call_id.desc()).limit(query.limit))
    return Calls(calls=tuple(_call(row) for row in rows))


def calls_shown(sql: Connection, agents: tuple[AgentNow, ...]) -> tuple[CallNow, ...]:
    """The calls that are up, and those that agents are finishing."""
    up = calls(sql, CallsQuery(up="1", limit=1000)).calls
    known = {call.call_id for call in up}
    finished = frozenset(CallId(one.call_id) for one in agents if one.call_id is not None) - known
    return up + some_calls(sql, finished)


def some_calls(sql: Connection, call_ids: frozenset[CallId]) -> tuple[CallNow, ...]:
    """These calls, in the order they arrived."""
    if not call_ids:
        return ()
    rows = sql.execute(_SOME_CALLS, {"call_ids": list(call_ids)})
    return tuple(_call(row) for row in rows)


def journey(sql: Connection, call_id: CallId) -> Journey | None:
    """A call with its facts in order; None when there is no such call."""
    row = sql.execute(_CALLS.where(t.call.c.call_id == call_id)).first()
    if row is None:
        return None
    facts = t.call_event
    steps = sql.execute(select(facts).where(facts.c.call_id == call_id).order_by(facts.c.event_id))
    return Journey(call=_call(row), steps=tuple(Step(at=step.at, step=step.step, data=step.data) for step in steps))


def my_call(sql: Connection, person: Person) -> ScreenPop | None:
    """The call that rings for the agent, or that they are on or finishing; None when there is none.

    A direct call that rings comes before one they are finishing; one that rings beside a talk opens with its answer.
    """
    live = t.agent_live
    state, call_id = sql.execute(select(live.c.state, live.c.call_id).where(live.c.agent_id == person.agent_id)).one()
    if state not in HELD_BY_A_CALL:
        call_id = sql.scalar(_RUNG_DIRECTLY.where(t.direct_ring.c.agent_id == person.agent_id)) or call_id
    return None if call_id is None else screen_pop(sql, CallId(call_id), viewer(sql, person.agent_id))


def agent_change(change: AgentChanged, who: Who, ends_at: datetime | None) -> AgentNow:
    """A change as it is told, of ``who``; ``ends_at``: when the state passes by itself."""
    return AgentNow(
        staff_number=change.staff_number,
        name=who.name,
        role=who.role,
        team=change.team,
        segment=change.segment,
        state=change.state,
        code=change.code,
        since=change.since,
        pending=_pending(change.pending, change.pending_code, change.pending_by),
        ends_at=ends_at,
        call_id=change.call_id,
        may=options(change.state, change.part),
    )


def switches(sql: Connection) -> Switches:
    """Every switch, one that was never turned too."""
    turned = {row.name: row for row in sql.execute(select(switch))}
    return Switches(
        switches=tuple(
            SwitchNow(name=one, on=False, since=None, by=None)
            if one.value not in turned
            else SwitchNow(name=one, on=turned[one].is_on, since=turned[one].since, by=turned[one].actor)
            for one in Switch
        )
    )


def recording_stopped(change: RecordingStopped | None) -> RecordingStoppedNow | None:
    """Why nothing is recorded, as it is told."""
    return None if change is None or change.why is None else RecordingStoppedNow(why=change.why, since=change.since)


def switch_now(change: SwitchChanged) -> SwitchNow:
    """A switch as it is told."""
    return SwitchNow(name=change.name, on=change.is_on, since=change.since, by=change.actor)


def _agent(row: Row[*tuple[Any, ...]]) -> AgentNow:
    state = AgentState(row.state)
    return AgentNow(
        staff_number=row.staff_number,
        name=row.name,
        role=row.role,
        team=row.team,
        segment=row.segment,
        state=state,
        code=row.code,
        since=row.since,
        pending=_pending(None if row.pending is None else AgentState(row.pending), row.pending_code, row.pending_by),
        ends_at=row.deadline_at,
        call_id=row.call_id,
        may=options(state),
    )


def _part(sql: Connection, row: Row[*tuple[Any, ...]]) -> Part:
    """What an agent is to the call that their row names, as `ivr.acd.roster.part_of` has it."""
    if row.state not in ON_THE_PHONE or row.call_id is None:
        return Part.OWN
    party, live = t.call_party, t.call_party.c.ended_at.is_(None)
    rows = sql.execute(select(party).where(party.c.call_id == row.call_id, live)).all()
    if any(one.agent_id == row.agent_id and one.state == OfferState.ANSWERED for one in rows):
        return Part.GUEST
    if sql.scalar(select(t.call.c.state).where(t.call.c.call_id == row.call_id)) == CallState.DIALLING:
        return Part.MAKING
    asked = (one for one in rows if one.asked_by == row.agent_id and one.role == PartyRole.CONSULTED)
    return Part.ASKING if any(one.state == OfferState.RINGING for one in asked) else Part.OWN


def _pending(state: AgentState | None, code: str | None, by: str | None) -> PendingState | None:
    return None if state is None else PendingState(state=state, code=code, by=by)


def _call(row: Row[*tuple[Any, ...]]) -> CallNow:
    return CallNow(
        call_id=row.call_id,
        state=row.state,
        line=row.line,
        brand=row.brand,
        language=row.language,
        kind=row.kind,
        menu_choice=row.menu_choice,
        caller=masked(row.cli),
        arrived_at=row.arrived_at,
        waiting_since=row.first_waiting_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        end=row.end,
        overflowed=row.overflowed,
        agent=row.staff_number,
        call_back=row.call_back_number is not None,
    )
