"""The task that sends mail: urgent ones first, one after another, each claimed by one process at a time.

Enters: rows of ``mail`` that are due. Leaves: mails at the SMTP server, rows that say so, logs without addresses.
Promised (docs/mail.md): no mail is lost, and none is sent again that the server has said it has; one that went unheard
is sent again with the same Message-ID. `MailSender.run` is one task of the service.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Final

import structlog

from ivr.domain.ids import DocumentId
from ivr.domain.mails import MailNow, MailRules
from ivr.errors import IvrError, StoreError
from ivr.mail.message import Attachment, compose
from ivr.mail.post_office import Became, Limits, PostOffice, Refused, Taken, Unable, Unheard, Withheld
from ivr.mail.server import SmtpServer
from ivr.records import outgoing_mails
from ivr.records.outgoing_mails import Claimed, Waiting
from ivr.store.engine import SqlStore

log = structlog.get_logger()

LOOK_S: Final = 2.0
"""So often it is looked whether anything is due."""
COUNT_EVERY: Final = 8
"""At each so manieth look what waits is counted."""
SERVER_PAUSES_S: Final = (5.0, 15.0, 60.0, 300.0)
"""A server that cannot be asked is left alone so long, the last time for good."""
LAST_WORD_S: Final = 5.0
"""A mail that is being handed over when the service stops has so long to be settled."""
Attach = Callable[[DocumentId], Awaitable[Attachment | None]]


async def no_attachment(_document_id: DocumentId) -> Attachment | None:
    """Documents are named in the mail's text."""
    return None


class MailSender:
    """Sends what is due; without a server it only counts."""

    def __init__(
        self,
        store: SqlStore,
        server: SmtpServer | None,
        now: Callable[[], datetime],
        rules: Callable[[], MailRules],
        attach: Attach = no_attachment,
        limits: Limits | None = None,
    ) -> None:
        """``rules``: as they are now; ``attach``: the PDF of a document, None where there is none."""
        self._store = store
        self._now = now
        self._rules = rules
        self._attach = attach
        self._office = None if server is None else PostOffice(server, limits)
        self._me = f"mail-{secrets.token_hex(6)}"
        self._unable = 0
        self._waiting = Waiting()

    @property
    def now(self) -> MailNow:
        """How mail stood when it was last counted."""
        return MailNow(self._office is not None, **asdict(self._waiting))

    async def run(self) -> None:
        """Send until cancelled; a mail that is just being handed over is settled first."""
        try:
            while True:
                await self._count()
                for _ in range(COUNT_EVERY):
                    await asyncio.sleep(await self.look())
        finally:
            if self._office is not None:
                await self._office.close()

    async def look(self) -> float:
        """Send what is due. In how many seconds to look again."""
        if self._office is None:
            return LOOK_S
        try:
            while (claimed := await self._store.write(outgoing_mails.claim, self._me, self._now())) is not None:
                became = await self._to_its_end(self._office, claimed)
                if isinstance(became, Unable):
                    return self._server_pause(became)
                self._unable = 0
        except (StoreError, TimeoutError) as error:
            log.warning("mail.database_silent", error=str(error))
        await self._office.close()
        return LOOK_S

    async def _to_its_end(self, office: PostOffice, claimed: Claimed) -> Became:
        """Send and settle one, also while the service stops."""
        task = asyncio.create_task(self._send(office, claimed), name=f"mail-{claimed.mail_id}")
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            done, _ = await asyncio.wait({task}, timeout=LAST_WORD_S)
            if not done:
                task.cancel()
                await asyncio.wait({task})
            raise

    async def _send(self, office: PostOffice, claimed: Claimed) -> Became:
        became = await self._handed_over(office, claimed)
        await self._settle(claimed, became)
        return became

    async def _handed_over(self, office: PostOffice, claimed: Claimed) -> Became:
        rules = self._rules()
        to = claimed.address or rules.address(claimed.mailbox or "")
        if rules.sender is None:
            return Refused("office.toml: mail.from is missing")
        if to is None:
            return Refused(f"office.toml: mailboxes.{claimed.mailbox} is missing")
        try:
            attached = None if claimed.attached is None else await self._attach(claimed.attached)
            message = compose(claimed, rules.sender, to, attached)
        except (IvrError, OSError, ValueError) as error:
            return Refused(f"writing it: {type(error).__name__}")
        return await office.hand_over(rules.sender, to, message, lambda: self._may_go(claimed))

    async def _may_go(self, claimed: Claimed) -> bool:
        return await self._store.write(outgoing_mails.offer, claimed.mail_id, self._me, self._now())

    async def _settle(self, claimed: Claimed, became: Became) -> None:
        mail_id, write = claimed.mail_id, self._store.write
        match became:
            case Taken():
                await write(outgoing_mails.sent, mail_id, self._me, self._now())
                log.info("mail.sent", mail_id=mail_id)
            case Unable(fault):
                await write(outgoing_mails.release, mail_id, self._me, fault, self._now())
            case Refused(fault):
                await self._put_off(claimed, fault, unsure=False)
            case Unheard(fault):
                await self._put_off(claimed, fault, unsure=True)
            case Withheld():
                log.warning("mail.another_has_it", mail_id=mail_id)

    async def _put_off(self, claimed: Claimed, fault: str, *, unsure: bool) -> None:
        args = (claimed.mail_id, self._me, fault, self._now())
        state = await self._store.write(outgoing_mails.put_off, *args, unsure=unsure)
        if state == "gave up":
            log.error("mail.gave_up", mail_id=claimed.mail_id, fault=fault, unsure=unsure)
        else:
            log.warning("mail.unheard" if unsure else "mail.refused", mail_id=claimed.mail_id, fault=fault)

    def _server_pause(self, became: Unable) -> float:
        pause_s = SERVER_PAUSES_S[min(self._unable, len(SERVER_PAUSES_S) - 1)]
        self._unable += 1
        log.warning("mail.server_unable", fault=became.fault, pause_s=pause_s)
        return pause_s

    async def _count(self) -> None:
        try:
            self._waiting = await self._store.read(outgoing_mails.count)
        except (StoreError, TimeoutError) as error:
            log.warning("mail.not_counted", error=str(error))
