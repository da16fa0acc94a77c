"""Contacts that are not to be rung (R-OUT-2): set, lifted, read, and the verdict on ringing somebody (R-OUT-4).

Each change is audited within its own transaction. Inbound calls are not affected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, Select, insert, select, update

from ivr.domain.dialling import DiallingRules, MayNotRing, Reason, RingVerdict, may_dial, suppressed
from ivr.domain.oversight import Audited, Deed
from ivr.errors import RequestError
from ivr.records import call_backs
from ivr.records.call_back_deeds import close_suppressed
from ivr.records.deeds import By, hold
from ivr.records.opened import Colleague
from ivr.store import audit
from ivr.store import tables as t
from ivr.store.oversight import suppression

Suppressible = Literal["client", "employer", "representative"]
SUPPRESSIBLE: Final[tuple[Suppressible, ...]] = ("client", "employer", "representative")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a contact is not to be rung; ``words`` beside another exceptional reason."""

    reason: Reason
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a contact is, or was, not to be rung; ``words`` beside another exceptional reason."""

    suppression_id: int
    kind: Suppressible
    record_id: int
    reason: Reason
    words: str | None
    set_at: datetime
    set_by: Colleague
    lifted_at: datetime | None
    lifted_by: Colleague | None
    lifted_why: str | None


def of_record(sql: Connection, kind: Suppressible, record_id: int) -> tuple[Suppression, ...]:
    """Every suppression of a record: those in force first, then the latest."""
    table = suppression
    query = _with_people().where(table.c.kind == kind, table.c.record_id == record_id)
    rows = sql.execute(query.order_by(table.c.lifted_at.is_not(None), table.c.suppression_id.desc()))
    return tuple(_read(row) for row in rows)


class OpenCallBacks(RequestError):
    """The contact has open call backs, which would be closed: that is to be confirmed (R-OUT-2)."""

    error_id = "suppression.open_call_backs"

    def __init__(self, count: int) -> None:
        """``count``: how many there are."""
        held = "an open call back, which" if count == 1 else f"{count} open call backs, which"
        super().__init__(f"the contact has {held} would be closed as suppressed: confirm it")
        self.count = count


@dataclass(frozen=True, slots=True)
class Put:
    """A suppression as it was set, and how many open call backs it has closed."""

    suppression: Suppression
    call_backs_closed: int


def suppress(
    sql: Connection, kind: Suppressible, record_id: int, why: Why, by: By, now: datetime, *, confirm: bool = False
) -> Put:
    """Suppress a contact, and close its open call backs as suppressed, in one transaction (R-OUT-2).

    Raises RequestError where it is suppressed for this reason, OpenCallBacks where there are some and not ``confirm``.
    """
    made = put(sql, kind, record_id, why.reason, why.words, by, now)
    count = call_backs.open_of(sql, kind, record_id)
    if count and not confirm:
        raise OpenCallBacks(count)
    return Put(made, close_suppressed(sql, kind, record_id, by, now))


def put(
    sql: Connection, kind: Suppressible, record_id: int, reason: Reason, words: str | None, by: By, now: datetime
) -> Suppression:
    """Suppress a contact. Raises RequestError where it is, for this reason."""
    table = suppression
    hold(sql, kind, record_id)
    if any(one.reason is reason for one in in_force(sql, kind, record_id)):
        raise RequestError("the contact is suppressed for this reason already", error_id="suppression.is_set")
    values = {"kind": kind, "record_id": record_id, "reason": reason.value, "words": words}
    made = insert(table).values(values | {"set_at": now, "set_by": by.agent_id}).returning(table.c.suppression_id)
    suppression_id = sql.execute(made).scalar_one()
    why = reason.value if words is None else f"{reason.value}: {words}"
    call_id = audit.call_of(sql, by.agent_id)
    audit.note(sql, Audited(now, by.actor, Deed.SUPPRESSION_SET, kind, record_id, why=why, call_id=call_id))
    return _one(sql, suppression_id)


def lift(sql: Connection, suppression_id: int, why: str, by: By, now: datetime) -> Suppression | None:
    """Lift a suppression. None: there is no such one. Raises RequestError where it was lifted before."""
    table = suppression
    row = sql.execute(select(table).where(table.c.suppression_id == suppression_id).with_for_update()).first()
    if row is None:
        return None
    if row.lifted_at is not None:
        raise RequestError("this suppression was lifted before", error_id="suppression.is_lifted")
    changed = update(table).where(table.c.suppression_id == suppression_id)
    sql.execute(changed.values(lifted_at=now, lifted_by=by.agent_id, lifted_why=why))
    deed, call_id = Deed.SUPPRESSION_LIFTED, audit.call_of(sql, by.agent_id)
    audit.note(sql, Audited(now, by.actor, deed, row.kind, row.record_id, row.reason, why, call_id))
    return _one(sql, suppression_id)


def in_force(sql: Connection, kind: Suppressible, record_id: int) -> tuple[Suppression, ...]:
    """The suppressions of a record that were not lifted, the latest first."""
    return tuple(one for one in of_record(sql, kind, record_id) if one.lifted_at is None)


def may_ring(
    sql: Connection, rules: DiallingRules, number: str, kind: Suppressible | None = None, record_id: int = 0
) -> RingVerdict:
    """Whether this record may be rung at this number (R-OUT-2, R-OUT-4); without a record, whether it may be dialled.

    A representative of a suppressed client is a record of its own, and may still be rung.
    """
    verdict = may_dial(rules, number)
    if kind is None or isinstance(verdict, MayNotRing):
        return verdict
    held = in_force(sql, kind, record_id)
    return suppressed(held[0].reason, held[0].words) if held else verdict


def _one(sql: Connection, suppression_id: int) -> Suppression:
    row = sql.execute(_with_people().where(suppression.c.suppression_id == suppression_id)).one()
    return _read(row)


def _with_people() -> Select[Any]:
    setter, lifter = t.agent.alias("setter"), t.agent.alias("lifter")
    table = suppression
    return (
        select(
            *(table.c[name] for name in ("suppression_id", "kind", "record_id", "reason", "words", "set_at")),
            setter.c.staff_number.label("setter"),
            setter.c.name.label("setter_name"),
            *(table.c[name] for name in ("lifted_at", "lifted_why")),
            lifter.c.staff_number.label("lifter"),
            lifter.c.name.label("lifter_name"),
        )
        .join(setter, setter.c.agent_id == table.c.set_by)
        .outerjoin(lifter, lifter.c.agent_id == table.c.lifted_by)
    )


def _read(row: Row[Any]) -> Suppression:
    return Suppression(
        row.suppression_id,
        row.kind,
        row.record_id,
        Reason(row.reason),
        row.words,
        row.set_at,
        Colleague(row.setter, row.setter_name),
        row.lifted_at,
        None if row.lifter is None else Colleague(row.lifter, row.lifter_name),
        row.lifted_why,
    )
