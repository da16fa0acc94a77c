"""A pro forma, mailed to the team that is to call (R-CB-13). Audited; the mail alone holds what the caller said."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ivr.domain.activities import Outcome
from ivr.domain.ids import MailId
from ivr.domain.oversight import Deed
from ivr.domain.pro_formas import ProForma, mail_of
from ivr.records import activity_deeds
from ivr.records.deeds import By, To, note
from ivr.records.mails import post
from ivr.store import audit
from ivr.store import tables as t

_LONDON = ZoneInfo("Europe/London")


def send(sql: Connection, wanted: ProForma, kind: str | None, record_id: int | None, by: By, now: datetime) -> MailId:
    """Queue the mail, and suggest the outcome of the call that they have."""
    agent = t.agent
    row = sql.execute(select(agent.c.name, agent.c.staff_number).where(agent.c.agent_id == by.agent_id)).one()
    taken_at = f"{now.astimezone(_LONDON):%d/%m/%Y %H:%M}"
    mail_id = post(sql, mail_of(wanted, f"{row.name}, {row.staff_number}", taken_at), now)
    call_id = audit.call_of(sql, by.agent_id)
    if call_id is not None:
        activity_deeds.suggest(sql, call_id, by, Outcome.CALL_BACK_REQUEST)
    note(sql, by, Deed.PRO_FORMA_SENT, To(kind, record_id, mail_id), now, why=wanted.team.value)
    return mail_id
