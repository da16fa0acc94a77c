"""Mails are queued in the transaction of what they tell of, and sent by the service's own task (`ivr.mail`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from ivr.domain.ids import AgentId, MailId, new_mail_id
from ivr.domain.mails import Mail, Mailbox
from ivr.store import tables as t
from ivr.store.mails import mail


def post(sql: Connection, wanted: Mail, now: datetime) -> MailId:
    """Queue it; it goes when the transaction has committed."""
    mail_id = new_mail_id(now)
    is_mailbox = isinstance(wanted.to, Mailbox)
    values = {
        "mail_id": mail_id,
        "mailbox": str(wanted.to) if is_mailbox else None,
        "address": None if is_mailbox else str(wanted.to),
        "subject": wanted.subject,
        "body": wanted.body,
        "priority": wanted.priority,
        "document_id": wanted.attached,
        "made_at": now,
        "tries": 0,
        "next_try_at": now,
    }
    sql.execute(insert(mail).values(values))
    return mail_id


def post_to_agent(sql: Connection, agent_id: AgentId, subject: str, body: str, now: datetime) -> MailId | None:
    """Queue a mail to a colleague (R-CB-10). None: they have no e-mail address on record."""
    address: str | None = sql.scalar(select(t.agent.c.email).where(t.agent.c.agent_id == agent_id))
    return None if address is None else post(sql, Mail(address, subject, body), now)
