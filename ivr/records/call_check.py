"""A call's security check as its agent sees it: what to ask now, and how the last one ended (R-SEC-3).

Plain reads on one connection. Nothing here holds a PIN, a password or an answer; an employer's account does stand here,
beside the questions that are asked from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from ivr.domain.security import (
    ACCOUNT_QUESTIONS,
    QUESTIONS,
    AccountQuestion,
    CheckedKind,
    CheckStatus,
    Question,
    is_to_be_reported,
)
from ivr.records.checked import account_of, named
from ivr.records.opened import Colleague
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, in English and in Welsh; ``account``: what the employer's account says, for the agent to compare."""

    question: str
    en: str
    cy: str
    account: str | None


@dataclass(frozen=True, slots=True)
class CheckNow:
    """The check that is open. ``positions``: of the PIN, from 1; ``by_secrets``: the password is asked, too.

    ``second``: an employer answered something wrong; these are two more, and both must be right (R-SEC-2).
    """

    check_id: str
    kind: CheckedKind
    record_id: int
    name: str
    reference: str
    employer: str | None
    by_secrets: bool
    positions: tuple[int, ...]
    questions: tuple[AskedQuestion, ...]
    second: bool
    by: Colleague
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class CheckEnded:
    """How the call's last check ended. ``failures``: in a row, with this one; ``reported``: the form was made.

    ``document_id``: the form about a bogus caller, or the letter to the employer; ``service_request_id``: its request.
    """

    check_id: str
    status: CheckStatus
    kind: CheckedKind
    record_id: int
    name: str
    reference: str
    failures: int
    reported: bool
    document_id: str | None
    service_request_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CallCheck:
    """A call's checks: the one that is open, else how the last one ended."""

    open: CheckNow | None
    last: CheckEnded | None


NO_CHECK = CallCheck(None, None)


def check_of(sql: Connection, call_id: str) -> CallCheck:
    """The call's check as it stands; one that is open on a call that has ended is abandoned."""
    table, call, agent = t.security_check, t.call, t.agent
    query = (
        select(table, call.c.state.label("call_state"), agent.c.staff_number, agent.c.name)
        .join(call, call.c.call_id == table.c.call_id)
        .join(agent, agent.c.agent_id == table.c.agent_id)
        .where(table.c.call_id == call_id)
        .order_by(table.c.status != CheckStatus.OPEN.value, table.c.begun_at.desc(), table.c.check_id.desc())
        .limit(1)
    )
    row = sql.execute(query).first()
    if row is None:
        return NO_CHECK
    if row.status == CheckStatus.OPEN and row.call_state != "ended":
        return CallCheck(_now(sql, row), None)
    return CallCheck(None, _ended(sql, row))


def is_open(sql: Connection, call_id: str) -> bool:
    """Whether somebody says who they are now: nothing of it is to be recorded (R-REC-1)."""
    return check_of(sql, call_id).open is not None


def _now(sql: Connection, row: Row[Any]) -> CheckNow:
    name, reference = named(sql, row.kind, row.record_id)
    account = None if row.employer_id is None else account_of(sql, row.employer_id)
    employer = t.employer
    of_whom = select(employer.c.name).where(employer.c.employer_id == row.employer_id)
    return CheckNow(
        row.check_id,
        row.kind,
        row.record_id,
        name,
        reference,
        None if row.employer_id is None else sql.scalar(of_whom),
        account is None,
        tuple(row.positions),
        tuple(_question(one, account) for one in row.questions),
        row.second,
        Colleague(row.staff_number, row.name),
        row.begun_at,
    )


def _question(name: str, account: dict[AccountQuestion, str] | None) -> AskedQuestion:
    if account is None:
        words = QUESTIONS[Question(name)]
        return AskedQuestion(name, words.en, words.cy, None)
    asked = AccountQuestion(name)
    words = ACCOUNT_QUESTIONS[asked]
    return AskedQuestion(name, words.en, words.cy, account.get(asked))


def _ended(sql: Connection, row: Row[Any]) -> CheckEnded:
    name, reference = named(sql, row.kind, row.record_id)
    status = CheckStatus.ABANDONED if row.status == CheckStatus.OPEN else CheckStatus(row.status)
    failures = row.failures or 0
    return CheckEnded(
        row.check_id,
        status,
        row.kind,
        row.record_id,
        name,
        reference,
        failures,
        status is CheckStatus.FAILED and row.employer_id is None and is_to_be_reported(failures),
        row.document_id,
        row.service_request_id,
        row.ended_at or row.begun_at,
    )
