"""An employer's details, updated by the agents of the employer segment (R-EMP-4). Audited; found by the new words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, or_, select, update

from ivr.domain.oversight import Deed
from ivr.errors import RequestError
from ivr.records import opened
from ivr.records.deeds import By, To, hold, note
from ivr.records.index import index
from ivr.records.opened import EmployerRecord
from ivr.store import tables as t

DETAILS: Final = ("name", "paye_reference", "phone", "address_line", "postcode", "email")
"""The columns that may be updated."""


def update_details(
    sql: Connection, employer_id: int, values: Mapping[str, str | None], segment: str, by: By, now: datetime
) -> EmployerRecord | None:
    """Change these of `DETAILS`; the others stay. None: there is no such employer. Raises RequestError for who is not
    of ``segment``, the employers'.
    """
    if not hold(sql, "employer", employer_id):
        return None
    if not _is_of(sql, segment, by):
        raise RequestError("only the employer segment updates employers", error_id="employer.other_segment")
    table = t.employer
    before = sql.execute(select(table).where(table.c.employer_id == employer_id)).mappings().one()
    changed = {name: value for name, value in values.items() if name in DETAILS and before[name] != value}
    if changed:
        sql.execute(update(table).where(table.c.employer_id == employer_id).values(changed))
        index(sql, "employer", [{**before, **changed}])
        note(sql, by, Deed.EMPLOYER_UPDATED, To("employer", employer_id), now, why=", ".join(changed))
    return opened.employer(sql, employer_id)


def _is_of(sql: Connection, segment: str, by: By) -> bool:
    """Whether they are of this segment, or lead a team of it."""
    live, team = t.agent_live, t.team
    leads = select(team.c.name).where(team.c.segment == segment, team.c.leader == live.c.staff_number).exists()
    query = select(live.c.agent_id).where(live.c.agent_id == by.agent_id, or_(live.c.segment == segment, leads))
    return sql.scalar(query) is not None
