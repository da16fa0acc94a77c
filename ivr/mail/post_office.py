"""One SMTP server, asked for one mail after another over a connection that is kept.

Leaves: what became of the mail, as a value. Words of the server may hold addresses: of them only codes are kept.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPStatus,
)

from ivr.mail.server import SmtpServer

_ENHANCED: Final = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")
_FIRST_REFUSAL: Final = 400
_HOST_NAME: Final = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,250}[0-9A-Za-z])?")
_GONE: Final = (SMTPException, OSError, TimeoutError)
MayGo = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: for a command, and for the answer to the whole text. Source: RFC 5321, 4.5.3.2: one who stops waiting
    for the latter too early sends the mail twice.
    """

    command_s: float = 60.0
    text_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server does not take this mail, now or ever; ``fault`` names nobody."""

    fault: str


@dataclass(frozen=True, slots=True)
class Unheard:
    """The text was handed over and no answer came: it may arrive, or not."""

    fault: str


@dataclass(frozen=True, slots=True)
class Unable:
    """The server cannot be asked now, for whatever mail."""

    fault: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """It was not to go after all."""


Became = Taken | Refused | Unheard | Unable | Withheld


class PostOffice:
    """One task's connection to the server."""

    def __init__(self, server: SmtpServer, limits: Limits | None = None) -> None:
        self._server = server
        self._limits = limits or Limits()
        self._smtp: SMTP | None = None

    async def hand_over(self, sender: str, to: str, message: bytes, may_go: MayGo) -> Became:
        """Hand one mail over. ``may_go`` is asked when all but the text is settled."""
        try:
            smtp = await self._connected()
        except _GONE as error:
            await self.close()
            return Unable(fault_of("connecting", error))
        refused = await self._settle(smtp, sender, to)
        if refused is not None:
            return refused
        if not await may_go():
            await self._forget(smtp)
            return Withheld()
        return await self._text(smtp, message)

    async def close(self) -> None:
        """Say goodbye, if anybody listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(*_GONE):
            await smtp.quit(timeout=1.0)
        smtp.close()

    async def _connected(self) -> SMTP:
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        await self.close()
        server = self._server
        self._smtp = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password(),
            timeout=self._limits.command_s,
            local_hostname=_own_name(),
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
        )
        await self._smtp.connect()
        return self._smtp

    async def _settle(self, smtp: SMTP, sender: str, to: str) -> Refused | Unable | None:
        """Who sends, and to whom; None: the server will have the text."""
        try:
            await smtp.mail(sender)
            await smtp.rcpt(to)
        except (SMTPResponseException, SMTPRecipientsRefused, ValueError) as error:
            await self._forget(smtp)
            if _is_leaving(error):
                return Unable(fault_of("addressing", error))
            return Refused(fault_of("addressing", error))
        except _GONE as error:
            await self.close()
            return Unable(fault_of("addressing", error))
        return None

    async def _text(self, smtp: SMTP, message: bytes) -> Became:
        try:
            await smtp.data(message, timeout=self._limits.text_s)
        except SMTPResponseException as error:
            await self._forget(smtp)
            said_no = error.code >= _FIRST_REFUSAL
            return (Refused if said_no else Unheard)(fault_of("handing over", error))
        except _GONE as error:
            await self.close()
            return Unheard(fault_of("handing over", error))
        return Taken()

    async def _forget(self, smtp: SMTP) -> None:
        """Begin anew with the next mail; a server that will not is left."""
        try:
            await smtp.rset()
        except _GONE:
            await self.close()


def fault_of(step: str, error: Exception) -> str:
    """What went wrong in codes and our own words; nothing of what a server wrote, which may name people."""
    if isinstance(error, SMTPResponseException):
        enhanced = _ENHANCED.match(error.message)
        return f"{step}: {error.code}{'' if enhanced is None else ' ' + enhanced[0]}"
    return f"{step}: {type(error).__name__}"


def _own_name() -> str:
    """This machine's name, asked of nobody: a name server that does not answer would hold mail up."""
    name = socket.gethostname()
    return name if _HOST_NAME.fullmatch(name) else "localhost"


def _is_leaving(error: Exception) -> bool:
    return isinstance(error, SMTPResponseException) and error.code == SMTPStatus.domain_unavailable
