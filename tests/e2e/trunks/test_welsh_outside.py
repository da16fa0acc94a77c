"""The Welsh Language Unit as a number outside: reached, not reached, and the service away meanwhile (R-MENU-5)."""

from __future__ import annotations

import asyncio

import pytest

from ivr.softphone.agent_phone import Script
from ivr.softphone.call import Call as SipCall
from ivr.softphone.carrier import Carrier
from ivr.softphone.incoming import IncomingCall
from tests.e2e.heard import audible_share, tone_heard
from tests.e2e.story import GENERAL, Call, Story
from tests.e2e.takeover.away import service_away
from tests.e2e.trunks.carriers import UNIT, TrunkLab, rung

CALLER_HZ, UNIT_HZ = 600, 900
LIMIT_S = 10.0
WLU = "7012"
UNIT_WRITTEN, LINE_WRITTEN = "+44" + UNIT[1:], "+44" + GENERAL[1:]


async def _in_welsh(story: Story, number: str = GENERAL) -> Call:
    call = await (await story.call(number)).answered()
    await call.key("4")
    return call


def _outcomes(story: Story, call: Call) -> list[str]:
    query = "SELECT data FROM call_event WHERE call_id = :call_id AND step = 'sent_outside' ORDER BY at"
    return [str(row.data) for row in story.line.rows(query, call_id=call.row().call_id)]


def _answered(carrier: Carrier) -> int:
    return sum(ring.is_answered for ring in carrier.rings)


async def _hear_each_other(story: Story, call: Call, outside: IncomingCall) -> None:
    def last(phone: SipCall) -> tuple[float, float]:
        return phone.heard.seconds - 1, phone.heard.seconds

    call.sip.say_tone(CALLER_HZ)
    outside.say_tone(UNIT_HZ)
    await story.until(lambda: tone_heard(call.sip.heard, UNIT_HZ, *last(call.sip)), "the caller hears", LIMIT_S)
    await story.until(lambda: tone_heard(outside.heard, CALLER_HZ, *last(outside)), "the unit hears", LIMIT_S)


async def test_the_unit_answers_and_they_talk(trunk_story: Story, lab: TrunkLab) -> None:
    """R-MENU-5, R-MI-3: rung with the line's number in the carrier's form, in music, and counted as sent outside."""
    async with lab.carrier() as carrier:
        call = await _in_welsh(trunk_story)
        await call.hears("connecting-welsh-unit", "cy")
        outside = await rung(carrier)
        assert (outside.invite.uri.partition("@")[0], outside.cli) == (f"sip:{UNIT_WRITTEN}", LINE_WRITTEN)
        outside.answer()
        await _hear_each_other(trunk_story, call, outside)
        assert (call.row().state, call.row().language) == ("outside", "cy")
        await call.sip.key("12#")
        await trunk_story.until(lambda: outside.digits_heard == "12#", "the unit gets the digits", LIMIT_S)
        await outside.hang_up()
        await call.sip.ended(LIMIT_S)
        await call.is_in("ended")
    assert call.row().end == "sent_outside"
    assert call.journey()[-2:] == ["sent_outside", "ended"]
    assert '"answered"' in _outcomes(trunk_story, call)[0]


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (Script.reject(486), "busy"),
        (Script.reject(603), "rejected"),
        (Script.reject(503), "unreachable"),
        (Script.ring(), "no_answer"),
        (Script.ignore(), "unreachable"),
    ],
)
async def test_a_unit_that_is_not_reached_leaves_the_call_to_its_own_queue(
    trunk_story: Story, lab: TrunkLab, script: Script, outcome: str
) -> None:
    """R-MENU-5: busy, rejected, an error of the carrier, no answer, no sign: the WLU's agent rings, told in Welsh."""
    unit = await trunk_story.agent(WLU, available=False)
    async with lab.carrier() as carrier:
        carrier.follow(script)
        call = await _in_welsh(trunk_story)
        await call.hears("apology-fault", "cy")
        await unit.available()
        await unit.rung(LIMIT_S)
        unit.phone.answer()
        await call.is_in("talking")
        assert f'"{outcome}"' in _outcomes(trunk_story, call)[0]
        assert call.offers() == [(WLU, "segment:Welsh", "answered")]
        await call.hang_up()
    await call.is_in("ended")
    assert call.row().end == "answered"


async def test_without_anybody_there_gich_helps(trunk_story: Story) -> None:
    """R-MENU-5: nothing listens where the carrier was, and the WLU is not staffed: GICH at once, told in Welsh."""
    gich = await trunk_story.agent("7008")
    call = await _in_welsh(trunk_story)
    await gich.rung(LIMIT_S)
    await call.hears("wlu-not-staffed", "cy")
    assert call.offers()[0][:2] == ("7008", "segment:GICH")
    await call.hang_up()


