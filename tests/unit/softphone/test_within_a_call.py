"""What a phone does within a call: it is controlled, transfers, refreshes and dies, as the other side sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.call import Call, DigitWay
from ivr.softphone.caller import Caller
from ivr.softphone.incoming import IncomingCall
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.referral import refer_to
from ivr.softphone.session_timer import Interval, SessionTimer, interval_in
from ivr.softphone.sip_message import Fields, Headers, Request, respond, tag_of
from tests.unit.virtual_time import now, run_virtual

LIMIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two phones on one call: what ``ours`` does, ``theirs`` sees."""

    ours: OutgoingCall
    theirs: IncomingCall


@asynccontextmanager
async def ringing(*, obeys: bool = True, supported: str = "timer") -> AsyncIterator[Pair]:
    """A call that rings."""
    async with AgentPhone("7001", scripts=(Script.ring(),), obeys=obeys) as phone, Caller() as caller:
        phone.supported = caller.supported = supported
        call = await caller.call(f"sip:7001@127.0.0.1:{phone.address[1]}", cli="07700900123")
        yield Pair(call, await phone.rung(LIMIT_S))


@asynccontextmanager
async def talking(*, obeys: bool = True, supported: str = "timer") -> AsyncIterator[Pair]:
    """A call that was answered."""
    async with ringing(obeys=obeys, supported=supported) as pair:
        pair.theirs.answer()
        await pair.ours.answered(LIMIT_S)
        yield pair


async def within(call: Call, method: str, *fields: tuple[str, str], body: bytes = b"") -> int:
    """Send a request with these headers, and say its final status."""
    return (await call._ask(call.dialog.request(method, body=body, extra=fields))).status


async def test_a_ringing_phone_answers_when_it_is_told_to() -> None:
    """R-STATE-12: answer from a page; the NOTIFY comes in the early dialog."""
    async with ringing() as pair:
        await pair.ours.wait_ringing(LIMIT_S)
        assert pair.ours.provisionals[-1].headers.get("allow-events") == "talk, hold"
        assert await within(pair.ours, "NOTIFY", ("Event", "hold")) == 200
        assert pair.theirs.is_ringing, "there is nothing to hold"
        assert await within(pair.ours, "NOTIFY", ("Event", "talk"), ("Subscription-State", "active")) == 200
        await pair.ours.answered(LIMIT_S)


async def test_a_phone_holds_and_resumes_when_it_is_told_to() -> None:
    """R-STATE-12: hold and retrieve from a page."""
    async with talking() as pair:
        assert await within(pair.ours, "NOTIFY", ("Event", "Hold;id=1")) == 200
        await pair.ours.until(lambda: pair.ours.is_held, LIMIT_S, "held")
        assert await within(pair.ours, "NOTIFY", ("Event", "talk")) == 200
        await pair.ours.until(lambda: not pair.ours.is_held, LIMIT_S, "taken off hold")


async def test_a_phone_without_remote_control_refuses_and_rings_on() -> None:
    """R-STATE-12: older phones know no such event."""
    async with ringing(obeys=False) as pair:
        await pair.ours.wait_ringing(LIMIT_S)
        assert pair.ours.provisionals[-1].headers.get("allow-events") is None
        assert await within(pair.ours, "NOTIFY", ("Event", "talk")) == 489
        assert pair.theirs.is_ringing


async def test_an_event_or_a_transfer_nobody_knows_is_refused() -> None:
    """RFC 3515 §2.4.4, RFC 6665: 489 and 481."""
    async with talking() as pair:
        assert await within(pair.ours, "NOTIFY", ("Event", "presence")) == 489
        assert await within(pair.ours, "NOTIFY", ("Event", "refer"), body=b"SIP/2.0 200 OK") == 481


async def test_the_progress_of_a_transfer_is_kept() -> None:
    """R-XFER-4: what the phone that asked can show: tried, and done or failed."""
    async with talking() as pair:
        referral = await pair.theirs.refer("sip:7002@127.0.0.1")
        fields: Fields = (("Event", "refer"), ("Content-Type", "message/sipfrag"))
        active, over = ("Subscription-State", "active"), ("Subscription-State", "terminated;reason=noresource")
        assert await within(pair.ours, "NOTIFY", *fields, active, body=b"SIP/2.0 100 Trying\r\n") == 200
        assert not referral.outcome
        assert await within(pair.ours, "NOTIFY", *fields, over, body=b"nonsense") == 400
        assert await within(pair.ours, "NOTIFY", *fields, over, body=b"SIP/2.0 503 Unavailable\r\n") == 200
        assert [(told.status, told.is_last) for told in referral.told] == [(100, False), (503, True)]
        assert (referral.outcome, referral.is_over) == (503, True)


async def test_an_attended_transfer_names_the_other_call_as_its_peer_knows_it() -> None:
    """RFC 3891 §3: to-tag is the peer's, from-tag ours, and what a URI cannot hold is escaped."""
    async with talking() as pair:
        dialog = pair.ours.dialog
        value = refer_to("sip:7002@127.0.0.1", dialog)
        assert value.startswith("<sip:7002@127.0.0.1?Replaces=")
        assert f"%3Bto-tag%3D{tag_of(dialog.remote)}%3Bfrom-tag%3D{tag_of(dialog.local)}" in value
        assert dialog.call_id.replace("@", "%40") in value


@pytest.mark.parametrize("way", [DigitWay.RFC4733, DigitWay.INFO])
async def test_digits_are_heard_however_they_were_keyed(way: DigitWay) -> None:
    """R-DTMF-4: events and INFO alike."""
    async with talking() as pair:
        await pair.ours.key("19*#", tone_ms=40, gap_ms=20, way=way)
        await pair.theirs.until(lambda: pair.theirs.digits_heard == "19*#", LIMIT_S, "the digits")


