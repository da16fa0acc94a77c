"""A mail's text, and the pauses before it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

from aiosmtplib import SMTPDataError, SMTPServerDisconnected
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.ids import MailId
from ivr.domain.mails import PAUSES, pause_after
from ivr.mail.message import compose
from ivr.mail.post_office import fault_of
from ivr.records.outgoing_mails import Claimed


def mail(subject: str, body: str) -> Claimed:
    made_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Claimed(MailId("m0000000000000001"), None, "owen@helpline.example", subject, body, False, None, made_at)


@given(st.text(max_size=200), st.text(st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="\n")))
def test_whatever_was_written_is_read_again(subject: str, body: str) -> None:
    """R-CB-9: any name and any words; a line break in a name makes no header."""
    once = compose(mail(subject, body), "helpline@helpline.example", "owen@helpline.example")
    assert once == compose(mail(subject, body), "helpline@helpline.example", "owen@helpline.example")
    read = message_from_bytes(once, policy=SMTP)
    assert {"From", "To", "Subject", "Message-ID"} <= set(read.keys())
    assert len(read.get_all("To", [])) == 1
    assert all(len(line) < 1000 for line in once.split(b"\r\n"))


def test_the_pauses_grow_and_stay_at_the_longest() -> None:
    """A server that refuses is asked after a minute, then less and less often."""
    assert [pause_after(tries) for tries in range(1, len(PAUSES) + 1)] == list(PAUSES)
    assert list(PAUSES) == sorted(PAUSES)
    assert pause_after(99) == timedelta(hours=4)


def test_a_fault_names_nobody() -> None:
    """What a server writes may hold an address: codes are kept, words are not."""
    told = fault_of("handing over", SMTPDataError(550, "5.7.1 <zoe@helpline.example> unknown"))
    assert told == "handing over: 550 5.7.1"
    assert fault_of("connecting", SMTPServerDisconnected("by zoe")) == "connecting: SMTPServerDisconnected"
