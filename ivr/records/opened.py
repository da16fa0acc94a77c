"""Records as an agent sees them: clients with their cases, employers, employer agents, representatives (R-POP, R-EMP).

Plain reads on one connection. A case that neither the viewer nor a team of theirs manages shows who does, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from ivr.domain.ids import Brand
from ivr.domain.numbers import masked
from ivr.records.viewing import Free, TransferTo, Viewer, free_for
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent by name, as others see them."""

    staff_number: str
    name: str


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a case; ``kind`` is qc for a qualifying child."""

    name: str
    born_on: date
    kind: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case. ``detail`` false: its number is masked, and beside it stand owner, team and where to transfer (R-POP-4).

    ``roles``: the client's in it; ``transfer``: nearest first, empty for a case with detail.
    """

    case_id: int
    number: str
    selected: bool
    roles: tuple[str, ...]
    owner: Colleague | None
    team: str
    segment: str
    detail: bool
    transfer: tuple[TransferTo, ...]
    opened_on: date | None
    closed_on: date | None
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client's record, open cases first, the newest of them first."""

    record_id: int
    name: str
    scin: str
    brand: Brand
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class ActsFor:
    """Whom a representative or employer agent acts for: a client with SCIN, an employer with ERN."""

    record_id: int
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class EmployerRecord:
    """An employer's record."""

    record_id: int
    name: str
    ern: str
    paye_reference: str | None
    phone: str | None
    account_manager: Colleague | None
    address_line: str | None
    postcode: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class EmployerAgentRecord:
    """An employer agent's record and the employers they act for; the link is to be confirmed (R-EMP-3)."""

    record_id: int
    name: str
    earn: str
    acts_for: tuple[ActsFor, ...]


