"""What the service mails, and to whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
