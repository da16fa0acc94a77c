"""A real SMTP server on loopback that keeps what it took, and behaves badly when told to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from ivr.mail.server import SmtpServer

Misdeed = Callable[[SMTP], Coroutine[Any, Any, str]]


class Inbox:
    """What came in, and what the next mails meet: an answer to RCPT, and what happens when the text is there."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.senders: list[str] = []
        self.recipients: list[str] = []
        self.answers: deque[str] = deque()
        self.misdeeds: deque[Misdeed] = deque()
        self.texts: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient, or say what was planned."""
        if self.answers:
            return self.answers.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, or do what was planned."""
        if self.misdeeds:
            return await self.misdeeds.popleft()(server)
        self._keep(envelope)
        return "250 OK"

    def keep_then(self, misdeed: Misdeed) -> None:
        """The next mail is taken, and the server's answer is lost as ``misdeed`` says."""

        async def taken(server: SMTP) -> str:
            assert server.envelope is not None
            self._keep(server.envelope)
            return await misdeed(server)

        self.misdeeds.append(taken)

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        mail = message_from_bytes(content, policy=POLICY)
        assert isinstance(mail, EmailMessage)
        self.texts.append(content)
        self.mails.append(mail)
        self.senders.append(str(envelope.mail_from))
        self.recipients += map(str, envelope.rcpt_tos)


async def hangs_up(server: SMTP) -> str:
    """The connection breaks before the answer."""
    assert server.transport is not None
    server.transport.close()
    return "250 too late"


async def says_nothing(_server: SMTP) -> str:
    """No answer comes."""
    await asyncio.sleep(60)
    return "250 too late"


class MailServer:
    """The server, up within its block; it can go down and come back at the same port."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.port = 0
        self._listening: asyncio.Server | None = None

    @property
    def address(self) -> SmtpServer:
        """As the settings have it."""
        return SmtpServer("127.0.0.1", self.port, "none")

    async def up(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(
            lambda: SMTP(self.inbox, hostname="mail.example", loop=loop), "127.0.0.1", self.port
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.down()
