"""What is to be seen before contacts are called (R-OUT-3, R-OUT-5), of many at once. Plain reads on one connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select, tuple_

from ivr.domain.purposes import NO_REQUIREMENTS, Requirements
from ivr.store import tables as t

Contact = tuple[str, int]
"""The kind of a record and its id."""
LOOKED_BACK: Final = timedelta(days=14)
MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What a contact requires, and when they were tried lately, the latest first."""

    requirements: Requirements = NO_REQUIREMENTS
    tried_at: tuple[datetime, ...] = ()


NOTHING: Final = Beforehand()


def beforehand(sql: Connection, contacts: Collection[Contact], now: datetime) -> Mapping[Contact, Beforehand]:
    """Of each of these contacts; of whom nothing is known they are not among them."""
    if not contacts:
        return {}
    needs, tried = _needs(sql, contacts), _tried(sql, contacts, now)
    return {
        one: Beforehand(needs.get(one, NO_REQUIREMENTS), tuple(tried.get(one, ())[:MOST])) for one in {*needs, *tried}
    }


def _needs(sql: Connection, contacts: Collection[Contact]) -> dict[Contact, Requirements]:
    table = t.contact_requirement
    rows = sql.execute(select(table).where(tuple_(table.c.kind, table.c.record_id).in_(contacts)))
    return {
        (row.kind, row.record_id): Requirements(
            row.interpreter, row.face_to_face, row.preferred_time, row.alternative_format
        )
        for row in rows
    }


def _tried(sql: Connection, contacts: Collection[Contact], now: datetime) -> dict[Contact, list[datetime]]:
    table = t.outbound_attempt
    query = select(table.c.kind, table.c.record_id, table.c.started_at).where(
        tuple_(table.c.kind, table.c.record_id).in_(contacts), table.c.started_at >= now - LOOKED_BACK
    )
    found: dict[Contact, list[datetime]] = {}
    for kind, record_id, started_at in sql.execute(query.order_by(table.c.started_at.desc())):
        found.setdefault((kind, record_id), []).append(started_at)
    return found