async def test_music_until_the_unit_answers(trunk_story: Story, lab: TrunkLab) -> None:
    """R-MENU-5: never silence, also on a line without a menu (R-LINE-6)."""
    async with lab.carrier() as carrier:
        carrier.follow(Script.answer(1.8, tone_hz=UNIT_HZ))
        call = await (await trunk_story.call("03069990101")).answered()
        await call.key("4")
        await call.hears("connecting-welsh-unit", "cy")
        start = call.sip.heard.seconds
        outside = await rung(carrier)
        await outside.answered(LIMIT_S)
        assert audible_share(call.sip.heard, start, call.sip.heard.seconds) > 0.6
        await trunk_story.until(
            lambda: tone_heard(call.sip.heard, UNIT_HZ, call.sip.heard.seconds - 0.5, call.sip.heard.seconds), "talk"
        )
        await call.hang_up()
        await outside.ended(LIMIT_S)


async def test_who_hangs_up_while_it_rings_leaves_no_ringing_behind(trunk_story: Story, lab: TrunkLab) -> None:
    """R-WAIT-5, as for agents: the leg outside is gone at once; the call counts as abandoned, not as sent outside."""
    async with lab.carrier() as carrier:
        call = await _in_welsh(trunk_story)
        outside = await rung(carrier)
        await call.hang_up()
        ending = await outside.ended(1)
    assert ending.how == "cancel"
    await call.is_in("ended")
    assert call.row().end == "abandoned_menu"


async def test_who_hangs_up_while_they_talk_was_sent_outside(trunk_story: Story, lab: TrunkLab) -> None:
    """R-MI-3: the unit's leg ends too, and the call counts as sent outside."""
    async with lab.carrier() as carrier:
        carrier.follow(Script.answer(0.1))
        call = await _in_welsh(trunk_story)
        outside = await rung(carrier)
        await _hear_each_other(trunk_story, call, outside)
        await call.hang_up()
        await outside.ended(LIMIT_S)
    await call.is_in("ended")
    assert call.row().end == "sent_outside"


async def test_a_talk_outside_goes_on_while_the_service_is_away(trunk_story: Story, lab: TrunkLab) -> None:
    """A restart ends no talk outside; the next process knows it, and its end."""
    async with lab.carrier() as carrier:
        carrier.follow(Script.answer(0.1))
        call = await _in_welsh(trunk_story)
        outside = await rung(carrier)
        await _hear_each_other(trunk_story, call, outside)
        async with service_away(trunk_story.line):
            await _hear_each_other(trunk_story, call, outside)
        await _hear_each_other(trunk_story, call, outside)
        assert (call.row().state, _answered(carrier)) == ("outside", 1)
        await outside.hang_up()
        await call.sip.ended(LIMIT_S)
        await call.is_in("ended")
    assert call.row().end == "sent_outside"
    assert len(_outcomes(trunk_story, call)) == 1


async def test_a_talk_that_ends_while_the_service_is_away_is_over(trunk_story: Story, lab: TrunkLab) -> None:
    """A restart: the unit hung up meanwhile: it is not rung again, and the caller is let go."""
    async with lab.carrier() as carrier:
        carrier.follow(Script.answer(0.1))
        call = await _in_welsh(trunk_story)
        outside = await rung(carrier)
        await _hear_each_other(trunk_story, call, outside)
        async with service_away(trunk_story.line):
            await outside.hang_up()
        await call.sip.ended(LIMIT_S)
        assert _answered(carrier) == 1
    await call.is_in("ended")
    assert call.row().end == "sent_outside"


async def test_a_unit_that_rang_when_the_service_went_rings_again(trunk_story: Story, lab: TrunkLab) -> None:
    """A restart: the ringing nobody follows ends, and the unit is rung anew; never a dead end."""
    async with lab.carrier() as carrier:
        call = await _in_welsh(trunk_story)
        first = await rung(carrier)
        async with service_away(trunk_story.line):
            pass
        await first.ended(LIMIT_S)
        second = await rung(carrier)
        second.answer()
        await _hear_each_other(trunk_story, call, second)
        await call.hang_up()
        await second.ended(LIMIT_S)


async def test_a_reload_of_the_carriers_keeps_their_calls(trunk_story: Story, lab: TrunkLab) -> None:
    """Design, configuration: `module reload res_pjsip.so` while a call is up over a trunk, both ways."""
    async with lab.carrier() as carrier:
        carrier.follow(Script.answer(0.1))
        uri = trunk_story.line.uri("+443069990100")
        sip = await carrier.call(uri, cli="+447700900124")
        call = Call(trunk_story, sip, "07700900124")
        trunk_story.calls.append(call)
        await call.answered()
        await call.key("4")
        outside = await rung(carrier)
        await _hear_each_other(trunk_story, call, outside)
        file = lab.line.settings.pbx.etc / "pjsip_trunks.conf"
        file.write_text(file.read_text().replace("dtmf_mode = info", "dtmf_mode = auto"))
        await asyncio.to_thread(lab.console, "module reload res_pjsip.so")
        assert "auto" in await asyncio.to_thread(lab.console, "pjsip show endpoint trunk-info")
        await _hear_each_other(trunk_story, call, outside)
        await call.sip.key("7")
        await trunk_story.until(lambda: outside.digits_heard == "7", "digits pass", LIMIT_S)
        again = await carrier.call(uri, cli="+447700900125")
        await again.answered(LIMIT_S)
        await again.hang_up()
        await call.hang_up()
