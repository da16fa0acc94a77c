"""Whom a number belongs to that an agent dials, and whether they may be rung there (R-OUT-2, R-OUT-4)."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from sqlalchemy import Connection, select

from ivr.domain.dialling import HOME, DiallingRules, MayNotRing, RingVerdict, may_dial
from ivr.domain.ids import Brand
from ivr.domain.outbound import NOBODY, Whom
from ivr.records.index import FOUND
from ivr.records.suppressions import Suppressible, may_ring
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number that was dialled, and what may be dialled."""

    rules: DiallingRules
    number: str


@dataclass(frozen=True, slots=True)
class Called:
    """Whether a number may be rung, and the one record it belongs to."""

    verdict: RingVerdict
    whom: Whom = NOBODY
    brand: Brand = "cmg"


def called(sql: Connection, dialled: Dialled) -> Called:
    """Whom a dialled number reaches: of contacts, employers alone have numbers on record.

    One that belongs to several records is nobody's.
    """
    verdict = may_dial(dialled.rules, dialled.number)
    if isinstance(verdict, MayNotRing):
        return Called(verdict)
    employers = sql.scalars(select(t.employer.c.employer_id).where(t.employer.c.phone.in_(_spellings(verdict.number))))
    found = list(employers)
    if len(found) != 1:
        return Called(verdict)
    whom = Whom("employer", found[0])
    return Called(may_ring(sql, dialled.rules, verdict.number, "employer", found[0]), whom)


def brand_of(sql: Connection, kind: Suppressible, record_id: int, case_id: int | None) -> Brand:
    """The brand under which a record is rung: its case's, its own, else the first."""
    found: Brand | None = None
    if case_id is not None:
        found = sql.scalar(select(t.case_file.c.brand).where(t.case_file.c.case_id == case_id))
    if found is None and kind == "client":
        found = sql.scalar(select(t.client.c.brand).where(t.client.c.client_id == record_id))
    return found or "cmg"


def number_of(sql: Connection, kind: Suppressible, record_id: int) -> str:
    """The number that is on record; '' for none. Only employers have one."""
    if kind != "employer":
        return ""
    return sql.scalar(select(t.employer.c.phone).where(FOUND[kind].c.employer_id == record_id)) or ""


def _spellings(number: str) -> tuple[str, ...]:
    """How an import may have written it."""
    parsed = phonenumbers.parse(number, HOME)
    forms = phonenumbers.PhoneNumberFormat
    ways = (forms.E164, forms.NATIONAL, forms.INTERNATIONAL)
    return (number, *(phonenumbers.format_number(parsed, way) for way in ways))
