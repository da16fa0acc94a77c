"""A team leader moves a case to another agent, and back afterwards; its call backs go with it (R-CB-7). Audited.

The cases of somebody who is only a paying parent are a group with one owner: they move together (R-CASE-5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, or_, select, update

from ivr.domain.oversight import Deed
from ivr.errors import RequestError
from ivr.records.deeds import By, To, note, staff
from ivr.records.opened import Colleague
from ivr.records.viewing import viewer
from ivr.store import tables as t

MOST: Final = 200
_before, _after = (t.agent.alias(name) for name in ("owner_before", "owner_after"))


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A case that ``owner`` has for a time, and that goes back to ``goes_back_to``."""

    number: str
    goes_back_to: Colleague
    owner: Colleague
    moved_at: datetime


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
        _keep_move(sql, case_id, agent_id, by, now)
        sql.execute(update(case).where(case.c.case_id == case_id).values(owner_id=agent_id, team=team))
        note(sql, by, Deed.CASE_MOVED, To("case", case_id), now, why=f"to {staff_number}: {why}")
    return True


def moved_cases(sql: Connection, leader_id: int) -> tuple[MovedCase, ...]:
    """The cases that were moved from or to a leader's teams, and are still with whom they were moved to."""
    move, case = t.case_move, t.case_file
    teams = viewer(sql, leader_id).teams
    rows = sql.execute(
        select(case.c.number, move.c.moved_at, *_named(_before, "before"), *_named(_after, "after"))
        .join(case, case.c.case_id == move.c.case_id)
        .join(_before, _before.c.agent_id == move.c.from_id)
        .join(_after, _after.c.agent_id == move.c.to_id)
        .where(move.c.ended_at.is_(None), case.c.owner_id == move.c.to_id, case.c.closed_on.is_(None))
        .where(or_(_before.c.team.in_(teams), _after.c.team.in_(teams)))
        .order_by(move.c.moved_at, case.c.number)
        .limit(MOST)
    )
    return tuple(
        MovedCase(
            row.number,
            Colleague(row.before_staff, row.before_name),
            Colleague(row.after_staff, row.after_name),
            row.moved_at,
        )
        for row in rows
    )


def _keep_move(sql: Connection, case_id: int, to_id: int, by: By, now: datetime) -> None:
    """Keep from whom it went, so that it can go back; moved on, still to the first."""
    move, case = t.case_move, t.case_file
    owner_id = sql.scalar(select(case.c.owner_id).where(case.c.case_id == case_id))
    is_open = (move.c.case_id == case_id, move.c.ended_at.is_(None))
    before = sql.execute(select(move.c.from_id, move.c.to_id).where(*is_open)).first()
    sql.execute(update(move).where(*is_open).values(ended_at=now))
    goes_back = before is not None and before.to_id == owner_id
    from_id = before.from_id if before is not None and goes_back else owner_id
    if from_id is not None and from_id != to_id:
        row = {"case_id": case_id, "from_id": from_id, "to_id": to_id, "moved_at": now, "moved_by": by.agent_id}
        sql.execute(insert(move).values(row))


def _named(agent: Any, name: str) -> tuple[Any, Any]:
    return agent.c.staff_number.label(f"{name}_staff"), agent.c.name.label(f"{name}_name")


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
