"""A call that came to this phone: ringing, answered, refused, or taken back by its caller.

Source: RFC 3261 §13.3, §9.2.
"""

from __future__ import annotations

from ivr.softphone import sdp
from ivr.softphone.call import Call
from ivr.softphone.dialog import Dialog
from ivr.softphone.endpoint import Endpoint
from ivr.softphone.media import Media
from ivr.softphone.remote import Event
from ivr.softphone.sip_message import Headers, Request, new_tag, parse_uri, respond, uri_in
from ivr.softphone.transaction import ServerTransaction

TEMPORARILY_UNAVAILABLE = 480


class IncomingCall(Call):
    """A call from somebody; its ``invite`` mark is the moment it came."""

    def __init__(self, endpoint: Endpoint, dialog: Dialog, media: Media, transaction: ServerTransaction) -> None:
        """Nothing is answered yet: see ``ring``, ``answer`` and ``reject``."""
        super().__init__(endpoint, dialog, media)
        self._transaction = transaction
        self._our_tag = new_tag()
        dialog.local = f"{dialog.local};tag={self._our_tag}"
        dialog.learn(transaction.request, from_response=False, confirmed=True)
        self.marks.note("invite")

    @property
    def invite(self) -> Request:
        """The INVITE as it came."""
        return self._transaction.request

    @property
    def headers(self) -> Headers:
        """The INVITE's headers."""
        return self.invite.headers

    @property
    def cli(self) -> str:
        """The caller's number: the user part of From."""
        return parse_uri(uri_in(self.headers.need("from"))).user

    @property
    def is_ringing(self) -> bool:
        """Can it still be answered?"""
        return self.ending is None and not self.is_answered

    @property
    def has_rung(self) -> bool:
        """Was the caller told that it rings?"""
        return self.marks.first("180") is not None

    def trying(self) -> None:
        """100: the phone is there, and nothing more."""
        self._transaction.respond(respond(self.invite, 100))

    def ring(self) -> None:
        """180."""
        if self.is_ringing:
            self._note("180")
            self._transaction.respond(respond(self.invite, 180, to_tag=self._our_tag, extra=self.answer_headers(b"")))

    def answer(self) -> None:
        """200 with our description; 488 if their audio is none of ours. Nothing, if it can't be answered any more."""
        if not self.is_ringing:
            return
        try:
            body = self.answer_offer(self.invite.body) if self.invite.body else self.offer()
        except sdp.NoCommonAudio:
            self.reject(488)
            return
        self.is_answered = True
        self._note("200")
        extra = self.final_headers(self.invite, body)
        self._transaction.respond(respond(self.invite, 200, to_tag=self._our_tag, extra=extra, body=body))

    def reject(self, status: int = TEMPORARILY_UNAVAILABLE) -> None:
        """A final response of 400 or more: 486 busy, 603 declined, 480 nobody there."""
        if self.is_ringing:
            self._note(str(status))
            self._transaction.respond(respond(self.invite, status, to_tag=self._our_tag))
            self.finish(None, "us", "refused")

    async def hang_up(self) -> None:
        """BYE if answered, else 480."""
        if self.is_ringing:
            self.reject()
            return
        await super().hang_up()

    def serve(self, transaction: ServerTransaction) -> None:
        """CANCEL before the answer; ACK ends the 200's repetitions; the rest is any call's."""
        request = transaction.request
        if self.has_vanished:
            return
        if request.method == "CANCEL":
            self._serve_cancel(transaction)
            return
        if request.method == "ACK":
            self._transaction.acked()
            if request.body and not self.invite.body:
                self.take_answer(request.body)
        super().serve(transaction)

    def obey(self, event: Event) -> None:
        """Answer, if it rings; else as any call."""
        if self.is_ringing:
            if event is Event.TALK:
                self.answer()
        elif self.is_answered:
            super().obey(event)

    def _serve_cancel(self, transaction: ServerTransaction) -> None:
        """The caller, or the PBX for them, no longer wants it: 200 to the CANCEL, 487 to the INVITE."""
        transaction.respond(respond(transaction.request, 200, to_tag=self._our_tag))
        if not self.is_ringing:
            return
        self._note("cancel")
        self._transaction.respond(respond(self.invite, 487, to_tag=self._our_tag))
        self.finish(transaction.request, "them", "cancel")
