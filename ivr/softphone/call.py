"""One call of a phone, whoever began it: its dialog, audio, digits, hold, and its end.

Enters: what the phone's socket received for this call's Call-ID. Leaves: requests within the dialog, marks, the
recording. No task; those who wait do so in their own, always with a limit.
Source: RFC 3261 §12 to §15, RFC 3264 §8.4 (hold), RFC 6086 (INFO), RFC 3515 (transfers),
RFC 4028 (session timers), R-DTMF-4.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from ivr.softphone import g711, sdp
from ivr.softphone.dialog import Dialog
from ivr.softphone.endpoint import Endpoint
from ivr.softphone.journal import CallEnded, Ending, How, Side, ending_from
from ivr.softphone.media import Media, Source
from ivr.softphone.recording import Recording
from ivr.softphone.referral import Referral, refer_fields, refer_to, told_of
from ivr.softphone.remote import ALLOW_EVENTS, Event, digit_in, event_of
from ivr.softphone.rtp import event_frames, tone_frames
from ivr.softphone.sdp import Description, Direction
from ivr.softphone.session_timer import MIN_SE_S, SessionTimer
from ivr.softphone.sip_message import Fields, Message, Request, Response, respond
from ivr.softphone.transaction import ServerTransaction
from ivr.softphone.watch import Watch

TONE_MS = 80
GAP_MS = 80  # Asterisk wants at least 45 ms between digits
KEYED_SLACK_S = 5.0  # how much longer than its tones and gaps a run of digits may take
HANG_UP_LIMIT_S = 5.0


class DigitWay(Enum):
    """How a digit is sent."""

    RFC4733 = "rfc4733"
    INFO = "info"
    INBAND = "inband"


class Call:
    """What callers and agents do with a call. Use it from the event loop it was made in."""

    def __init__(self, endpoint: Endpoint, dialog: Dialog, media: Media) -> None:
        """Phones make calls; see ``Phone.call`` and ``AgentPhone.rung``."""
        self.marks = media.journal
        self.media = media
        self.dialog = dialog
        self.watch = Watch()
        self.ending: Ending | None = None
        self.is_answered = False
        self.referrals: list[Referral] = []
        """The transfers asked for, oldest first."""
        self.on_ended: Callable[[], None] = lambda: None
        self.obeys = False
        """Whether the other side may answer, hold and resume it by NOTIFY, as on a desk phone that a page controls."""
        self._endpoint = endpoint
        self.session = SessionTimer(self._refresh, self._expire, known=bool(dialog.supported))
        self._is_offering = False
        self.has_vanished = False
        self._direction: Direction = "sendrecv"
        self._sdp_version = 0
        media.on_change = self.watch.changed

    @property
    def heard(self) -> Recording:
        """Everything heard, early media included."""
        return self.media.heard

    @property
    def digits_heard(self) -> str:
        """Digits that the other side sent as RFC 4733 events or by INFO."""
        return self.media.digits.keyed

    @property
    def is_held(self) -> bool:
        """Has the other side put us on hold (its direction does not hear us)?"""
        return self.media.remote is not None and not self.media.remote.listens

    # -- waiting ------------------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], bool], limit_s: float, what: str) -> None:
        """Wait until ``condition()`` holds; ``CallEnded`` if the call ends first, ``TimeoutError`` after the limit."""
        await self.watch.until(lambda: condition() or self.ending is not None, limit_s, what)
        if not condition() and self.ending is not None:
            raise CallEnded(what, self.ending)

    async def answered(self, limit_s: float) -> None:
        """Wait for the answer; raises as ``until``."""
        await self.until(lambda: self.is_answered, limit_s, "answer")

    async def ended(self, limit_s: float) -> Ending:
        """Wait for the end, and say how it came; ``TimeoutError`` after the limit."""
        await self.watch.until(lambda: self.ending is not None, limit_s, "end of the call")
        assert self.ending is not None  # noqa: S101 (the wait's own condition, for the type checker)
        return self.ending

    # -- what a person does -------------------------------------------------------------------------------------

    async def key(
        self, digits: str, *, tone_ms: int = TONE_MS, gap_ms: int = GAP_MS, way: DigitWay | None = None
    ) -> None:
        """Key ``digits``; returns when the end of the last one has gone out (marks ``key``).

        ``way``: by default RFC 4733 where it was agreed on, else tones in the audio. ``CallEnded`` if the call ends
        meanwhile. The gap after the last digit is kept before whatever is keyed next.
        """
        if way is None:
            way = DigitWay.RFC4733 if self._event_type() is not None else DigitWay.INBAND
        if way is DigitWay.INFO:
            await self._key_by_info(digits, tone_ms, gap_ms)
            return
        done = len(self.marks.all("key")) + len(digits)
        for digit in digits:
            self._queue_digit(digit, tone_ms, gap_ms, way)
        self.media.resume()
        limit_s = len(digits) * (tone_ms + gap_ms) / 1000 + KEYED_SLACK_S
        await self.until(lambda: len(self.marks.all("key")) >= done, limit_s, f"{len(digits)} digits keyed")

    def _event_type(self) -> int | None:
        """The payload type agreed on for digits."""
        return self.media.remote.event_type if self.media.remote else None

    def _queue_digit(self, digit: str, tone_ms: int, gap_ms: int, way: DigitWay) -> None:
        """Put ``digit`` behind what is already being sent."""

        def sent() -> None:
            self._note("key", digit)

        event_type = self._event_type()
        if way is DigitWay.INBAND:
            self.media.sender.queue(tone_frames(digit, tone_ms=tone_ms, gap_ms=gap_ms, sent=sent))
        elif event_type is not None:
            self.media.sender.queue(event_frames(digit, event_type, tone_ms=tone_ms, gap_ms=gap_ms, sent=sent))
        else:
            raise ValueError("no telephone-event was agreed on: key in-band or by INFO")

    async def _key_by_info(self, digits: str, tone_ms: int, gap_ms: int) -> None:
        """One INFO a digit (``application/dtmf-relay``), as slowly as a hand would."""
        for digit in digits:
            body = f"Signal={digit}\r\nDuration={tone_ms}\r\n".encode()
            response = await self.request("INFO", body, content_type="application/dtmf-relay")
            if response.status >= 300:
                raise ValueError(f"INFO refused: {response.status} {response.reason}")
            self._note("key", digit)
            await asyncio.sleep((tone_ms + gap_ms) / 1000)

    def say_tone(self, frequency_hz: int) -> None:
        """Send a steady tone of whole Hz until told otherwise."""
        self.media.play(Source(g711.tone(frequency_hz), repeat=True))

    def say_file(self, path: Path) -> None:
        """Send a ``.alaw`` or 8 kHz ``.wav`` file once, then silence."""
        self.media.play(Source(g711.read_audio(path)))

    def say_nothing(self) -> None:
        """Send silence."""
        self.media.play(Source(b""))

    async def hold(self, direction: Direction = "sendonly") -> None:
        """Put the other side on hold by re-INVITE; ``inactive`` hears nothing of them either."""
        await self._renegotiate(direction)

    async def resume(self) -> None:
        """Take the other side off hold."""
        await self._renegotiate("sendrecv")

    async def refer(self, uri: str, *, instead_of: Call | None = None, headers: Fields = ()) -> Referral:
        """Ask for a transfer of the other side to ``uri``; returns when the REFER is answered, whatever it says.

        ``instead_of``: our call with the person there, whose place the other side shall take (attended). How it goes
        on is in the ``Referral``: ``until(lambda: referral.is_over, ...)``.
        """
        to = refer_to(uri, instead_of.dialog if instead_of is not None else None)
        request = self.dialog.request("REFER", extra=refer_fields(to, self.dialog, headers))
        referral = Referral(uri, self.dialog.cseq)
        self.referrals.append(referral)
        self._note("refer", uri)
        referral.status = (await self._ask(request)).status
        self.watch.changed()
        return referral

    async def hang_up(self) -> None:
        """BYE an answered call; what else ends one is up to who began it. Nothing, if it has ended.

        ``TimeoutError`` if the other side does not take the BYE; the call has ended here all the same.
        """
        if self.ending is not None:
            return
        self.finish(None, "us", "bye")
        try:
            async with asyncio.timeout(HANG_UP_LIMIT_S):
                await self._ask(self.dialog.request("BYE"))
        except TimeoutError:
            raise TimeoutError(f"answer to the BYE: not within {HANG_UP_LIMIT_S:g} s") from None

    def vanish(self) -> None:
        """Its device dies in the middle of it: no BYE, no sound, and no answer to anything; the phone's others live."""
        self.has_vanished = True
        self._end(None, "us", "failed")

    # -- the dialog -----------------------------------------------------------------------------------------------

    def offer(self, direction: Direction | None = None, *, event_type: int | None = sdp.TELEPHONE_EVENT) -> bytes:
        """Our side's description, with a version of its own."""
        self._sdp_version += 1
        host, port = self.media.address
        return sdp.build(Description(host, port, direction or self._direction, event_type), version=self._sdp_version)

    def answer_offer(self, body: bytes) -> bytes:
        """Take their offer, and describe us in answer; ``sdp.NoCommonAudio`` if nothing fits."""
        theirs = sdp.parse(body)
        self.media.connect(theirs, self.dialog.next_hop[0])
        return self.offer(sdp.answering(theirs.direction, self._direction), event_type=theirs.event_type)

    def take_answer(self, body: bytes) -> None:
        """Their answer to our offer, early or final; none is fine."""
        if body:
            self.media.connect(sdp.parse(body), self.dialog.next_hop[0])

    async def request(self, method: str, body: bytes = b"", content_type: str = sdp.CONTENT_TYPE) -> Response:
        """Any request within the call, with its final response."""
        extra = (("Content-Type", content_type),) if body else ()
        return await self._ask(self.dialog.request(method, body=body, extra=extra))

    async def _ask(self, request: Request) -> Response:
        """Send a request of the dialog, and wait for its final response."""
        return await self._endpoint.answer_to(request, self.dialog.address)

    async def _renegotiate(self, direction: Direction) -> None:
        """A re-INVITE; ``ValueError`` if it is refused."""
        final: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._begin_offer(direction, final.set_result)
        response = await final
        if response.status >= 300:
            raise ValueError(f"re-INVITE refused: {response.status} {response.reason}")

    def _begin_offer(self, direction: Direction, then: Callable[[Response], None]) -> None:
        """Send a re-INVITE; ``then`` is told of its final response, when what follows from it is done."""

        def take(response: Response) -> None:
            if response.status < 200:
                return
            self._is_offering = False
            if response.status < 300:
                self._direction = direction
                self.acknowledge(response)
                self.take_answer(response.body)
                self.session.accepted(response)
                self._note(*(("resumed",) if direction == "sendrecv" else ("held", direction)))
            then(response)

        self._is_offering = True
        extra = self.session.asked if self.session.agreed is not None else ()
        request = self.dialog.request("INVITE", body=self.offer(direction), extra=extra)
        self._endpoint.ask(request, self.dialog.address, take)

    def _refresh(self) -> None:
        """Our turn to ask whether the other side is still there."""

        def take(response: Response) -> None:
            if 200 <= response.status < 300:
                self.session.accepted(response)
            elif response.status in {408, 481}:
                self._expire()

        self._note("refresh")
        self._endpoint.ask(self.dialog.request("UPDATE", extra=self.session.asked), self.dialog.address, take)

    def _expire(self) -> None:
        """The other side is not there any more: say so, and do not wait for an answer."""
        self._endpoint.ask(self.dialog.request("BYE"), self.dialog.address, lambda _: None)
        self.finish(None, "us", "expired")

    def acknowledge(self, response: Response) -> None:
        """ACK a 2xx, now and for each time it is repeated."""
        self.dialog.learn(response, from_response=True, confirmed=False)
        number = int(response.headers.need("cseq").split(" ")[0])
        ack = self.dialog.request("ACK", cseq=number)
        self._endpoint.acknowledge(response, ack, self.dialog.address)

    # -- what the other side does ---------------------------------------------------------------------------------

    def serve(self, transaction: ServerTransaction) -> None:
        """A request within the call."""
        if self.has_vanished:
            return
        request = transaction.request
        self.dialog.learn(request, from_response=False, confirmed=False)
        if request.method in {"INVITE", "UPDATE"}:
            self._serve_offer(transaction)
        elif request.method == "BYE":
            transaction.respond(respond(request, 200))
            self._note("bye")
            self.finish(request, "them", "bye")
        elif request.method == "ACK":
            self._note("ack")
        elif request.method == "NOTIFY":
            self._serve_notify(transaction)
        else:
            self._serve_info(transaction)

    def _serve_info(self, transaction: ServerTransaction) -> None:
        """INFO, perhaps with a digit; OPTIONS and the like."""
        transaction.respond(respond(transaction.request, 200))
        digit = digit_in(transaction.request)
        if digit:
            self.media.digits.keyed += digit
            self._note("heard digit", digit)

    def _serve_notify(self, transaction: ServerTransaction) -> None:
        """Word of a transfer, or a remote control; an event we know nothing of is refused."""
        event = event_of(transaction.request)
        if event is Event.REFER:
            transaction.respond(respond(transaction.request, self._referred(transaction.request)))
        elif event is not None and self.obeys:
            transaction.respond(respond(transaction.request, 200))
            self._note("told", event)
            self.obey(event)
        else:
            transaction.respond(respond(transaction.request, 489))

    def _referred(self, notify: Request) -> int:
        """A NOTIFY of a transfer of ours: the status it is answered with."""
        referral = told_of(notify, self.referrals)
        if referral is None:
            return 481
        if not referral.take(notify):
            return 400
        self._note("referred", str(referral.told[-1].status))
        return 200

    def obey(self, event: Event) -> None:
        """Hold, or resume, as somebody would do on the phone itself."""
        if event is Event.HOLD:
            self._begin_offer("sendonly", lambda _: None)
        elif event is Event.TALK and self._direction != "sendrecv":
            self._begin_offer("sendrecv", lambda _: None)

    def _serve_offer(self, transaction: ServerTransaction) -> None:
        """A re-INVITE or UPDATE: answer its offer, or make one if it has none (RFC 3261 §14.2)."""
        request = transaction.request
        if self._is_offering and (request.method == "INVITE" or request.body):
            transaction.respond(respond(request, 491))
            return
        if self.session.too_short(request):
            transaction.respond(respond(request, 422, extra=(("Min-SE", str(MIN_SE_S)),)))
            return
        try:
            body = self.answer_offer(request.body) if request.body else self._own_offer(request)
        except sdp.NoCommonAudio:
            transaction.respond(respond(request, 488))
            return
        self._note("re-invite" if request.method == "INVITE" else "update")
        transaction.respond(respond(request, 200, extra=self.final_headers(request, body), body=body))

    def _own_offer(self, request: Request) -> bytes:
        """An INVITE without a body asks for our offer; an UPDATE without one asks for nothing."""
        return self.offer() if request.method == "INVITE" else b""

    def final_headers(self, request: Request, body: bytes) -> Fields:
        """What our 2xx to an INVITE or UPDATE carries; its session timer begins."""
        return (*self.answer_headers(body), *self.session.answered(request))

    def answer_headers(self, body: bytes) -> Fields:
        """What a provisional response of ours carries too."""
        contact: Fields = (("Contact", self.dialog.contact), ("Supported", self.dialog.supported))
        if self.obeys:
            contact += (("Allow-Events", ALLOW_EVENTS),)
        return (*contact, ("Content-Type", sdp.CONTENT_TYPE)) if body else contact

    # -- the end --------------------------------------------------------------------------------------------------

    def finish(self, message: Message | None, by: Side, how: How) -> None:
        """The call is over; only the first end counts."""
        if self.ending is None:
            self._end(message, by, how)
            self.on_ended()

    def _end(self, message: Message | None, by: Side, how: How) -> None:
        """The call is over for us."""
        if self.ending is None:
            self.ending = ending_from(message, by, how)
            self.media.close()
            self.session.stop()
            self._note("ended")

    def _note(self, name: str, detail: str = "") -> None:
        """A mark, and a look for those who wait."""
        self.marks.note(name, detail)
        self.watch.changed()
