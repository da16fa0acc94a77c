"""A call back instead of waiting, on the real PBX: offered, taken, made over a carrier (R-WAIT-3, R-CB-14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.softphone.agent_phone import Script
from ivr.softphone.call import Call as SipCall
from ivr.softphone.incoming import IncomingCall
from tests.e2e.call_backs.called import LIMIT_S, CallBackLab, call_back_lab, formal, outcome, takes, waits
from tests.e2e.heard import heard, tone_heard
from tests.e2e.story import Agent, Story
from tests.e2e.takeover.away import service_away
from tests.e2e.trunks.carriers import rung

AGENT_HZ, CALLER_HZ = 600, 900
AGENT = "7006"
"""Of Applications."""
PREMIUM = "09011111111"
SHOWN = "+443069990100"


def _written(number: str) -> str:
    return "+44" + number[1:]


async def _talk(story: Story, agent: SipCall, caller: SipCall) -> None:
    def last(phone: SipCall) -> tuple[float, float]:
        return phone.heard.seconds - 1, phone.heard.seconds

    agent.say_tone(AGENT_HZ)
    caller.say_tone(CALLER_HZ)
    await story.until(lambda: tone_heard(caller.heard, AGENT_HZ, *last(caller)), "the caller hears", LIMIT_S)
    await story.until(lambda: tone_heard(agent.heard, CALLER_HZ, *last(agent)), "the agent hears", LIMIT_S)


async def _picks_up(agent: Agent) -> IncomingCall:
    ring = await agent.rung(LIMIT_S)
    ring.answer()
    return ring


async def test_who_takes_a_call_back_is_rung_once_an_agent_has_answered(back_story: Story, lab: CallBackLab) -> None:
    """R-WAIT-3, R-CB-14: the agent sees and hears what it is, the caller hears who calls, and they talk."""
    async with lab.carrier() as carrier:
        call = await waits(back_story)
        await takes(back_story, call)
        agent = await back_story.agent(AGENT)
        ring = await agent.rung(LIMIT_S)
        assert ring.cli == call.cli
        pop = await agent.call()
        assert pop is not None
        assert (pop["call_back"]["number"], pop["call_back"]["rung_at"]) == (call.cli, None)
        assert carrier.rings == []
        ring.answer()
        caller = await rung(carrier)
        assert caller.invite.uri.partition("@")[0] == f"sip:{_written(call.cli)}"
        assert caller.cli == SHOWN
        assert heard(ring.heard, back_story.line.prompt("whisper-call-back"))
        assert agent.state == "on_call"
        caller.answer()
        greeting = back_story.line.prompt("callback-greeting")
        await back_story.until(lambda: heard(caller.heard, greeting), "the caller hears who calls", LIMIT_S, 0.3)
        await _talk(back_story, ring, caller)
        assert call.row().answered_at is not None
        await caller.hang_up()
        await agent.is_in("after_call_work")
    assert (call.row().state, call.row().end, formal(back_story, call)) == ("ended", "called_back", [])
    assert '"answered"' in outcome(back_story, call)


async def test_places_are_one_order(back_story: Story, lab: CallBackLab) -> None:
    """R-WAIT-3: nobody waiting live is overtaken; the call back comes before who came after it."""
    async with lab.carrier(Script.answer(0.1, hang_up_after_s=1)) as carrier:
        first = await waits(back_story)
        backed = await waits(back_story)
        last = await waits(back_story)
        await takes(back_story, backed)
        agent = await back_story.agent(AGENT)
        ring = await _picks_up(agent)
        assert ring.cli == first.cli
        await first.hang_up()
        await agent.is_in("after_call_work")
        await agent.available()
        ring = await _picks_up(agent)
        assert ring.cli == backed.cli
        await rung(carrier)
        await agent.is_in("after_call_work")
        await agent.available()
        ring = await _picks_up(agent)
        assert ring.cli == last.cli
        await last.hang_up()


async def test_another_number_is_keyed_and_a_premium_one_refused(back_story: Story, lab: CallBackLab) -> None:
    """R-WAIT-3, R-OUT-4: refused in words, then one that may be rung, read back."""
    other = "07700900699"
    async with lab.carrier() as carrier:
        call = await waits(back_story)
        await call.hears("callback-offer", limit_s=LIMIT_S)
        await call.key("1")
        await call.hears("callback-confirm-number", limit_s=LIMIT_S)
        await call.key("2")
        await call.hears("callback-ask-number")
        await call.key(PREMIUM + "#")
        await call.hears("callback-number-invalid-again", limit_s=LIMIT_S)
        await call.key(other + "#")
        said = ["callback-confirm-number"] * 2
        await back_story.until(lambda: call.script(*said) == said, "it is read back", LIMIT_S, 0.3)
        await call.key("1")
        await call.sip.ended(LIMIT_S)
        assert call.row().call_back_number == other
        agent = await back_story.agent(AGENT)
        await _picks_up(agent)
        caller = await rung(carrier)
        assert caller.invite.uri.partition("@")[0] == f"sip:{_written(other)}"
        caller.reject(486)
        await agent.is_in("after_call_work")
    log = (lab.line.folder / "service.log").read_text()
    assert other not in log
    assert PREMIUM not in log


async def test_who_rings_again_has_their_place(back_story: Story, lab: CallBackLab) -> None:
    """R-WAIT-3: told so; served before who came in between; nobody is rung."""
    async with lab.carrier() as carrier:
        call = await waits(back_story)
        await takes(back_story, call)
        old = call.row()
        between = await waits(back_story)
        again = await waits(back_story, call.cli)
        await again.hears("callback-withdrawn")
        assert again.row().first_waiting_at == old.first_waiting_at
        ended = back_story.line.rows("SELECT state, end FROM call WHERE call_id = :call_id", call_id=old.call_id)
        assert [tuple(row) for row in ended] == [("ended", "called_back")]
        agent = await back_story.agent(AGENT)
        ring = await _picks_up(agent)
        assert ring.cli == call.cli
        await again.is_in("talking")
        await again.hang_up()
        await between.hang_up()
        assert carrier.rings == []


@pytest.mark.parametrize(
    ("script", "ended"),
    [(Script.ring(), "no_answer"), (Script.reject(486), "busy"), (Script.reject(603), "rejected")],
)
async def test_who_is_not_reached_gets_a_formal_call_back(
    back_story: Story, lab: CallBackLab, script: Script, ended: str
) -> None:
    """R-CB-14: rung once; the agent hears it and finishes; it belongs to the queue."""
    async with lab.carrier(script) as carrier:
        call = await waits(back_story)
        await takes(back_story, call)
        agent = await back_story.agent(AGENT)
        ring = await _picks_up(agent)
        caller = await rung(carrier) if script == Script.ring() else None
        await agent.is_in("after_call_work")
        await ring.ended(LIMIT_S)
        if caller is not None:
            await caller.ended(LIMIT_S)
        assert f'"{ended}"' in outcome(back_story, call)
        assert formal(back_story, call) == [(call.cli, "segment:Applications")]
        assert len(carrier.rings) == 1
        pop = await agent.call()
        assert pop is not None
        assert pop["call_back"]["outcome"] == ended
    assert (call.row().state, call.row().end) == ("ended", "called_back")


async def test_a_call_back_outlives_a_restart(back_story: Story, lab: CallBackLab) -> None:
    """Restart: with its caller gone and its place kept, it is taken up by the next process."""
    async with lab.carrier() as carrier:
        call = await waits(back_story)
        await takes(back_story, call)
        async with service_away(lab.line):
            pass
        agent = await back_story.agent(AGENT)
        ring = await _picks_up(agent)
        caller = await rung(carrier)
        caller.answer()
        await _talk(back_story, ring, caller)
        await caller.hang_up()
        await agent.is_in("after_call_work")


async def test_a_restart_while_the_caller_is_rung_rings_nobody_twice(back_story: Story, lab: CallBackLab) -> None:
    """R-CB-14, restart: the phone rings on, and its answer leads to the agent."""
    async with lab.carrier() as carrier:
        call = await waits(back_story)
        await takes(back_story, call)
        agent = await back_story.agent(AGENT)
        ring = await _picks_up(agent)
        caller = await rung(carrier)
        async with service_away(lab.line):
            caller.answer()
        await _talk(back_story, ring, caller)
        assert len(carrier.rings) == 1
        await ring.hang_up()
        await caller.ended(LIMIT_S)
    await call.is_in("ended")
    assert formal(back_story, call) == []


async def test_who_was_rung_while_nobody_looked_gets_a_formal_call_back(back_story: Story, lab: CallBackLab) -> None:
    """R-CB-14, restart: rung before, and no leg any more: not a second time."""
    async with lab.carrier() as carrier:
        call = await waits(back_story)
        await takes(back_story, call)
        agent = await back_story.agent(AGENT)
        await _picks_up(agent)
        caller = await rung(carrier)
        async with service_away(lab.line):
            caller.reject(486)
        await call.is_in("ended")
        await agent.is_in("after_call_work")
        assert formal(back_story, call) == [(call.cli, "segment:Applications")]
        assert len(carrier.rings) == 1


def _closing() -> tuple[str, datetime]:
    """Hours that close at a full minute, a minute from now at least, and when that is."""
    at = (datetime.now(ZoneInfo("Europe/London")) + timedelta(seconds=119)).replace(second=0, microsecond=0)
    always = 'nation = "england-and-wales"\nopen = ["mon-sun 00:00-24:00"]\npublic_holidays = false\n'
    closing = always.replace("24:00", f"{at:%H:%M}")
    tables = {"always": always, "clients": closing, "clients-ni": always, "employers": always}
    return "\n".join(f"[{name}]\n{table}" for name, table in tables.items()), at


@pytest.fixture
def closing(tmp_path: Path) -> Iterator[tuple[CallBackLab, datetime]]:
    """A helpline whose clients' lines close in a moment, and when."""
    hours, at = _closing()
    with call_back_lab(tmp_path, hours) as lab:
        yield lab, at


@pytest.mark.slow
async def test_what_is_left_at_closing_time_becomes_a_formal_call_back(closing: tuple[CallBackLab, datetime]) -> None:
    """R-WAIT-3: the line closes, and nobody was rung."""
    lab, at = closing
    async with lab.carrier() as carrier, Story(lab.line) as story:
        call = await waits(story)
        await takes(story, call)
        left_s = (at - datetime.now(at.tzinfo)).total_seconds()
        assert left_s > 0, "the line closed before the story was told"
        await call.is_in("ended", left_s + LIMIT_S)
        assert datetime.now(at.tzinfo) > at
        assert (call.row().end, formal(story, call)) == ("called_back", [(call.cli, "segment:Applications")])
        assert carrier.rings == []


async def test_who_stays_on_the_line_goes_on_waiting(back_story: Story) -> None:
    """R-WAIT-3: asked again later; an agent who answers meanwhile has the caller."""
    call = await waits(back_story)
    await call.hears("callback-offer", limit_s=LIMIT_S)
    agent = await back_story.agent(AGENT)
    await _picks_up(agent)
    await call.is_in("talking")
    assert (call.row().end, call.row().call_back_number) == (None, None)
    await call.hang_up()
