"""Look-ups on the calls' own route: one reference in, one record or nothing out."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from ivr.domain.cases import Client, OpenCase
from ivr.domain.ids import AgentId, CaseId, ClientId
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
