"""Look-ups on the calls' own route: one reference in, one record or nothing out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select

from ivr.domain.birth import CaseChildren
from ivr.domain.cases import Client, OpenCase
from ivr.domain.ids import AgentId, CaseId, ClientId, EmployerId
from ivr.store import tables as t

_CLIENT = (
    select(
        t.client.c.client_id,
        t.client.c.brand,
        t.case_file.c.case_id,
        t.case_file.c.number,
        t.case_file.c.opened_on,
        t.case_file.c.owner_id,
        t.case_file.c.team,
        t.team.c.segment,
        t.case_party.c.role,
    )
    .select_from(
        t.client.outerjoin(t.case_party, t.case_party.c.client_id == t.client.c.client_id)
        .outerjoin(t.case_file, (t.case_file.c.case_id == t.case_party.c.case_id) & t.case_file.c.closed_on.is_(None))
        .outerjoin(t.team, t.team.c.name == t.case_file.c.team)
    )
    .where(t.client.c.scin == bindparam("scin"))
    .order_by(t.case_file.c.case_id)
)


def client_by_scin(sql: Connection, scin: str) -> Client | None:
    """The client with this SCIN and their open cases; None when it is not on record."""
    rows = sql.execute(_CLIENT, {"scin": scin}).all()
    if not rows:
        return None
    cases = tuple(
        OpenCase(
            CaseId(row.case_id),
            row.number,
            row.opened_on,
            None if row.owner_id is None else AgentId(row.owner_id),
            row.team,
            row.segment,
            row.role,
        )
        for row in rows
        if row.case_id is not None
    )
    return Client(ClientId(rows[0].client_id), rows[0].brand, cases)


@dataclass(frozen=True, slots=True)
class EmployerRecord:
    """An employer (by ERN) or an employer agent (by EARN); ``manager_id``: an employer's account manager."""

    employer_id: EmployerId | None
    employer_agent_id: int | None
    manager_id: AgentId | None


_CHILDREN = (
    select(t.child.c.case_id, t.child.c.born_on)
    .where(t.child.c.case_id.in_(bindparam("case_ids", expanding=True)), t.child.c.kind == "qc")
    .order_by(t.child.c.born_on)
)
_EMPLOYER = select(t.employer.c.employer_id, t.employer.c.manager_id).where(t.employer.c.ern == bindparam("reference"))
_EMPLOYER_AGENT = select(t.employer_agent.c.employer_agent_id).where(t.employer_agent.c.earn == bindparam("reference"))
_REPRESENTATIVE = select(t.representative.c.representative_id).where(t.representative.c.trn == bindparam("trn"))


def children_of(sql: Connection, cases: Sequence[OpenCase]) -> tuple[CaseChildren, ...]:
    """The cases with the dates of birth of their qualifying children (R-CASE-3)."""
    born: dict[int, list[date]] = {case.case_id: [] for case in cases}
    for case_id, born_on in sql.execute(_CHILDREN, {"case_ids": list(born)}):
        born[case_id].append(born_on)
    return tuple(CaseChildren(case, tuple(born[case.case_id])) for case in cases)


def employer_by_reference(sql: Connection, reference: str) -> EmployerRecord | None:
    """The employer with this ERN or the employer agent with this EARN; None when neither is on record (R-EMP-1)."""
    row = sql.execute(_EMPLOYER, {"reference": reference}).first()
    if row is not None:
        return EmployerRecord(EmployerId(row[0]), None, None if row[1] is None else AgentId(row[1]))
    agent = sql.execute(_EMPLOYER_AGENT, {"reference": reference}).first()
    return None if agent is None else EmployerRecord(None, int(agent[0]), None)


def representative_by_trn(sql: Connection, trn: str) -> int | None:
    """The representative with this TRN; None when it is not on record (R-MENU-7)."""
    row = sql.execute(_REPRESENTATIVE, {"trn": trn}).first()
    return None if row is None else int(row[0])
