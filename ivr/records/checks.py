"""The security check of a call: begun, answered, ended (R-SEC-1 to R-SEC-3). Each step one transaction, audited.

What is drawn stands in the database, so that a reload or a transfer goes on with it. Whether an answer is right is
worked out before (`ivr.records.held_secrets.compare`), because that takes long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row, and_, insert, select, update

from ivr.domain.activities import Outcome
from ivr.domain.events import CallState
from ivr.domain.ids import CallId, new_check_id
from ivr.domain.oversight import Deed
from ivr.domain.security import (
    EMPLOYER_FIRST,
    EMPLOYER_THEN,
    AccountQuestion,
    CheckedKind,
    CheckStatus,
    Drawn,
    Question,
    SecurityResult,
    Verdict,
    draw_account,
    draw_client,
    is_to_be_reported,
    judge_client,
    judge_employer,
)
from ivr.domain.talking import Impossible
from ivr.errors import RequestError
from ivr.records import activity_deeds, after_check, security
from ivr.records.checked import Checked, NotReady, account_of, failures_of, too_thin, whom, why_not
from ivr.records.deeds import By, To, note
from ivr.records.held_secrets import held_of
from ivr.records.secret_keys import SecretKeys
from ivr.store import tables as t

S = TypeVar("S", AccountQuestion, Question)
WHY_NOT: Final[Mapping[NotReady, Impossible]] = {
    "not_set_up": Impossible(
        "security.not_set_up", "this is their first contact: no PIN, password and answers are set up yet"
    ),
    "key_missing": Impossible(
        "security.key_missing", "their PIN was set up under a key that is not here any more: set it up anew"
    ),
    "account_thin": Impossible(
        "security.account_thin", "the employer's account says too little to ask three questions"
    ),
    "choose_employer": Impossible("security.choose_employer", "say on behalf of which of their employers they call"),
}
_ENDED: Final = {Verdict.PASSED: CheckStatus.PASSED, Verdict.FAILED: CheckStatus.FAILED}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose check is to be begun; ``employer_id``: on behalf of whom an employer agent calls."""

    kind: CheckedKind
    record_id: int
    employer_id: int | None = None


def begin(sql: Connection, call_id: str, wanted: Wanted, keys: SecretKeys, by: By, now: datetime) -> bool:
    """Draw what is to be asked. False: there is no such call or record. Raises RequestError, which says why not."""
    call = sql.execute(select(t.call).where(t.call.c.call_id == call_id).with_for_update()).first()
    if call is None:
        return False
    _check_may_begin(sql, call, by)
    found = whom(sql, wanted.kind, wanted.record_id, wanted.employer_id)
    if found is None:
        return False
    if found.employer_id is not None and call.agent_channel_id:
        words = "no check is made when an employer is called: confirm the organisation and its payroll department"
        raise RequestError(words, error_id="security.employer_called")
    drawn = _drawn(sql, call_id, found, keys)
    check_id = new_check_id(now)
    values = {
        "check_id": check_id,
        "call_id": call_id,
        "kind": found.kind,
        "record_id": found.record_id,
        "employer_id": found.employer_id,
        "agent_id": by.agent_id,
        "status": CheckStatus.OPEN.value,
        "second": False,
        "asked_before": [],
        "begun_at": now,
    }
    sql.execute(insert(t.security_check).values(values | drawn))
    note(sql, by, Deed.SECURITY_CHECK_BEGUN, To(found.kind, found.record_id, check_id), now)
    security.tell(sql, call_id, "security_begun", by, now)
    return True


def open_one(sql: Connection, call_id: str, by: By) -> Row[Any]:
    """The call's open check, held until the transaction ends. Raises RequestError: none is open, or another's call."""
    table, call = t.security_check, t.call
    is_up = select(call.c.call_id).where(call.c.call_id == call_id, call.c.state != CallState.ENDED.value)
    query = select(table).where(table.c.call_id == call_id, table.c.status == CheckStatus.OPEN.value)
    row = sql.execute(query.where(is_up.exists()).with_for_update()).first()
    if row is None:
        raise RequestError("no security check is open on this call", error_id="security.none_open")
    security.check_has(sql, call_id, by)
    return row


def settle(sql: Connection, check_id: str, call_id: str, right: Sequence[bool], by: By, now: datetime) -> None:
    """Judge the answers to what stands open: passed, failed, or two more for an employer. Raises RequestError."""
    row = open_one(sql, call_id, by)
    if row.check_id != check_id:
        raise RequestError("no security check is open on this call", error_id="security.none_open")
    more = None if row.employer_id is None else _two_more(sql, row)
    verdict = (
        judge_client(right)
        if row.employer_id is None
        else judge_employer(right, second=row.second, more_left=more is not None)
    )
    if verdict is Verdict.TWO_MORE and more is not None:
        again = {"second": True, "asked_before": list(row.questions), "questions": [one.value for one in more]}
        _change(sql, check_id, **again)
        security.tell(sql, call_id, "security_asked_more", by, now)
        return
    _end(sql, row, _ENDED[verdict], by, now)


def give_up(sql: Connection, call_id: str, by: By, now: datetime) -> None:
    """End the check that is open without a result. Raises RequestError."""
    row = open_one(sql, call_id, by)
    _change(sql, row.check_id, status=CheckStatus.ABANDONED.value, ended_at=now)
    security.tell(sql, call_id, "security_abandoned", by, now)


