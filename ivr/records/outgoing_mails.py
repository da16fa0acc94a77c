"""Mails on their way out: claimed for a while by who sends them, then sent, put off, or given up. And what waits, told
without addresses.

A claim is a lease: it ends by itself, so that a mail whose sender is gone is taken by another. Each step after the
claim changes the row only while it is still one's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, Update, and_, func, or_, select, update

from ivr.domain.ids import DocumentId, MailId
from ivr.domain.mails import GIVES_UP_AFTER, pause_after
from ivr.store.mails import mail

LEASE: Final = timedelta(minutes=15)
"""More than the longest that one mail can take (`ivr.mail.post_office.Limits`)."""
MOST: Final = 500
State = Literal["waiting", "gave up"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is one's own to send until the lease ends. One of ``mailbox`` and ``address`` is there."""

    mail_id: MailId
    mailbox: str | None
    address: str | None
    subject: str
    body: str
    priority: bool
    attached: DocumentId | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many mails have not gone. ``refused``: of those that wait, tried before; ``unsure``: handed over without
    an answer; ``gave_up``: nothing is tried any more.
    """

    waiting: int = 0
    refused: int = 0
    unsure: int = 0
    gave_up: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail that has not gone. ``to``: the mailbox's name, or a person at a domain; ``unsure``: it may be there."""

    mail_id: str
    state: State
    to: str
    made_at: datetime
    tries: int
    next_try_at: datetime | None
    fault: str | None
    unsure: bool


def claim(sql: Connection, by: str, now: datetime) -> Claimed | None:
    """Take the next that is due: urgent ones first, then the longest due. None: nothing is."""
    due = select(mail).where(mail.c.next_try_at <= now)
    first = due.order_by(mail.c.priority.desc(), mail.c.next_try_at, mail.c.mail_id).limit(1)
    row = sql.execute(first.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    since = row.first_tried_at or now
    sql.execute(_one(row.mail_id).values(claim=by, next_try_at=now + LEASE, first_tried_at=since))
    return Claimed(
        MailId(row.mail_id),
        row.mailbox,
        row.address,
        row.subject,
        row.body,
        row.priority,
        row.document_id,
        row.made_at,
    )


def offer(sql: Connection, mail_id: MailId, by: str, now: datetime) -> bool:
    """Its text is about to be handed over: from now on it may arrive. False: another has it, and it is not to be."""
    return _changed(sql, _own(mail_id, by).values(offered_at=now, next_try_at=now + LEASE))


def sent(sql: Connection, mail_id: MailId, by: str, now: datetime) -> bool:
    """The server has taken it. False: another has it."""
    done = _own(mail_id, by).values(sent_at=now, next_try_at=None, claim=None, offered_at=None, fault=None)
    return _changed(sql, done.values(tries=mail.c.tries + 1))


def release(sql: Connection, mail_id: MailId, by: str, fault: str, now: datetime) -> bool:
    """The server could not be asked: it stays due, and this was no try."""
    return _changed(sql, _own(mail_id, by).values(next_try_at=now, claim=None, fault=fault))


def put_off(sql: Connection, mail_id: MailId, by: str, fault: str, now: datetime, *, unsure: bool = False) -> State:
    """It was refused, or, ``unsure``, nothing was heard: tried again after a pause that grows, given up after days."""
    found = sql.execute(select(mail).where(mail.c.mail_id == mail_id, mail.c.claim == by).with_for_update()).first()
    if found is None:
        return "waiting"
    tries, over = found.tries + 1, now - found.first_tried_at >= GIVES_UP_AFTER
    when = {"next_try_at": None, "gave_up_at": now} if over else {"next_try_at": now + pause_after(tries)}
    heard = {} if unsure else {"offered_at": None}
    sql.execute(_own(mail_id, by).values(tries=tries, fault=fault, claim=None, **when, **heard))
    return "gave up" if over else "waiting"


def count(sql: Connection) -> Waiting:
    """How many have not gone."""
    waits, gone = mail.c.next_try_at.is_not(None), mail.c.gave_up_at.is_not(None)
    row = sql.execute(
        select(
            func.count().filter(waits),
            func.count().filter(and_(waits, mail.c.tries > 0)),
            func.count().filter(and_(waits, _IS_UNSURE)),
            func.count().filter(gone),
        ).where(or_(waits, gone))
    ).one()
    return Waiting(*row)


def listed(sql: Connection) -> tuple[Listed, ...]:
    """What has not gone, the oldest first; no addresses, no words of theirs."""
    query = select(mail).where(or_(mail.c.next_try_at.is_not(None), mail.c.gave_up_at.is_not(None)))
    return tuple(_listed(row) for row in sql.execute(query.order_by(mail.c.made_at, mail.c.mail_id).limit(MOST)))


def retry(sql: Connection, mail_id: str | None, now: datetime) -> int:
    """Try one that has not gone, or without an id each of them, at once and anew; how many these are.

    One that is being sent at this moment is left to who sends it.
    """
    free = and_(mail.c.sent_at.is_(None), mail.c.claim.is_(None))
    which = free if mail_id is None else and_(free, mail.c.mail_id == mail_id)
    anew = {"next_try_at": now, "gave_up_at": None, "tries": 0, "first_tried_at": None}
    return sql.execute(update(mail).where(which).values(anew)).rowcount


_IS_UNSURE: Final[ColumnElement[bool]] = and_(mail.c.offered_at.is_not(None), mail.c.claim.is_(None))


def _listed(row: Row[tuple[object, ...]]) -> Listed:
    to = row.mailbox or f"a person at {row.address.rpartition('@')[2]}"
    state: State = "waiting" if row.gave_up_at is None else "gave up"
    unsure = row.offered_at is not None and row.claim is None
    return Listed(row.mail_id, state, to, row.made_at, row.tries, row.next_try_at, row.fault, unsure)


def _one(mail_id: str) -> Update:
    return update(mail).where(mail.c.mail_id == mail_id)


def _own(mail_id: str, by: str) -> Update:
    return _one(mail_id).where(mail.c.claim == by)


def _changed(sql: Connection, statement: Update) -> bool:
    return sql.execute(statement).rowcount == 1
