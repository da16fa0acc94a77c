"""A mail as bytes. The same mail gives the same text each time, so that who gets it twice can tell."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from ivr.records.outgoing_mails import Claimed

MESSAGE_ID_DOMAIN: Final = "mail.helpline"
"""No address: the right side of each Message-ID, whose left side is the mail's own id."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    pdf: bytes


def message_id(mail_id: str) -> str:
    """The Message-ID, each time the same for the same mail."""
    return f"<{mail_id}@{MESSAGE_ID_DOMAIN}>"


def compose(wanted: Claimed, sender: str, to: str, attached: Attachment | None = None) -> bytes:
    """The whole mail. A document that could not be attached is named in the text."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender, to
    message["Subject"] = " ".join(wanted.subject.split())
    message["Date"] = wanted.made_at
    message["Message-ID"] = message_id(wanted.mail_id)
    message["Auto-Submitted"] = "auto-generated"
    if wanted.priority:
        message["Importance"], message["X-Priority"] = "high", "1"
    message.set_content(_text(wanted, attached), cte="quoted-printable")
    if attached is not None:
        message.add_attachment(attached.pdf, maintype="application", subtype="pdf", filename=attached.name)
        message.set_boundary(f"=={wanted.mail_id}==")
    return message.as_bytes()


def _text(wanted: Claimed, attached: Attachment | None) -> str:
    if wanted.attached is None or attached is not None:
        return wanted.body
    return f"{wanted.body.rstrip()}\n\nDocument {wanted.attached} goes with this. It is kept in the helpline.\n"