async def test_a_device_that_dies_says_nothing_more() -> None:
    """R-WAIT-5: no BYE, and no answer to one."""
    async with talking() as pair:
        pair.theirs.vanish()
        assert pair.theirs.ending is not None
        with pytest.raises(TimeoutError):
            await pair.ours.until(lambda: pair.ours.ending is not None, 0.3, "an end")
        pair.ours.vanish()


async def test_two_offers_at_once_are_not_mixed_up() -> None:
    """RFC 3261 §14.2: who has an offer under way refuses the other's, and both may try again."""
    async with talking() as pair:
        pair.theirs._is_offering = True
        with pytest.raises(ValueError, match="491"):
            await pair.ours.hold()
        pair.theirs._is_offering = False
        await pair.ours.hold()
        await pair.theirs.until(lambda: pair.theirs.is_held, LIMIT_S, "held")


@pytest.mark.parametrize(
    ("asked", "supported", "agreed"),
    [
        ("90;refresher=uac", "timer", "90;refresher=uac"),
        ("90;refresher=uas", "timer", "90;refresher=uas"),
        ("1800", "timer", "1800;refresher=uac"),
        ("120 ;REFRESHER = UAS", "", "120;refresher=uas"),
        ("90", "", "90;refresher=uas"),
    ],
)
async def test_a_refresh_is_answered_with_what_was_agreed(asked: str, supported: str, agreed: str) -> None:
    """RFC 4028 §9: UPDATE and re-INVITE alike; who cannot ask is never made to."""
    async with talking() as pair:
        pair.ours.dialog.supported = supported
        request = pair.ours.dialog.request("UPDATE", extra=(("Session-Expires", asked),))
        answer = await pair.ours._ask(request)
        assert (answer.status, answer.headers.get("session-expires")) == (200, agreed)
        assert (answer.headers.get("require") == "timer") == agreed.endswith("uac")
        assert not answer.body, "an UPDATE without an offer gets none"


async def test_too_short_an_interval_is_refused_with_the_least() -> None:
    """RFC 4028 §6: 422."""
    async with talking() as pair:
        request = pair.ours.dialog.request("UPDATE", extra=(("Session-Expires", "30"),))
        answer = await pair.ours._ask(request)
        assert (answer.status, answer.headers.get("min-se")) == (422, "90")


async def test_a_phone_that_knows_no_timer_says_nothing_of_it() -> None:
    """RFC 4028 §7: such a phone still takes a refresh as the plain request that it is."""
    async with talking(supported="") as pair:
        answer = await pair.ours._ask(pair.ours.dialog.request("UPDATE", extra=(("Session-Expires", "90"),)))
        assert answer.status == 200
        assert answer.headers.get("session-expires") is None


def _invite(*fields: tuple[str, str]) -> Request:
    names = ("Via", "From", "To", "Call-ID", "CSeq")
    return Request("INVITE", "sip:x@127.0.0.1", Headers((*((name, "x") for name in names), *fields)))


def _sessions() -> Iterator[tuple[SessionTimer, list[tuple[str, float]]]]:
    """One timer, and what it did when."""
    did: list[tuple[str, float]] = []
    yield SessionTimer(lambda: did.append(("refresh", now())), lambda: did.append(("expire", now()))), did


@pytest.mark.parametrize(("refresher", "did"), [("uas", [("refresh", 45.0)]), ("uac", [("expire", 60.0)])])
def test_the_one_who_agreed_to_asks_at_half_time_and_the_other_gives_up_in_time(
    refresher: str, did: list[tuple[str, float]]
) -> None:
    """RFC 4028 §10: of 90 s, 45 s and 60 s."""

    async def story() -> None:
        for timer, done in _sessions():
            began = now()
            timer.answered(_invite(("Session-Expires", f"90;refresher={refresher}")))
            await asyncio.sleep(100)
            assert [(what, at - began) for what, at in done] == did
            timer.stop()

    run_virtual(story())


def test_a_refresh_begins_the_time_anew_and_an_answer_without_a_timer_ends_it() -> None:
    """RFC 4028 §7.2, §10."""

    async def story() -> None:
        for timer, done in _sessions():
            timer.answered(_invite(("x", "90;refresher=uac")))
            await asyncio.sleep(50)
            timer.answered(_invite(("Session-Expires", "90;refresher=uac")))
            await asyncio.sleep(50)
            assert not done
            timer.accepted(respond(_invite(), 200))
            await asyncio.sleep(100)
            assert not done
            assert timer.agreed is None

    run_virtual(story())


def test_a_phone_that_knows_no_timer_never_acts_on_one() -> None:
    """A PBX that always says how long a call lasts does not end it for a phone that never heard of it."""

    async def story() -> None:
        did: list[str] = []
        timer = SessionTimer(lambda: did.append("refresh"), lambda: did.append("expire"), known=False)
        timer.accepted(respond(_invite(), 200, extra=(("Session-Expires", "90;refresher=uas"),)))
        timer.answered(_invite(("Session-Expires", "90;refresher=uac")))
        await asyncio.sleep(100)
        assert not did

    run_virtual(story())


def test_what_is_no_interval_is_none() -> None:
    """Nonsense from the wire is as good as nothing."""
    assert interval_in(_invite()) is None
    assert interval_in(_invite(("Session-Expires", "soon"))) is None
    assert interval_in(_invite(("Session-Expires", "90;refresher=me"))) == Interval(90, None)
