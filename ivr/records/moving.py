"""A team leader moves a case to another agent, and back afterwards; its call backs go with it (R-CB-7). Audited.

The cases of somebody who is only a paying parent are a group with one owner: they move together (R-CASE-5).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from ivr.domain.oversight import Deed
from ivr.errors import RequestError
from ivr.records.deeds import By, To, note, staff
from ivr.store import tables as t


def move_case(sql: Connection, number: str, staff_number: str, why: str, by: By, now: datetime) -> bool:
    """Give an open case, and those of its group, a new owner and their team. False: there is no such case.

    Raises RequestError where it is closed, or nobody has this staff number.
    """
    case = t.case_file
    row = sql.execute(select(case.c.case_id, case.c.closed_on).where(case.c.number == number).with_for_update()).first()
    if row is None:
        return False
    if row.closed_on is not None:
        raise RequestError("this case is closed", error_id="case.is_closed")
    agent_id = staff(sql, staff_number)
    if agent_id is None:
        raise RequestError("nobody who takes calls has this staff number", error_id="agent.unknown")
    team = select(t.agent.c.team).where(t.agent.c.agent_id == agent_id).scalar_subquery()
    for case_id in _group(sql, row.case_id):
        sql.execute(update(case).where(case.c.case_id == case_id).values(owner_id=agent_id, team=team))
        note(sql, by, Deed.CASE_MOVED, To("case", case_id), now, why=f"to {staff_number}: {why}")
    return True


def _group(sql: Connection, case_id: int) -> tuple[int, ...]:
    """The open cases of the case's paying parent, where that is all they are; else the case alone."""
    party, case = t.case_party, t.case_file
    payer = select(party.c.client_id).where(party.c.case_id == case_id, party.c.role == "pp").scalar_subquery()
    query = (
        select(party.c.case_id, party.c.role)
        .join(case, case.c.case_id == party.c.case_id)
        .where(party.c.client_id == payer, case.c.closed_on.is_(None))
        .order_by(party.c.case_id)
    )
    found = sql.execute(query).all()
    return tuple(row.case_id for row in found) if found and all(row.role == "pp" for row in found) else (case_id,)
