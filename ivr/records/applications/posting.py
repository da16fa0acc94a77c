"""What is mailed about new-application call backs (R-CB-9, R-CB-10), in the transaction of what it tells of.

Who has a desk reads there whom it is about: their mail names nobody. The MP hotline team has none; theirs says whom to
ring.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from ivr.domain.applications import ABOUT, REASONS, About
from ivr.domain.call_backs import LONDON
from ivr.domain.ids import AgentId
from ivr.domain.mails import Mail, Mailbox
from ivr.records.applications.reading import Application
from ivr.records.mails import post, post_to_agent

LEADERS_SUBJECT: Final = "New-application call back to allocate"
HOTLINES_SUBJECT: Final = "An MP is to be called back"
AGENTS_SUBJECT: Final = "A new-application call back is yours"


def raised(sql: Connection, found: Application, now: datetime) -> None:
    """To the Applications team leader; of an MP's call to the hotline team, too (R-CB-9)."""
    post(sql, Mail(Mailbox.APPLICATIONS_LEADER, LEADERS_SUBJECT, _leaders(found)), now)
    if found.about is About.MP:
        post(sql, Mail(Mailbox.MP_HOTLINE, HOTLINES_SUBJECT, _hotlines(found), priority=True), now)


def allocated(sql: Connection, found: Application, agent_id: AgentId, now: datetime) -> bool:
    """To the agent (R-CB-10); whether they have an address."""
    return post_to_agent(sql, agent_id, AGENTS_SUBJECT, _agents(found), now) is not None


def _leaders(found: Application) -> str:
    by = found.raised_by
    return _lines(
        "A new-application call back waits to be allocated.",
        f"Raised: {_clock(found.raised_at)} by {by.name}, {by.staff_number}",
        f"ApplicationReason: {_reason(found)}",
        f"When required: {_required(found)}",
        f"Raised during downtime: {'yes' if found.in_downtime else 'no'}",
        f"Reference: {found.application_id}",
        "Whom it is about is on the desk, under Applications.",
    )


def _hotlines(found: Application) -> str:
    person = found.person
    return _lines(
        "An MP, or somebody on an MP's behalf, has asked to be called back.",
        f"Name: {'' if person is None else person.full_name}",
        f"Contact number: {'' if person is None else person.contact_number}",
        f"When required: {_required(found)}",
        f"Taken: {_clock(found.raised_at)}",
        f"Reference: {found.application_id}",
    )


def _agents(found: Application) -> str:
    first = "" if found.next_at is None else f"First attempt: {_clock(found.next_at)}"
    return _lines(
        "A new-application call back was allocated to you.",
        f"ApplicationReason: {_reason(found)}",
        first,
        f"Reference: {found.application_id}",
        "Whom it is about is on your desk, under Applications.",
    )


def _reason(found: Application) -> str:
    words = REASONS[found.reason].en
    return words if found.about is None else f"{words}, {ABOUT[found.about].en}"


def _required(found: Application) -> str:
    return "any time" if found.wanted_at is None else _clock(found.wanted_at)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}"


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line) + "\n"