@dataclass(frozen=True, slots=True)
class RepresentativeRecord:
    """A representative's record and the clients they act for (R-MENU-7)."""

    record_id: int
    name: str
    trn: str
    acts_for: tuple[ActsFor, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """A client of a case, by ``role``: rp or pp."""

    record_id: int
    name: str
    scin: str
    role: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case that was opened by its number; ``parties`` only with detail."""

    case: Case
    parties: tuple[Party, ...]


def client(sql: Connection, client_id: int, viewer: Viewer, selected: int | None = None) -> ClientRecord | None:
    """The client's record; ``selected``: the case the call is about. None when there is no such client."""
    row = sql.execute(select(t.client).where(t.client.c.client_id == client_id)).first()
    if row is None:
        return None
    party = t.case_party
    rows = sql.execute(
        _cases()
        .add_columns(party.c.role)
        .join(party, party.c.case_id == t.case_file.c.case_id)
        .where(party.c.client_id == client_id)
        .order_by(t.case_file.c.closed_on.is_not(None), t.case_file.c.opened_on.desc(), t.case_file.c.case_id)
    )
    by_case: dict[int, list[Row[Any]]] = {}
    for found in rows:
        by_case.setdefault(found.case_id, []).append(found)
    roles = {case_id: tuple(sorted(found.role for found in one)) for case_id, one in by_case.items()}
    cases = _shown(sql, [one[0] for one in by_case.values()], viewer, roles, selected)
    return ClientRecord(row.client_id, row.name, row.scin, row.brand, cases)


def case_by_number(sql: Connection, number: str, viewer: Viewer) -> CaseRecord | None:
    """The case with this number; None when there is none."""
    found = sql.execute(_cases().where(t.case_file.c.number == number)).first()
    if found is None:
        return None
    (case,) = _shown(sql, [found], viewer, {})
    return CaseRecord(case, _parties(sql, case.case_id) if case.detail else ())


def employer(sql: Connection, employer_id: int) -> EmployerRecord | None:
    """The employer's record, which every agent of the employer segment may see (R-EMP-4); None: there is none."""
    manager = t.agent
    row = sql.execute(
        select(t.employer, manager.c.staff_number, manager.c.name.label("manager_name"))
        .outerjoin(manager, manager.c.agent_id == t.employer.c.manager_id)
        .where(t.employer.c.employer_id == employer_id)
    ).first()
    if row is None:
        return None
    by = None if row.manager_id is None else Colleague(row.staff_number, row.manager_name)
    account = (row.address_line, row.postcode, row.email)
    return EmployerRecord(row.employer_id, row.name, row.ern, row.paye_reference, row.phone, by, *account)


def employer_agent(sql: Connection, employer_agent_id: int) -> EmployerAgentRecord | None:
    """The employer agent's record; None when there is none."""
    table, link, employer = t.employer_agent, t.employer_agent_acts_for, t.employer
    row = sql.execute(select(table).where(table.c.employer_agent_id == employer_agent_id)).first()
    if row is None:
        return None
    query = (
        select(employer.c.employer_id, employer.c.name, employer.c.ern)
        .join(link, link.c.employer_id == employer.c.employer_id)
        .where(link.c.employer_agent_id == employer_agent_id)
        .order_by(employer.c.name)
    )
    return EmployerAgentRecord(row.employer_agent_id, row.name, row.earn, _acts_for(sql, query))


def representative(sql: Connection, representative_id: int) -> RepresentativeRecord | None:
    """The representative's record; None when there is none."""
    table, link, client = t.representative, t.representative_acts_for, t.client
    row = sql.execute(select(table).where(table.c.representative_id == representative_id)).first()
    if row is None:
        return None
    query = (
        select(client.c.client_id, client.c.name, client.c.scin)
        .join(link, link.c.client_id == client.c.client_id)
        .where(link.c.representative_id == representative_id)
        .order_by(client.c.name)
    )
    return RepresentativeRecord(row.representative_id, row.name, row.trn, _acts_for(sql, query))


def _cases() -> Select[Any]:
    case, owner = t.case_file, t.agent
    return (
        select(case, owner.c.staff_number.label("owner_staff"), owner.c.name.label("owner_name"), t.team.c.segment)
        .outerjoin(owner, owner.c.agent_id == case.c.owner_id)
        .join(t.team, t.team.c.name == case.c.team)
    )


def _shown(
    sql: Connection,
    rows: Sequence[Row[Any]],
    viewer: Viewer,
    roles: Mapping[int, tuple[str, ...]],
    selected: int | None = None,
) -> tuple[Case, ...]:
    """The cases as the viewer may see them, in the order of ``rows``; ``roles`` by case."""
    mine = [row.case_id for row in rows if viewer.reads(row.case_id, row.owner_id, row.team)]
    free = free_for(sql, viewer, [row for row in rows if row.case_id not in mine])
    children = _children(sql, mine)
    return tuple(
        _in_detail(row, roles.get(row.case_id, ()), children.get(row.case_id, ()), selected)
        if row.case_id in mine
        else _in_outline(row, roles.get(row.case_id, ()), free, selected)
        for row in rows
    )


def _in_detail(row: Row[Any], roles: tuple[str, ...], children: tuple[Child, ...], selected: int | None) -> Case:
    return Case(
        row.case_id,
        row.number,
        row.case_id == selected,
        roles,
        _owner(row),
        row.team,
        row.segment,
        detail=True,
        transfer=(),
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        children=children,
    )


def _in_outline(row: Row[Any], roles: tuple[str, ...], free: Free, selected: int | None) -> Case:
    return Case(
        row.case_id,
        masked(row.number),
        row.case_id == selected,
        roles,
        _owner(row),
        row.team,
        row.segment,
        detail=False,
        transfer=free.ways(row),
        opened_on=None,
        closed_on=None,
        children=(),
    )


def _owner(row: Row[Any]) -> Colleague | None:
    return None if row.owner_id is None else Colleague(row.owner_staff, row.owner_name)


def _children(sql: Connection, case_ids: list[int]) -> dict[int, tuple[Child, ...]]:
    table = t.child
    found: dict[int, tuple[Child, ...]] = {}
    query = select(table).where(table.c.case_id.in_(case_ids)).order_by(table.c.born_on, table.c.child_id)
    for row in sql.execute(query):
        found[row.case_id] = (*found.get(row.case_id, ()), Child(row.name, row.born_on, row.kind))
    return found


def _parties(sql: Connection, case_id: int) -> tuple[Party, ...]:
    table, party = t.client, t.case_party
    query = (
        select(table.c.client_id, table.c.name, table.c.scin, party.c.role)
        .join(party, party.c.client_id == table.c.client_id)
        .where(party.c.case_id == case_id)
        .order_by(party.c.role.desc(), table.c.name)
    )
    return tuple(Party(*row) for row in sql.execute(query))


def _acts_for(sql: Connection, query: Select[Any]) -> tuple[ActsFor, ...]:
    return tuple(ActsFor(record_id, name, reference) for record_id, name, reference in sql.execute(query))
