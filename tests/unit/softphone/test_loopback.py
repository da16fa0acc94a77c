"""A caller and an agent's phone, straight to each other: what each sees of the other, without a PBX between."""

from __future__ import annotations

import pytest

from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.call import DigitWay
from ivr.softphone.caller import Caller
from ivr.softphone.endpoint import NotLoopback
from ivr.softphone.journal import CallEnded
from ivr.softphone.media import MediaOptions
from ivr.softphone.sip_message import parse_uri
from tests.e2e.heard import tone_heard, tone_share

CLI = "07700900123"
LIMIT_S = 5.0


def address_of(phone: AgentPhone) -> str:
    """Where a caller reaches it."""
    return f"sip:{phone.number}@{phone.address[0]}:{phone.address[1]}"


async def test_an_answered_call_carries_tones_both_ways_and_ends_for_both() -> None:
    """R-STATE: On call is two people who hear each other; whoever hangs up, both know."""
    async with AgentPhone("7001", scripts=(Script.answer(tone_hz=600),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        await call.answered(LIMIT_S)
        ring = await agent.rung(LIMIT_S)
        call.say_tone(1000)
        await call.until(lambda: call.heard.seconds > 0.5, LIMIT_S, "0.5 s of the agent")
        await ring.until(lambda: ring.heard.seconds > 0.5, LIMIT_S, "0.5 s of the caller")
        await call.hang_up()
        ending = await ring.ended(LIMIT_S)
    assert ring.cli == CLI
    assert (ending.by, ending.how) == ("them", "bye")
    assert tone_heard(call.heard, 600, 0.3, 0.5)
    assert not tone_heard(call.heard, 1000, 0.3, 0.5)
    assert tone_heard(ring.heard, 1000, 0.3, 0.5)


@pytest.mark.parametrize("status", [480, 486, 603])
async def test_a_refusal_reaches_the_caller_as_it_was_said(status: int) -> None:
    """R-RONA-3: busy, declined and unavailable are told apart."""
    async with AgentPhone("7001", scripts=(Script.reject(status),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        ending = await call.ended(LIMIT_S)
        with pytest.raises(CallEnded, match=str(status)):
            await call.answered(LIMIT_S)
    assert (ending.by, ending.how, ending.status) == ("them", "refused", status)


async def test_a_caller_who_gives_up_stops_the_ringing() -> None:
    """R-WAIT-5: the ringing stops when the caller hangs up."""
    async with AgentPhone("7001") as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        await call.wait_ringing(LIMIT_S)
        ring = await agent.rung(LIMIT_S)
        assert agent.ringing is ring
        await call.hang_up()
        ending = await ring.ended(LIMIT_S)
        assert agent.ringing is None
    assert (ending.by, ending.how) == ("them", "cancel")
    assert call.ending is not None
    assert (call.ending.by, call.ending.how, call.ending.status) == ("us", "cancel", 487)


async def test_scripts_are_followed_one_call_after_the_other() -> None:
    """A story can say beforehand how an agent behaves at each offer; the last goes on."""
    scripts = (Script.reject(486), Script.answer(hang_up_after_s=0.01))
    async with AgentPhone("7001", scripts=scripts) as agent, Caller() as caller:
        endings = [await (await caller.call(address_of(agent), cli=CLI)).ended(LIMIT_S) for _ in range(3)]
    assert [(ending.how, ending.status) for ending in endings] == [("refused", 486), ("bye", 0), ("bye", 0)]


async def test_a_phone_that_never_answers_waits_for_a_hand() -> None:
    """R-RONA-2 needs a phone that only rings; a person can still pick it up."""
    async with AgentPhone("7001", scripts=(Script.ring(),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        await call.wait_ringing(LIMIT_S)
        with pytest.raises(TimeoutError, match=r"answer: not within 0\.05 s"):
            await call.answered(0.05)
        agent.answer()
        await call.answered(LIMIT_S)
        with pytest.raises(LookupError, match="7001"):
            agent.reject()


async def test_a_phone_that_is_not_there_says_nothing_at_all() -> None:
    """R-RONA-3: unreachable is no 18x; such a call does not count as ringing."""
    async with AgentPhone("7001", scripts=(Script.ignore(),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        await agent.rung(LIMIT_S)
        with pytest.raises(TimeoutError, match="180 or 183"):
            await call.wait_ringing(0.1)
        assert agent.ringing is None
        caller.vanish()


@pytest.mark.parametrize("way", [DigitWay.RFC4733, DigitWay.INFO])
async def test_digits_are_marked_with_the_moment_their_end_went_out(way: DigitWay) -> None:
    """R-DTMF-4: twelve digits, no faster than a PBX can read them."""
    async with AgentPhone("7001", scripts=(Script.answer(),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        await call.answered(LIMIT_S)
        await call.key("120#", tone_ms=40, gap_ms=40, way=way)
        ring = await agent.rung(LIMIT_S)
        if way is DigitWay.RFC4733:
            await ring.until(lambda: ring.digits_heard == "120#", LIMIT_S, "four digits")
    keyed = call.marks.all("key")
    assert [mark.detail for mark in keyed] == ["1", "2", "0", "#"]
    assert keyed[-1].at - keyed[0].at > 3 * 0.06


async def test_a_trunk_without_events_gets_tones() -> None:
    """R-DTMF-4: in-band tones where there is nothing else; the digit 1 is 697 and 1209 Hz."""
    async with AgentPhone("7001", scripts=(Script.answer(),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI, offer_events=False)
        await call.answered(LIMIT_S)
        ring = await agent.rung(LIMIT_S)
        await call.key("1", tone_ms=200)
        ends_s = ring.heard.at(call.marks.all("key")[-1].at)
    assert ring.digits_heard == ""
    for frequency_hz in (697, 1209):
        assert 0.4 < tone_share(ring.heard, frequency_hz, ends_s - 0.16, ends_s - 0.04) < 0.6


async def test_hold_and_resume_are_seen_and_heard() -> None:
    """R-STATE-1: On hold; nothing is sent to a side that does not listen."""
    async with AgentPhone("7001", scripts=(Script.answer(),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        await call.answered(LIMIT_S)
        ring = await agent.rung(LIMIT_S)
        call.say_tone(800)
        await ring.until(lambda: ring.heard.seconds > 0.2, LIMIT_S, "the caller")
        await ring.hold()
        assert call.is_held
        held_at = ring.heard.packets
        agent_at_s = call.heard.seconds
        await call.until(lambda: call.heard.seconds > agent_at_s + 0.2, LIMIT_S, "0.2 s of hold")
        assert ring.heard.packets == held_at
        await ring.resume()
        assert not call.is_held
        await ring.until(lambda: ring.heard.packets > held_at + 10, LIMIT_S, "the caller again")
    assert tone_heard(ring.heard, 800, ring.heard.seconds - 0.1, ring.heard.seconds)


async def test_fifty_calls_at_once_over_one_socket_are_fifty_calls() -> None:
    """Load: calls are told apart by their Call-ID, with neither audio nor recording to pay for."""
    lean = MediaOptions(record=False, send_audio=False)
    scripts = (Script.answer(hang_up_after_s=0.05),)
    async with AgentPhone("7001", scripts=scripts, media=lean) as agent, Caller(media=lean) as caller:
        calls = [await caller.call(address_of(agent), cli=f"0770090{number:04d}") for number in range(50)]
        endings = [await call.ended(LIMIT_S) for call in calls]
        assert caller.calls == {}
    assert {ending.how for ending in endings} == {"bye"}
    assert sorted(ring.cli for ring in agent.rings) == [f"0770090{number:04d}" for number in range(50)]


async def test_a_withheld_number_is_withheld() -> None:
    """R-OUT and the desk show no number that the caller kept back."""
    async with AgentPhone("7001", scripts=(Script.reject(486),)) as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=None)
        await call.ended(LIMIT_S)
        ring = await agent.rung(LIMIT_S)
    assert ring.cli == "anonymous"
    assert ring.headers.get("privacy") == "id"


async def test_an_invite_that_comes_twice_rings_once() -> None:
    """UDP repeats: one call, one ring, the same answer again."""
    async with AgentPhone("7001") as agent, Caller() as caller:
        call = await caller.call(address_of(agent), cli=CLI)
        await call.wait_ringing(LIMIT_S)
        first = len(call.provisionals)
        caller.endpoint.say(call._transaction.request, agent.address)
        await call.until(lambda: len(call.provisionals) > first, LIMIT_S, "the 180 again")
        await call.hang_up()
    assert len(agent.rings) == 1


async def test_nothing_leaves_loopback() -> None:
    """The test line can never reach a real telephone."""
    async with Caller() as caller:
        with pytest.raises(NotLoopback, match="192"):
            await caller.call("sip:03069990100@192.0.2.1", cli=CLI)
        assert caller.calls == {}


async def test_a_keep_alive_asks_and_is_answered() -> None:
    """R-STATE-8: the PBX knows a phone that is there by its answer to OPTIONS."""
    async with AgentPhone("7001") as agent, Caller() as caller:
        asked = caller._new_dialog(address_of(agent), parse_uri(address_of(agent)), CLI, agent.address).request(
            "OPTIONS"
        )
        response = await caller.endpoint.answer_to(asked, agent.address)
    assert response.status == 200
    assert "INVITE" in response.headers.need("allow")
