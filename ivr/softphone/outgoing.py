"""A call that this phone began: INVITE, what comes back, ACK, CANCEL.

Source: RFC 3261 §13.2 (INVITE), §9.1 (CANCEL); RFC 3960 (early media).
"""

from __future__ import annotations

from ivr.softphone import sdp
from ivr.softphone.call import HANG_UP_LIMIT_S, Call
from ivr.softphone.dialog import Dialog
from ivr.softphone.digest import (
    PROXY_AUTHENTICATION,
    UNAUTHORIZED,
    Credentials,
    UnusableChallenge,
    answer_to,
    challenge_in,
    header_for,
    introduction,
)
from ivr.softphone.endpoint import Endpoint
from ivr.softphone.journal import How, Side
from ivr.softphone.media import Media
from ivr.softphone.sip_message import Fields, Headers, Request, Response
from ivr.softphone.transaction import ClientTransaction


class OutgoingCall(Call):
    """A call to somebody. The INVITE goes out when it is made."""

    def __init__(
        self,
        endpoint: Endpoint,
        dialog: Dialog,
        media: Media,
        *,
        headers: Fields = (),
        credentials: Credentials | None = None,
        offer_events: bool = True,
    ) -> None:
        """``headers``: more headers of the INVITE; ``offer_events=False``: a trunk without RFC 4733."""
        super().__init__(endpoint, dialog, media)
        self.final: Response | None = None
        self.provisionals: list[Response] = []
        self._headers = headers
        self._credentials = credentials
        self._cancelled = False
        self._body = self.offer(event_type=sdp.TELEPHONE_EVENT if offer_events else None)
        self._challenged = False
        self._transaction = self._invite(self._introduction())

    @property
    def early_media(self) -> bool:
        """Was audio described before the answer?"""
        return any(response.body for response in self.provisionals)

    async def wait_ringing(self, limit_s: float) -> None:
        """Wait for a 180 or 183; ``CallEnded`` if the call ends first, ``TimeoutError`` after the limit."""
        await self.until(self._has_rung, limit_s, "180 or 183")

    def _has_rung(self) -> bool:
        """Has a 180 or 183 come, or even the answer?"""
        return self.is_answered or any(response.status >= 180 for response in self.provisionals)

    def _introduction(self) -> Fields:
        """Who we are, for a phone that has an account."""
        return (introduction(self._credentials, "INVITE", self.dialog.target),) if self._credentials else ()

    def _invite(self, authorization: Fields) -> ClientTransaction:
        """Send the INVITE."""
        invite = self.dialog.request("INVITE", body=self._body, extra=(*self._headers, *authorization))
        self.marks.note("invite")
        return self._endpoint.ask(invite, self.dialog.next_hop, self._take)

    def _take(self, response: Response) -> None:
        """A response to the INVITE."""
        if self.has_vanished:
            return
        self._note(str(response.status))
        if response.status < 200:
            self._take_provisional(response)
        elif response.status < 300:
            self._take_answer(response)
        elif not self._answer_challenge(response):
            self.final = response
            self.finish(response, *self._ended_by())

    def _ended_by(self) -> tuple[Side, How]:
        """Who ended the call before it was answered, and how."""
        if self._cancelled:
            return "us", "cancel"
        return "them", "failed" if self._transaction.unanswered else "refused"

    def _take_provisional(self, response: Response) -> None:
        """100, 180, 183: perhaps with early media."""
        self.provisionals.append(response)
        if response.status > 100:
            self.dialog.learn(response, from_response=True, confirmed=False)
            self.take_answer(response.body)
        self.watch.changed()

    def _take_answer(self, response: Response) -> None:
        """200: ACK it, and hang up at once if it crossed our CANCEL."""
        self.final = response
        self.dialog.learn(response, from_response=True, confirmed=True)
        self.acknowledge(response)
        if self._cancelled or self.ending is not None:
            self._endpoint.ask(self.dialog.request("BYE"), self.dialog.address, lambda _: None)
            self.finish(None, "us", "cancel")
            return
        self.take_answer(response.body)
        self.session.accepted(response)
        self.is_answered = True
        self.watch.changed()

    def _answer_challenge(self, response: Response) -> bool:
        """401 or 407: the same INVITE again with our credentials, once."""
        asked = response.status in {UNAUTHORIZED, PROXY_AUTHENTICATION}
        if not asked or self._credentials is None or self._challenged:
            return False
        self._challenged = True
        try:
            challenge = challenge_in(response)
        except UnusableChallenge:
            return False
        value = answer_to(challenge, self._credentials, "INVITE", self.dialog.target)
        self._transaction = self._invite(((header_for(response.status), value),))
        return True

    async def hang_up(self) -> None:
        """CANCEL before the answer, BYE after it; returns when the other side has taken it."""
        if self.is_answered or self.ending is not None:
            await super().hang_up()
            return
        self._cancelled = True
        await self._may_cancel()
        if self.ending is None:
            self.marks.note("cancel")
            await self._endpoint.answer_to(_cancel_of(self._transaction.request), self._transaction.address)
        await self.ended(HANG_UP_LIMIT_S)

    async def _may_cancel(self) -> None:
        """RFC 3261 §9.1: not before a provisional response; a phone that never sends one is left alone then."""
        condition = lambda: bool(self.provisionals) or self.is_answered or self.ending is not None  # noqa: E731
        try:
            await self.watch.until(condition, HANG_UP_LIMIT_S, "any response to the INVITE")
        except TimeoutError:
            self._transaction.close()
            self.finish(None, "us", "cancel")


def _cancel_of(invite: Request) -> Request:
    """The CANCEL of ``invite``: its top Via, From, To, Call-ID and number (RFC 3261 §9.1)."""
    names = {"via", "from", "to", "call-id", "route", "max-forwards"}
    fields = tuple((name, value) for name, value in invite.headers if name.lower() in names)
    number = invite.headers.need("cseq").split(" ")[0]
    return Request("CANCEL", invite.uri, Headers((*fields, ("CSeq", f"{number} CANCEL"))))
