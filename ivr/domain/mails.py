"""What the service mails, and to whom; when it tries again, and when it gives up. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from ivr.domain.ids import DocumentId


class Mailbox(StrEnum):
    """Addresses that the configuration names (office.toml, [mailboxes]); the names are its keys."""

    APPLICATIONS_LEADER = "applications_leader"
    """New-application call backs (R-CB-9)."""
    MP_HOTLINE = "mp_hotline"
    """An MP's call, too (R-CB-9)."""
    SECURITY_ADVICE = "security_advice"
    """The Security Advice and Support Centre (R-SEC-4)."""
    CPO_IO_FTF = "cpo_io_ftf"
    """Pro formas for these functionally unique teams (R-CB-13)."""
    SAR = "sar"
    """Pro formas for subject access requests (R-CB-13)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be sent. ``to``: a mailbox of the configuration, or a person's address. ``body``: plain text; like
    ``subject`` it may be personal, and stands nowhere else. ``attached``: a document that goes with it, as PDF.
    """

    to: Mailbox | str
    subject: str
    body: str
    priority: bool = False
    attached: DocumentId | None = None


@dataclass(frozen=True, slots=True)
class MailRules:
    """What operations have written: from which address mail goes (None: none goes), and where the mailboxes are."""

    sender: str | None = None
    mailboxes: Mapping[str, str] = field(default_factory=dict)

    def address(self, mailbox: str) -> str | None:
        """A mailbox's address; None: it has none."""
        return self.mailboxes.get(mailbox)


@dataclass(frozen=True, slots=True)
class MailNow:
    """How mail stands. ``server``: one is configured; ``waiting`` has not gone, ``refused`` of it were tried before,
    ``unsure`` of these were handed over without an answer; ``gave_up``: tried for days, and no more.
    """

    server: bool
    waiting: int = 0
    refused: int = 0
    unsure: int = 0
    gave_up: int = 0


PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240))
"""After the first refusal, the second …; the last for each that follows."""
GIVES_UP_AFTER: Final = timedelta(days=5)
"""From the first try on. Source: RFC 5321, 4.5.4.1."""


def pause_after(tries: int) -> timedelta:
    """How long a mail waits that was refused so often (at least once)."""
    return PAUSES[min(tries, len(PAUSES)) - 1]
