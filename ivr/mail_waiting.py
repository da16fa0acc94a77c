"""`ivr mail`: the mail that has not gone, and having it tried again. No addresses, and no words of the mails.

Enters: settings. Leaves: lines to print. The database is read beside a running service.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr import accepted
from ivr.domain.ids import MailId
from ivr.errors import RequestError
from ivr.records import outgoing_mails
from ivr.records.outgoing_mails import Listed
from ivr.settings import Settings


def lines(settings: Settings, what: str, mail_id: str | None) -> Iterator[str]:
    """What waits, or how many are tried again. Raises RequestError."""
    if what == "list":
        yield from _listed(settings)
    elif what == "retry":
        yield _retried(settings, mail_id)
    else:
        raise RequestError(f"found: mail {what}; expected: mail, mail list or mail retry")


def _listed(settings: Settings) -> Iterator[str]:
    found = accepted.read(settings, outgoing_mails.listed)
    if settings.smtp is None:
        yield "No SMTP server is configured (IVR_SMTP_HOST): mail waits."
    if not found:
        yield "No mail waits."
    yield from (_line(one) for one in found)


def _line(one: Listed) -> str:
    when = "" if one.next_try_at is None else f", next {_clock(one.next_try_at)}"
    fault = "" if one.fault is None else f": {one.fault}"
    unsure = " (may have arrived)" if one.unsure else ""
    tries = f"tried {one.tries} times{when}" if one.tries else f"not tried yet{when}"
    return f"{one.mail_id}  {one.state:8}  {_clock(one.made_at)}  to {one.to}  {tries}{fault}{unsure}"


def _retried(settings: Settings, mail_id: str | None) -> str:
    now, which = datetime.now(UTC), None if mail_id is None else MailId(mail_id)
    count = accepted.write(settings, lambda sql: outgoing_mails.retry(sql, which, now))
    if not count and mail_id is not None:
        raise RequestError(f"found: {mail_id}; expected: the id of a mail that has not gone, as `ivr mail` lists it")
    return f"To be tried again: {count}."


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%d %b %H:%M}"