def cannot_identify(sql: Connection, call_id: str, by: By, now: datetime) -> None:
    """The caller cannot identify themselves: no failed check, whether one is open or not (R-SEC-4)."""
    table = t.security_check
    is_open = and_(table.c.call_id == call_id, table.c.status == CheckStatus.OPEN.value)
    sql.execute(update(table).where(is_open).values(status=CheckStatus.UNIDENTIFIED.value, ended_at=now))
    note(sql, by, Deed.CALLER_NOT_IDENTIFIED, To("call", None, call_id), now)
    security.tell(sql, call_id, "security_unidentified", by, now)


def abandon_ended(sql: Connection, now: datetime) -> tuple[CallId, ...]:
    """Checks that are open on calls that have ended are abandoned; returns those calls."""
    table, call = t.security_check, t.call
    query = (
        select(table.c.check_id, table.c.call_id)
        .join(call, call.c.call_id == table.c.call_id)
        .where(table.c.status == CheckStatus.OPEN.value, call.c.state == CallState.ENDED.value)
        .with_for_update(of=table)
    )
    rows = sql.execute(query).all()
    for row in rows:
        _change(sql, row.check_id, status=CheckStatus.ABANDONED.value, ended_at=now)
        security.tell(sql, row.call_id, "security_abandoned", None, now)
    return tuple(CallId(row.call_id) for row in rows)


def calls_being_checked(sql: Connection) -> frozenset[CallId]:
    """The calls on which a check is open."""
    table = t.security_check
    query = select(table.c.call_id).where(table.c.status == CheckStatus.OPEN.value)
    return frozenset(CallId(call_id) for call_id in sql.scalars(query))


def asked(row: Row[Any]) -> Drawn:
    """What stands open of a client's or representative's check."""
    return Drawn(tuple(row.positions), tuple(Question(one) for one in row.questions))


def _check_may_begin(sql: Connection, call: Row[Any], by: By) -> None:
    if call.state != CallState.TALKING.value:
        raise RequestError("nobody talks on this call now", error_id="call.no_talk")
    security.check_has(sql, call.call_id, by)
    table = t.security_check
    query = select(table.c.check_id).where(table.c.call_id == call.call_id, table.c.status == CheckStatus.OPEN.value)
    if sql.scalar(query) is not None:
        raise RequestError("a security check is open on this call already", error_id="security.open_already")


def _drawn(sql: Connection, call_id: str, found: Checked, keys: SecretKeys) -> dict[str, object]:
    """The columns of what is to be asked: nothing that was asked of them in this call before."""
    positions, questions = _used(sql, call_id, found)
    if found.employer_id is not None:
        _refuse(too_thin(sql, found.employer_id))
        account = draw_account(account_of(sql, found.employer_id), questions, EMPLOYER_FIRST)
        return {"positions": [], "questions": [one.value for one in _some(account)]}
    held = held_of(sql, found.kind, found.record_id)
    _refuse(why_not(None if held is None else held.key_id, keys))
    drawn = draw_client(positions, questions)
    return {
        "positions": [] if drawn is None else list(drawn.positions),
        "questions": [one.value for one in _some(None if drawn is None else drawn.questions)],
    }


def _some(found: tuple[S, ...] | None) -> tuple[S, ...]:
    if found is None:
        words = "everything that can be asked was asked in this call already"
        raise RequestError(words, error_id="security.all_asked")
    return found


def _refuse(why: NotReady | None) -> None:
    if why is not None:
        raise refusal(why)


def refusal(why: NotReady) -> RequestError:
    """What is answered to who would begin a check that cannot be made."""
    return RequestError(WHY_NOT[why].why, error_id=WHY_NOT[why].error_id)


def _used(sql: Connection, call_id: str, found: Checked) -> tuple[set[int], set[str]]:
    """PIN positions and questions that this contact was asked in this call."""
    table = t.security_check
    columns = (table.c.positions, table.c.questions, table.c.asked_before)
    theirs = and_(table.c.kind == found.kind, table.c.record_id == found.record_id)
    rows = sql.execute(select(*columns).where(table.c.call_id == call_id, theirs)).all()
    positions = {position for row in rows for position in row.positions}
    return positions, {question for row in rows for question in (*row.questions, *row.asked_before)}


def _two_more(sql: Connection, row: Row[Any]) -> tuple[AccountQuestion, ...] | None:
    """What an employer is asked after something wrong; None: nothing is left to ask."""
    found = Checked(row.kind, row.record_id, "", "", None, row.employer_id)
    _positions, used = _used(sql, row.call_id, found)
    return draw_account(account_of(sql, row.employer_id), used, EMPLOYER_THEN)


def _end(sql: Connection, row: Row[Any], status: CheckStatus, by: By, now: datetime) -> None:
    """Passed or failed: the result travels with the call, and a failure has what follows it (R-SEC-4)."""
    _change(sql, row.check_id, status=status.value, ended_at=now)
    security.keep(sql, row.call_id, SecurityResult(status.value), by, now)
    security.tell(sql, row.call_id, f"security_{status.value}", by, now)
    if status is not CheckStatus.FAILED:
        return
    found = whom(sql, row.kind, row.record_id, row.employer_id)
    failures = failures_of(sql, row.kind, row.record_id)
    _change(sql, row.check_id, failures=failures)
    if found is None:
        return
    of = after_check.Failed(row.call_id, found, failures)
    if found.employer_id is not None:
        request_id, document_id = after_check.write_to_employer(sql, of, by, now)
        _change(sql, row.check_id, document_id=document_id, service_request_id=request_id)
    elif is_to_be_reported(failures):
        _change(sql, row.check_id, document_id=after_check.fill_in_report(sql, of, by, now))
        activity_deeds.suggest(sql, row.call_id, by, Outcome.BOGUS_CALL)


def _change(sql: Connection, check_id: str, **values: object) -> None:
    sql.execute(update(t.security_check).where(t.security_check.c.check_id == check_id).values(values))
