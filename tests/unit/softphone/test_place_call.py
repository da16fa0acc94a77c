"""`ivr call`, seen from the phones: against a phone that answers in the PBX's place."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from ivr.errors import RequestError
from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.place_call import CallPlan, place_call

REFERENCE = "120000000019"


async def test_the_journey_is_told_in_order_and_digits_are_masked() -> None:
    """R-DTMF-5 and the promise of `ivr call`: ringing, answered, a prompt heard, keyed, ended by whom."""
    async with AgentPhone("7001", scripts=(Script.answer(tone_hz=440),)) as pbx:
        plan = CallPlan("03069990100", f"{REFERENCE}", pbx=pbx.address, hang_up_after_s=0.05)
        events = [event async for event in place_call(plan)]
        ring = await pbx.rung(1)
    told = [event.what for event in events]
    assert told == ["calling", "ringing", "answered", "sound", "keyed", "ended"]
    assert ring.digits_heard == REFERENCE
    assert events[4].detail == "…019"
    assert not any(REFERENCE in str(event) for event in events)
    ending = events[-1].ending
    assert ending is not None
    assert (ending.by, ending.how) == ("us", "bye")
    assert [event.at_s for event in events] == sorted(event.at_s for event in events)


async def test_a_refused_call_ends_the_story_at_once() -> None:
    """R-LINE-3: a number that no line has."""
    async with AgentPhone("7001", scripts=(Script.reject(404),)) as pbx:
        events = [event async for event in place_call(CallPlan("03069990199", "1", pbx=pbx.address))]
    assert [event.what for event in events] == ["calling", "ended"]
    assert "refused with 404" in events[-1].detail


async def test_who_stops_listening_hangs_up() -> None:
    """Ctrl-C on the command line ends the call for the other side too."""
    async with AgentPhone("7001", scripts=(Script.answer(),)) as pbx:
        async with aclosing(place_call(CallPlan("03069990100", pbx=pbx.address))) as events:
            async for event in events:
                if event.what == "answered":
                    break
        ending = await (await pbx.rung(1)).ended(2)
    assert (ending.by, ending.how) == ("them", "bye")


async def test_wrong_keys_are_refused_before_any_call_is_placed() -> None:
    """Who mistypes does not ring anybody."""
    async with AgentPhone("7001") as pbx:
        with pytest.raises(RequestError, match="found 'q'"):
            _ = [event async for event in place_call(CallPlan("03069990100", "q", pbx=pbx.address))]
        assert pbx.rings == []
