"""What contacts require of whoever reaches them (R-OUT-3): read before dialling, set by agents, audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from ivr.domain.oversight import Deed
from ivr.domain.purposes import NO_REQUIREMENTS, Requirements
from ivr.records.deeds import By, To, hold, note
from ivr.store import tables as t

_FORGET: Final = delete(t.contact_requirement).where(
    t.contact_requirement.c.kind == bindparam("b_kind"),
    t.contact_requirement.c.record_id == bindparam("b_record_id"),
)


def requirements_of(sql: Connection, kind: str, record_id: int) -> Requirements:
    """A contact's requirements; none where nobody has set any."""
    table = t.contact_requirement
    columns = (table.c.interpreter, table.c.face_to_face, table.c.preferred_time, table.c.alternative_format)
    row = sql.execute(select(*columns).where(table.c.kind == kind, table.c.record_id == record_id)).first()
    return NO_REQUIREMENTS if row is None else Requirements(*row)


def require(sql: Connection, kind: str, record_id: int, wanted: Requirements, by: By, now: datetime) -> bool:
    """From now on the contact requires this. False: there is no such record."""
    if not hold(sql, kind, record_id):
        return False
    if requirements_of(sql, kind, record_id) == wanted:
        return True
    forget_requirements(sql, kind, [record_id])
    whose = {"kind": kind, "record_id": record_id, "set_at": now, "set_by": by.agent_id}
    sql.execute(insert(t.contact_requirement).values(asdict(wanted) | whose))
    note(sql, by, Deed.REQUIREMENTS_SET, To(kind, record_id), now)
    return True


def forget_requirements(sql: Connection, kind: str, record_ids: Sequence[int]) -> None:
    """These contacts require nothing any more: they are removed, or it is said anew."""
    if record_ids:
        sql.execute(_FORGET, [{"b_kind": kind, "b_record_id": record_id} for record_id in record_ids])
