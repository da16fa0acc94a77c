"""R-STATE-10: from any phone, without a screen; by real phones that are registered, and by others that are not."""

from __future__ import annotations

import signal

from ivr.domain.agents import AUX_CODES
from ivr.softphone.caller import Caller
from tests.e2e.feature_codes.desk_phones import (
    PIN,
    WRONG,
    Watch,
    causes,
    desk_phone,
    desk_refuses,
    dial,
    done,
    live,
    logs_in,
    refused,
)
from tests.e2e.story import LIMIT_S, Story
from tests.e2e.takeover.away import service_away

AWAY = "agent-no-service"
NEW_APPLICATION = "2"
SAID_SOON_S = 3.0
HUNG_S = 8.0
"""The dialplan waits 4 s for a service that accepts and says nothing."""


async def test_a_day_at_somebody_elses_phone(story: Story) -> None:
    """R-STATE-10, R-STATE-9: each code is done, confirmed and recorded; the phone that called is the one that rings."""
    phone = await desk_phone(story, "7012")
    await logs_in(story, phone, "7006", "agent-logged-in")
    assert live(story, "7006") == ("not_ready", None, "PJSIP/7012", None)
    assert await desk_refuses(story, "7012") == (409, "agent.phone_taken")
    await done(story, phone, "*3", "agent-available")
    caller = await (await story.call()).answered()
    await caller.key(NEW_APPLICATION)
    ring = await phone.rung(LIMIT_S)
    phone.answer()
    await done(story, phone, "*404", "agent-after-this-call")
    await done(story, phone, "*0", "agent-on-call", "agent-change-waits")
    await ring.hang_up()
    await caller.sip.ended(LIMIT_S)
    await done(story, phone, "*404", "agent-not-ready", "reason-customer-related-clerical-work")
    assert live(story, "7006") == ("not_ready", AUX_CODES[3], "PJSIP/7012", None)
    await done(story, phone, "*2", "agent-logged-out")
    assert causes(story, "7006") == [
        ("not_ready", "agent 7006 by phone: logged in"),
        ("available", "agent 7006 by phone"),
        ("reserved", "offered"),
        ("on_call", "agent 7006: answered"),
        ("after_call_work", "call ended"),
        ("not_ready", "agent 7006 by phone"),
        ("logged_out", "agent 7006 by phone"),
    ]


async def test_the_reason_is_asked_for_when_it_was_not_dialled(story: Story) -> None:
    """R-STATE-10: `*4` alone asks for two digits, once more after wrong ones; who hears it out is hung up on."""
    phone = await desk_phone(story, "7005")
    await logs_in(story, phone, "", "agent-logged-in")
    assert live(story, "7005")[2] == "PJSIP/7005", "without a staff number it is the phone's own"
    call = await (await dial(story, phone, "*4")).answered()
    await call.hears("agent-ask-code")
    await call.key("77")
    await call.hears("agent-code-wrong")
    await call.key("06")
    ending = await call.sip.ended(LIMIT_S)
    assert call.script("agent-not-ready", "reason-lunch", AWAY) == ["agent-not-ready", "reason-lunch"]
    assert ending.by == "them"
    assert live(story, "7005")[:2] == ("not_ready", "Lunch")
    await done(story, phone, "*2", "agent-logged-out")


async def test_nobody_is_on_two_phones_nor_two_on_one(story: Story) -> None:
    """R-STATE-10, R-RONA-1: who is logged in elsewhere stays there; a phone that somebody has is not for another."""
    owner = await story.agent("7003", available=False)
    other = await desk_phone(story, "7011")
    await logs_in(story, other, "7003", "agent-elsewhere")
    await logs_in(story, owner.phone, "7011", "agent-phone-taken")
    assert (live(story, "7003")[2], live(story, "7011")[0]) == ("PJSIP/7003", "logged_out")


async def test_the_fourth_wrong_pin_is_the_last(story: Story) -> None:
    """R-STATE-10: after four wrong PINs the number is refused on any phone, that phone for any number; no log has one.

    A PIN may be keyed while it is asked for again.
    """
    phone = await desk_phone(story, "7010")
    for _ in range(2):
        call = await (await dial(story, phone, "*17009")).answered()
        await call.key(WRONG)
        await call.hears("agent-pin-again")
        await call.key(WRONG)
        await call.hears("agent-pin-wrong")
        await call.hang_up()
    await done(story, phone, "*17001", "agent-too-many")
    await done(story, await desk_phone(story, "7001"), "*17009", "agent-too-many")
    assert live(story, "7009")[0] == "logged_out"
    logs = [story.line.folder / "service.log", *story.line.settings.pbx.folder.glob("log/*")]
    text = "".join(path.read_text(errors="replace") for path in logs if path.is_file())
    assert text.count("not_let_in") >= 4
    assert not [pin for pin in (PIN, WRONG) if pin in text]


async def test_no_other_phone_gets_at_them(story: Story) -> None:
    """R-STATE-10: not an account that is not registered, nor a stranger, nor one who gives an agent's number; they hear
    nothing, get 404, and nothing has changed. The agent's own phone may leave its password out.
    """
    phone = await desk_phone(story, "7002")
    assert await refused(story, phone, "*9") == 404
    assert await refused(story, await desk_phone(story, "7004", registered=False), "*17004") == 404
    async with Caller() as stranger:
        for cli in ("07700900123", "7002", "7004"):
            call = await stranger.call(story.line.uri("*0"), cli=cli)
            ending = await call.ended(LIMIT_S)
            assert (ending.status, call.is_answered) == (404, False)
    await done(story, phone, "*0", "agent-nobody-here", introduced=False)


async def test_a_service_that_is_away_is_told_at_once(story: Story) -> None:
    """R-STATE-10: killed, hung before it speaks, or killed while it waits for a PIN: an apology, never silence."""
    phone = await desk_phone(story, "7007")
    call = await (await dial(story, phone, "*17007")).answered()
    await call.hears("agent-ask-pin")
    async with service_away(story.line):
        await call.hears(AWAY)
        await call.hang_up()
        watch = Watch()
        call = await (await dial(story, phone, "*3")).answered()
        await call.hears(AWAY)
        assert watch.seconds < SAID_SOON_S
        await call.hang_up()
    story.line.signal_service(signal.SIGSTOP)
    try:
        watch = Watch()
        call = await (await dial(story, phone, "*0")).answered()
        await call.hears(AWAY)
        assert watch.seconds < HUNG_S
    finally:
        story.line.signal_service(signal.SIGCONT)
    await call.hang_up()
    await done(story, phone, "*0", "agent-nobody-here")
