"""What another system of record answers, written into our own rows: each function one transaction.

A record keeps its number for good, by its reference: whatever hangs on it (activities, call backs, suppressions) stays.
Staff are ours: who is named by a staff number that nobody here has is left out, and so is a case of a team that is not
here; both are told in the log, by their names alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Table, delete, insert, select, update

from ivr.domain.ids import Brand
from ivr.records.edge.contract import (
    CaseAnswer,
    ChildAnswer,
    ClientAnswer,
    EmployerAgentAnswer,
    EmployerAnswer,
    RepresentativeAnswer,
)
from ivr.records.edge.numbers import hold, next_number
from ivr.records.index import IndexedKind, index
from ivr.store import tables as t

log = structlog.get_logger()


def keep_client(sql: Connection, answer: ClientAnswer, now: datetime) -> int:
    """The client's number; the client, their open cases and the children of these are as answered from now on."""
    hold(sql)
    client_id = _keep(sql, "client", t.client, {"scin": answer.scin}, {"name": answer.name, "brand": answer.brand}, now)
    _close_others(sql, client_id, [case.number for case in answer.cases], now)
    for case in answer.cases:
        case_id = _keep_case(sql, case, answer.brand, now)
        if case_id is not None:
            _keep_roles(sql, case_id, client_id, case.roles)
            _keep_children(sql, case_id, case.children, now)
    return client_id


def keep_employer(sql: Connection, answer: EmployerAnswer, now: datetime) -> int:
    """The employer's number."""
    hold(sql)
    values = {
        "name": answer.name,
        "paye_reference": answer.paye_reference,
        "phone": answer.phone,
        "manager_id": _agent(sql, answer.manager)[0],
    }
    return _keep(sql, "employer", t.employer, {"ern": answer.ern}, values, now)


def keep_employer_agent(sql: Connection, answer: EmployerAgentAnswer, now: datetime) -> int:
    """The employer agent's number; whom they act for is as answered."""
    hold(sql)
    agent_id = _keep(sql, "employer_agent", t.employer_agent, {"earn": answer.earn}, {"name": answer.name}, now)
    linked = [_keep(sql, "employer", t.employer, {"ern": one.ern}, {"name": one.name}, now) for one in answer.acts_for]
    _link(sql, t.employer_agent_acts_for, ("employer_agent_id", agent_id), "employer_id", linked)
    return agent_id


def keep_representative(sql: Connection, answer: RepresentativeAnswer, now: datetime) -> int:
    """The representative's number; whom they act for is as answered."""
    hold(sql)
    mine = _keep(sql, "representative", t.representative, {"trn": answer.trn}, {"name": answer.name}, now)
    linked = [
        _keep(sql, "client", t.client, {"scin": one.scin}, {"name": one.name, "brand": one.brand}, now)
        for one in answer.acts_for
    ]
    _link(sql, t.representative_acts_for, ("representative_id", mine), "client_id", linked)
    return mine


def _keep(
    sql: Connection, kind: IndexedKind, table: Table, key: Mapping[str, str], values: Mapping[str, Any], now: datetime
) -> int:
    """Make or change one record, found again by the words it has now; nothing is written where nothing changed."""
    ((name, reference),) = key.items()
    row = sql.execute(select(table).where(table.c[name] == reference)).mappings().first()
    number = f"{kind}_id"
    if row is not None and all(row[column] == value for column, value in values.items()):
        return int(row[number])
    record_id = next_number(sql, table, now) if row is None else int(row[number])
    if row is None:
        sql.execute(insert(table).values({number: record_id, **key, **values}))
    else:
        sql.execute(update(table).where(table.c[number] == record_id).values(**values))
    index(sql, kind, [{**(row or {}), **key, **values, number: record_id}])
    return record_id


def _keep_case(sql: Connection, answer: CaseAnswer, brand: Brand, now: datetime) -> int | None:
    """The case's number; None when nobody here belongs to its team. The team of an owned case is its owner's."""
    owner_id, team = _agent(sql, answer.owner)
    team = team or answer.team
    table = t.case_file
    if sql.scalar(select(t.team.c.name).where(t.team.c.name == team)) is None:
        log.warning("records.team_unknown", team=team)
        return None
    values = {
        "opened_on": answer.opened_on,
        "closed_on": None,
        "owner_id": owner_id,
        "team": team,
        "brand": answer.brand or brand,
    }
    case_id = sql.scalar(select(table.c.case_id).where(table.c.number == answer.number))
    if case_id is not None:
        sql.execute(update(table).where(table.c.case_id == case_id).values(**values))
        return int(case_id)
    made = next_number(sql, table, now)
    sql.execute(insert(table).values(case_id=made, number=answer.number, **values))
    return made


def _agent(sql: Connection, staff_number: str | None) -> tuple[int | None, str | None]:
    """Who has this staff number, and their team."""
    if staff_number is None:
        return None, None
    agent = t.agent
    row = sql.execute(select(agent.c.agent_id, agent.c.team).where(agent.c.staff_number == staff_number)).first()
    if row is None:
        log.warning("records.staff_unknown", staff_number=staff_number)
        return None, None
    return int(row.agent_id), row.team


def _close_others(sql: Connection, client_id: int, numbers: list[str], now: datetime) -> None:
    """Open cases of the client that were not answered are not open any more."""
    case, party = t.case_file, t.case_party
    theirs = select(party.c.case_id).where(party.c.client_id == client_id)
    gone = update(case).where(case.c.case_id.in_(theirs), case.c.closed_on.is_(None), case.c.number.not_in(numbers))
    sql.execute(gone.values(closed_on=now.date()))


def _keep_roles(sql: Connection, case_id: int, client_id: int, roles: Iterable[str]) -> None:
    party = t.case_party
    where = (party.c.case_id == case_id, party.c.client_id == client_id)
    has, wanted = set(sql.scalars(select(party.c.role).where(*where))), set(roles)
    sql.execute(delete(party).where(*where, party.c.role.in_(has - wanted)))
    for role in sorted(wanted - has):
        sql.execute(insert(party).values(case_id=case_id, client_id=client_id, role=role))


def _keep_children(sql: Connection, case_id: int, answered: Iterable[ChildAnswer], now: datetime) -> None:
    table = t.child
    rows = sql.execute(select(table).where(table.c.case_id == case_id))
    has = {(row.name, row.born_on, row.kind): row.child_id for row in rows}
    wanted = {(child.name, child.born_on, child.kind) for child in answered}
    gone = [child_id for child, child_id in has.items() if child not in wanted]
    sql.execute(delete(table).where(table.c.child_id.in_(gone)))
    for name, born_on, kind in sorted(wanted - set(has)):
        child_id = next_number(sql, table, now)
        sql.execute(insert(table).values(child_id=child_id, case_id=case_id, name=name, born_on=born_on, kind=kind))


def _link(sql: Connection, table: Table, mine: tuple[str, int], other: str, linked: Iterable[int]) -> None:
    column, number = mine
    has, wanted = set(sql.scalars(select(table.c[other]).where(table.c[column] == number))), set(linked)
    sql.execute(delete(table).where(table.c[column] == number, table.c[other].in_(has - wanted)))
    for one in sorted(wanted - has):
        sql.execute(insert(table).values({column: number, other: one}))
