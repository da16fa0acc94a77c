"""Who is checked: a client or representative by their secrets, an employer by the account (R-SEC-1, R-SEC-2).

Plain reads on one connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from ivr.domain.security import (
    EMPLOYER_FIRST,
    AccountQuestion,
    CheckedKind,
    CheckStatus,
    SecurityResult,
    failures_in_row,
)
from ivr.errors import RequestError
from ivr.records.index import FOUND
from ivr.records.opened import ActsFor, Colleague, employer_agent
from ivr.records.secret_keys import SecretKeys
from ivr.store import tables as t

_REFERENCE = {"client": "scin", "representative": "trn", "employer": "ern", "employer_agent": "earn"}
NotReady = Literal["not_set_up", "key_missing", "account_thin", "choose_employer"]
"""Why nobody can be checked yet: first contact; their key is not here; the account says too little; which employer."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whose check it is. ``employer_id``: of whose account they are asked; None: by PIN, password and answers."""

    kind: CheckedKind
    record_id: int
    name: str
    reference: str
    brand: str | None
    employer_id: int | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a record's contact can be checked; ``why`` not. ``account``: they are asked as an employer.

    ``set_at``, ``set_by``: when the PIN, password and answers were set up, by whom; ``failures``: failed checks in a
    row up to now; ``employers``: of an employer agent, whose account they may be asked about.
    """

    kind: CheckedKind
    record_id: int
    account: bool
    ready: bool
    why: NotReady | None
    set_at: datetime | None
    set_by: Colleague | None
    failures: int
    employers: tuple[ActsFor, ...]


def whom(sql: Connection, kind: CheckedKind, record_id: int, employer_id: int | None = None) -> Checked | None:
    """Who is to be checked; None: there is no such record. Raises RequestError.

    ``employer_id``: for an employer agent, on behalf of whom they call; a representative that is an employer is asked
    as one.
    """
    table = FOUND[kind]
    row = sql.execute(select(table).where(table.c[f"{kind}_id"] == record_id)).mappings().first()
    if row is None:
        return None
    account: int | None = None
    if kind == "employer":
        account = record_id
    elif kind == "employer_agent":
        account = _acts_for(sql, record_id, employer_id)
    elif kind == "representative":
        account = _employer_of(sql, row["employer_id"])
    return Checked(kind, record_id, row["name"], row[_REFERENCE[kind]], row.get("brand"), account)


def named(sql: Connection, kind: CheckedKind, record_id: int) -> tuple[str, str]:
    """A record's name and reference; '' of one that an import has removed."""
    table = FOUND[kind]
    query = select(table.c.name, table.c[_REFERENCE[kind]]).where(table.c[f"{kind}_id"] == record_id)
    row = sql.execute(query).first()
    return ("", "") if row is None else (row[0], row[1])


def account_of(sql: Connection, employer_id: int) -> dict[AccountQuestion, str]:
    """What an employer may be asked, with what the account says."""
    table = t.employer
    row = sql.execute(select(table).where(table.c.employer_id == employer_id)).mappings().first()
    if row is None:
        return {}
    return {question: row[question.value] for question in AccountQuestion if row[question.value]}


def failures_of(sql: Connection, kind: str, record_id: int) -> int:
    """Failed checks in a row on this SCIN, TRN, ERN or EARN (R-SEC-4)."""
    table = t.security_check
    ended = (CheckStatus.PASSED.value, CheckStatus.FAILED.value)
    query = (
        select(table.c.status)
        .where(table.c.kind == kind, table.c.record_id == record_id, table.c.status.in_(ended))
        .order_by(table.c.ended_at, table.c.check_id)
    )
    return failures_in_row([SecurityResult(status) for status in sql.scalars(query)])


def readiness(sql: Connection, kind: CheckedKind, record_id: int, keys: SecretKeys) -> Readiness | None:
    """Whether a check can be made of this record's contact; None: there is no such record."""
    if kind == "employer_agent":
        return _agent_ready(sql, record_id)
    found = whom(sql, kind, record_id)
    if found is None:
        return None
    secret, agent = t.security_secret, t.agent
    query = (
        select(secret.c.key_id, secret.c.set_at, agent.c.staff_number, agent.c.name)
        .outerjoin(agent, agent.c.agent_id == secret.c.set_by)
        .where(secret.c.kind == kind, secret.c.record_id == record_id)
    )
    row = sql.execute(query).first()
    by = None if row is None or row.staff_number is None else Colleague(row.staff_number, row.name)
    if found.employer_id is not None:
        why = too_thin(sql, found.employer_id)
    else:
        why = why_not(None if row is None else row.key_id, keys)
    is_account = found.employer_id is not None
    at = None if row is None else row.set_at
    failures = failures_of(sql, kind, record_id)
    return Readiness(kind, record_id, is_account, why is None, why, at, by, failures, ())


def why_not(key_id: str | None, keys: SecretKeys) -> NotReady | None:
    """Why secrets that are kept under this key cannot be compared; ``key_id`` None: none are kept."""
    if key_id is None:
        return "not_set_up"
    return "key_missing" if keys.of(key_id) is None else None


def too_thin(sql: Connection, employer_id: int) -> NotReady | None:
    """Whether an account has answers to fewer questions than are asked."""
    return "account_thin" if len(account_of(sql, employer_id)) < EMPLOYER_FIRST else None


def _agent_ready(sql: Connection, record_id: int) -> Readiness | None:
    found = employer_agent(sql, record_id)
    if found is None:
        return None
    why: NotReady | None = None if found.acts_for else "choose_employer"
    failures = failures_of(sql, "employer_agent", record_id)
    return Readiness(
        "employer_agent",
        record_id,
        True,
        why is None,
        why,
        None,
        None,
        failures,
        found.acts_for,
    )


def _acts_for(sql: Connection, employer_agent_id: int, employer_id: int | None) -> int:
    link = t.employer_agent_acts_for
    query = select(link.c.employer_id).where(link.c.employer_agent_id == employer_agent_id)
    theirs = sql.scalars(query.order_by(link.c.employer_id)).all()
    if employer_id is None and len(theirs) == 1:
        return int(theirs[0])
    if employer_id is None or employer_id not in theirs:
        words = "say on behalf of which of their employers they call"
        raise RequestError(words, error_id="security.choose_employer")
    return employer_id


def _employer_of(sql: Connection, employer_id: int | None) -> int | None:
    """An employer that a representative is, while it is on record."""
    if employer_id is None:
        return None
    found: int | None = sql.scalar(select(t.employer.c.employer_id).where(t.employer.c.employer_id == employer_id))
    return found
