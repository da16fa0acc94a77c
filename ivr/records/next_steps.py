"""What the agent of GICH who has a call may do next with it, read with who is Available now (R-CB-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, literal, null, select

from ivr.domain.agents import AgentState
from ivr.domain.next_steps import NextStep, Place, Situation, next_steps
from ivr.domain.routes import CallKind, ScopeKind, Segments
from ivr.store import tables as t

_APPLICATION: Final = "2"
"""The menu's option (R-MENU-2)."""


def next_steps_of(sql: Connection, call_id: str, agent_id: int, names: Segments) -> tuple[NextStep, ...]:
    """None of them for an agent of another segment, and for a call that an agent makes."""
    live = t.agent_live
    asker = sql.execute(select(live.c.team, live.c.segment).where(live.c.agent_id == agent_id)).first()
    call = sql.execute(select(t.call).where(t.call.c.call_id == call_id)).first()
    if asker is None or asker.segment != names.gich or call is None or call.kind == CallKind.OUTBOUND:
        return ()
    is_application = call.kind == CallKind.NEW_APPLICATION or call.menu_choice == _APPLICATION
    wanted = [_segment(names.applications)] if is_application else list(_right_for(sql, call, names))
    own = {("agent", str(agent_id)), ("team", asker.team), ("segment", asker.segment)}
    places = [_place(sql, *place, agent_id) for place in wanted if (place[0], place[1]) not in own]
    return next_steps(Situation(is_application, _has_record(sql, call, agent_id), places, call.menu_choice))


Wanted = tuple[ScopeKind, str, str]
"""Kind, name (an agent's is the internal id), and as people read it."""


def _segment(name: str) -> Wanted:
    return ("segment", name, name)


def _has_record(sql: Connection, call: Row[Any], agent_id: int) -> bool:
    """By what was keyed, or because the agent has attached the call to a record."""
    if any((call.client_id, call.representative_id, call.employer_id, call.employer_agent_id)):
        return True
    activity = t.activity
    own = select(activity.c.kind).where(activity.c.call_id == call.call_id, activity.c.agent_id == agent_id)
    return sql.scalar(own.where(activity.c.kind.is_not(None)).limit(1)) is not None


def _right_for(sql: Connection, call: Row[Any], names: Segments) -> Iterator[Wanted]:
    """Whose call it is by its record, else by its kind; nearest first, none twice."""
    seen: set[Wanted] = set()
    for place in (*_of_case(sql, call), *_of_employer(sql, call, names), *_of_kind(call, names)):
        if place not in seen:
            seen.add(place)
            yield place


def _of_case(sql: Connection, call: Row[Any]) -> Iterator[Wanted]:
    """The selected case's owner, team and segment; of a client with one segment for all open cases, that."""
    rows = sql.execute(_cases(call.case_id, call.client_id)).all()
    if call.case_id is not None or len(rows) == 1:
        for row in rows:
            if row.owner_id is not None:
                yield ("agent", str(row.owner_id), row.name)
            yield ("team", row.team, row.team)
    if len({row.segment for row in rows}) == 1:
        yield _segment(rows[0].segment)


def _cases(case_id: int | None, client_id: int | None) -> Select[Any]:
    case, agent, party = t.case_file, t.agent, t.case_party
    query = (
        select(case.c.case_id, case.c.owner_id, agent.c.name, case.c.team, t.team.c.segment)
        .join(t.team, t.team.c.name == case.c.team)
        .outerjoin(agent, agent.c.agent_id == case.c.owner_id)
        .where(case.c.closed_on.is_(None))
    )
    if case_id is not None:
        return query.where(case.c.case_id == case_id)
    theirs = select(party.c.case_id).where(party.c.client_id == client_id)
    return query.where(case.c.case_id.in_(theirs) if client_id is not None else literal(value=False))


def _of_employer(sql: Connection, call: Row[Any], names: Segments) -> Iterator[Wanted]:
    employer, agent = t.employer, t.agent
    query = select(agent.c.agent_id, agent.c.name).join(employer, employer.c.manager_id == agent.c.agent_id)
    row = sql.execute(query.where(employer.c.employer_id == (call.employer_id or null()))).first()
    if row is not None:
        yield ("agent", str(row.agent_id), row.name)
    if call.employer_id is not None or call.employer_agent_id is not None or call.kind == CallKind.EMPLOYER:
        yield _segment(names.employer)


def _of_kind(call: Row[Any], names: Segments) -> Iterator[Wanted]:
    if call.kind == CallKind.THIRD_PARTY or call.representative_id is not None:
        yield ("team", names.third_party_team, names.third_party_team)
    if call.language == "cy":
        yield _segment(names.welsh)


def _place(sql: Connection, kind: ScopeKind, name: str, shown: str, asker: int) -> Place:
    live = t.agent_live
    column = {"agent": live.c.agent_id, "team": live.c.team, "segment": live.c.segment}[kind]
    value = int(name) if kind == "agent" else name
    there = select(live.c.staff_number, live.c.segment).where(column == value)
    free = there.where(live.c.state == AgentState.AVAILABLE.value, live.c.agent_id != asker).limit(1)
    row = sql.execute(free).first()
    anybody = row or sql.execute(there.limit(1)).first()
    segment = name if anybody is None else anybody.segment
    staff = anybody.staff_number if kind == "agent" and anybody is not None else name
    return Place(kind, staff, shown, segment, available=row is not None)
