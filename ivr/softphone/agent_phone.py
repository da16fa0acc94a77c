"""A caseworker's desk phone: registers as a staff number, and behaves as its script says when it rings.

Scripts act in tasks of the phone, one for each ringing call, ended with the call.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from dataclasses import dataclass
from typing import Literal, Self

from ivr.softphone.dialog import Dialog
from ivr.softphone.digest import Credentials
from ivr.softphone.incoming import IncomingCall
from ivr.softphone.media import MediaOptions
from ivr.softphone.phone import LOOPBACK, Phone
from ivr.softphone.registration import EXPIRES_S, Registration, RegistrationRefused
from ivr.softphone.sip_message import new_tag, parse_uri, respond, uri_in
from ivr.softphone.transaction import Address, ServerTransaction
from ivr.softphone.watch import Watch

LEAVE_LIMIT_S = 2.0

Action = Literal["wait", "answer", "reject", "ignore"]


@dataclass(frozen=True, slots=True)
class Script:
    """What the phone does by itself when it rings. ``wait`` rings until told what to do."""

    action: Action = "wait"
    after_s: float = 0.0
    status: int = 486
    hang_up_after_s: float | None = None
    tone_hz: int | None = None
    trying: bool = False

    @classmethod
    def ring(cls) -> Script:
        """Rings (180) and leaves the rest to the test or the person."""
        return cls()

    @classmethod
    def answer(
        cls, after_s: float = 0.0, *, hang_up_after_s: float | None = None, tone_hz: int | None = None
    ) -> Script:
        """Rings, answers after ``after_s``, perhaps speaks a tone, perhaps hangs up that long after the answer."""
        return cls("answer", after_s, hang_up_after_s=hang_up_after_s, tone_hz=tone_hz)

    @classmethod
    def reject(cls, status: int = 486, after_s: float = 0.0) -> Script:
        """Refuses: 486 busy, 603 declined, 480 nobody there; at once without having rung if ``after_s`` is 0."""
        return cls("reject", after_s, status)

    @classmethod
    def ignore(cls, *, trying: bool = False) -> Script:
        """Not even 180: a phone that is there in the registrar only; ``trying``: it does say 100."""
        return cls("ignore", trying=trying)


class AgentPhone(Phone):
    """A registered phone of a caseworker.

    ::

        async with AgentPhone("7001", "secret", ("127.0.0.1", 5060)) as phone:
            ringing = await phone.rung(5)
            phone.answer()
            await ringing.ended(60)

    Without a registrar it takes calls straight to its address. Its scripts are used one for each call, the last for
    all that follow.
    """

    def __init__(
        self,
        number: str,
        password: str = "",
        registrar: Address | None = None,
        *,
        scripts: tuple[Script, ...] = (Script(),),
        local: str = LOOPBACK,
        port: int = 0,
        media: MediaOptions | None = None,
        expires_s: int = EXPIRES_S,
        obeys: bool = True,
    ) -> None:
        """``password``: of the SIP account; ``expires_s``: asked of the registrar; ``obeys``: as ``Call.obeys``."""
        super().__init__(local=local, port=port, media=media, user=number)
        self.number = number
        self.rings: list[IncomingCall] = []
        self.registration: Registration | None = None
        self._password = password
        self._credentials: Credentials | None = Credentials(number, password)
        self._registrar = registrar
        self._expires_s = expires_s
        self._obeys = obeys
        self._scripts = deque(scripts)
        self._watch = Watch()
        self._seen = 0
        self._acting: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        if self._registrar is not None:
            who = Credentials(self.number, self._password)
            self.registration = Registration(self.endpoint, self._registrar, who, self.contact())
            try:
                await self.registration.start(self._expires_s)
            except BaseException:
                self.vanish()
                raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.hang_up_all()
            await self._leave()
        finally:
            self.vanish()

    def follow(self, *scripts: Script) -> None:
        """From the next call on, do as ``scripts`` say."""
        self._scripts = deque(scripts)

    async def unregister(self) -> None:
        """Leave the registrar; the phone still takes what comes to its address. ``RegistrationRefused`` as it says."""
        if self.registration is not None and self.is_on:
            await self.registration.stop()

    async def _leave(self) -> None:
        """Leave a registrar that may be gone itself: a phone that is switched off does not wait for it long."""
        with contextlib.suppress(TimeoutError, RegistrationRefused):
            async with asyncio.timeout(LEAVE_LIMIT_S):
                await self.unregister()

    def vanish(self) -> None:
        """Unplugged: neither the registrar nor anybody in a call is told."""
        if self.registration is not None:
            self.registration.cancel()
        for task in self._acting:
            task.cancel()
        super().vanish()

    # -- ringing --------------------------------------------------------------------------------------------------

    async def rung(self, limit_s: float) -> IncomingCall:
        """The next call that rang and was not returned here before, waiting for it if need be."""
        await self._watch.until(lambda: len(self.rings) > self._seen, limit_s, f"phone {self.number} rings")
        self._seen += 1
        return self.rings[self._seen - 1]

    @property
    def ringing(self) -> IncomingCall | None:
        """The call that rings now: the oldest, if several do."""
        return next((call for call in self.rings if call.is_ringing and call.has_rung), None)

    def answer(self) -> IncomingCall:
        """Answer the call that rings; ``LookupError`` if none does."""
        call = self._now_ringing()
        call.answer()
        return call

    def reject(self, status: int = 486) -> IncomingCall:
        """Refuse the call that rings; ``LookupError`` if none does."""
        call = self._now_ringing()
        call.reject(status)
        return call

    def _now_ringing(self) -> IncomingCall:
        """The call that rings."""
        call = self.ringing
        if call is None:
            raise LookupError(f"phone {self.number}: nothing rings")
        return call

    def _serve_new(self, transaction: ServerTransaction) -> None:
        """An INVITE rings; a CANCEL goes to its call; the rest is as with any phone."""
        request = transaction.request
        call = self.calls.get(request.headers.need("call-id"))
        if request.method == "CANCEL":
            if isinstance(call, IncomingCall):
                call.serve(transaction)
            else:
                transaction.respond(respond(request, 481, to_tag=new_tag()))
        elif request.method == "INVITE":
            self._take_invite(transaction)
        else:
            super()._serve_new(transaction)

    def _take_invite(self, transaction: ServerTransaction) -> None:
        """A call comes in: do as the script says."""
        headers = transaction.request.headers
        dialog = Dialog(
            call_id=headers.need("call-id"),
            local=headers.need("to"),
            remote=headers.need("from"),
            target=uri_in(headers.need("contact")),
            contact=self.contact(),
            sent_by=self.address,
            next_hop=transaction.address,
            supported=self.supported,
        )
        parse_uri(dialog.target)
        call = IncomingCall(self.endpoint, dialog, self.open_media(), transaction)
        call.obeys = self._obeys
        self.keep(call)
        self.rings.append(call)
        self._follow_script(call)
        self._watch.changed()

    def _follow_script(self, call: IncomingCall) -> None:
        """Begin what the next script says."""
        script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
        if script.action == "ignore":
            if script.trying:
                call.trying()
            return
        if script.action == "reject" and not script.after_s:
            call.reject(script.status)
            return
        call.ring()
        if script.action != "wait":
            task = asyncio.create_task(_act(call, script), name=f"phone {self.number}")
            self._acting.add(task)
            task.add_done_callback(self._acting.discard)


async def _act(call: IncomingCall, script: Script) -> None:
    """Answer or refuse when it is time, speak, and hang up."""
    if await _ended_within(call, script.after_s):
        return
    if script.action == "reject":
        call.reject(script.status)
        return
    call.answer()
    if script.tone_hz is not None:
        call.say_tone(script.tone_hz)
    if script.hang_up_after_s is not None and not await _ended_within(call, script.hang_up_after_s):
        await call.hang_up()


async def _ended_within(call: IncomingCall, limit_s: float) -> bool:
    """Did the call end before ``limit_s`` had passed?"""
    if not limit_s:
        return call.ending is not None
    try:
        async with asyncio.timeout(limit_s):
            await call.ended(math.inf)
    except TimeoutError:
        return False
    return True
