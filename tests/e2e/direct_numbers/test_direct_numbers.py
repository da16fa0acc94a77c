"""A team leader's direct number on a real PBX, with real phones (R-LINE-4)."""

from __future__ import annotations

import time

from ivr.softphone.agent_phone import Script
from tests.e2e.direct_numbers.people import (
    DEPUTY,
    LEADER,
    NUMBER,
    RING_S,
    are,
    direct_call,
    idle_since,
    live,
    phone,
    rang,
)
from tests.e2e.ivr_call.test_ivr_call import in_order, ivr_call
from tests.e2e.phones import hear_each_other
from tests.e2e.story import Agent, Call, Story
from tests.e2e.takeover.away import service_away

JANE = "120000000019"


async def _queue_talk(story: Story) -> tuple[Agent, Call]:
    """The leader talks with a client whose case their team manages."""
    leader = await story.agent(LEADER)
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await leader.rung()
    leader.phone.answer()
    await call.is_in("talking")
    return leader, call


async def test_the_leader_answers_while_logged_out(story: Story) -> None:
    """The caller hears ringing and is answered when a person answers; then the leader is Logged out again."""
    leader = await phone(story, LEADER)
    call = await direct_call(story)
    ringing = await leader.rung(5)
    assert not call.sip.is_answered
    assert ringing.cli == call.cli
    leader.answer()
    await call.answered()
    await hear_each_other(call.sip, ringing)
    assert (call.row().state, call.row().kind, live(story, LEADER)) == ("talking", "direct", ("on_call", None))
    await ringing.hang_up()
    await call.sip.ended(5)
    await are(story, LEADER, "logged_out")
    assert call.row().end == "answered"
    assert call.journey() == ["arrived", "rings", "answered", "bridged", "ended"]


async def test_reserved_while_it_rings_then_available_again_and_the_deputy_back_to_the_code(story: Story) -> None:
    """Unanswered: Available with the idle time, no RONA; the deputy, Not Ready, answers and is Not Ready again."""
    leader = await story.agent(LEADER)
    deputy = await story.agent(DEPUTY, available=False)
    await deputy.ask("not_ready", "Coaching")
    before = idle_since(story, leader)
    call = await direct_call(story)
    first = await leader.rung()
    assert leader.state == "reserved"
    assert ((await leader.call()) or {})["kind"] == "direct"
    await first.ended(RING_S + 2)
    await leader.is_in("available")
    assert idle_since(story, leader) == before
    second = await deputy.rung()
    assert live(story, DEPUTY) == ("not_ready", "Coaching")
    assert ((await deputy.call()) or {})["call_id"] == call.row().call_id
    deputy.phone.answer()
    await call.answered()
    await hear_each_other(call.sip, second)
    await deputy.is_in("on_call")
    assert ((await deputy.call()) or {})["state"] == "talking"
    await call.hang_up()
    await are(story, DEPUTY, "not_ready", "Coaching")
    assert rang(story, call) == [(LEADER, "no_answer"), (DEPUTY, "answered")]
    assert leader.code is None


async def test_both_ring_together_in_the_third_stage_and_one_answers(story: Story) -> None:
    """Nobody answers alone; the deputy does when both ring, and the leader's phone stops."""
    leader, deputy = await phone(story, LEADER), await phone(story, DEPUTY)
    call = await direct_call(story)
    for one in (leader, deputy):
        await (await one.rung(RING_S + 4)).ended(RING_S + 2)
    leaders, deputys = await leader.rung(5), await deputy.rung(5)
    deputy.answer()
    await call.answered()
    await leaders.ended(5)
    await hear_each_other(call.sip, deputys)
    assert rang(story, call)[:2] == [(LEADER, "no_answer"), (DEPUTY, "no_answer")]
    assert sorted(rang(story, call)[2:]) == [(LEADER, "withdrawn"), (DEPUTY, "answered")]
    await call.hang_up()
    await deputys.ended(5)
    await are(story, DEPUTY, "logged_out")


async def test_a_busy_leader_and_the_deputy_at_once(story: Story) -> None:
    """486: the deputy's phone rings without the wait of a ringing."""
    await phone(story, LEADER, Script.reject(486))
    deputy = await phone(story, DEPUTY)
    began = time.monotonic()
    call = await direct_call(story)
    await deputy.rung(5)
    assert time.monotonic() - began < RING_S
    assert rang(story, call) == [(LEADER, "busy"), (DEPUTY, "ringing")]
    await call.hang_up()


async def test_the_caller_hangs_up_while_it_rings(story: Story) -> None:
    """Everything stops, the leader is Available with their idle time, and it counts as abandoned before any queue."""
    leader = await story.agent(LEADER)
    before = idle_since(story, leader)
    call = await direct_call(story)
    ringing = await leader.rung()
    await call.hang_up()
    await ringing.ended(5)
    await leader.is_in("available")
    assert idle_since(story, leader) == before
    await call.is_in("ended")
    assert (call.row().end, rang(story, call)) == ("abandoned_menu", [(LEADER, "caller_gone")])


async def test_nobody_has_a_phone_until_the_deputy_switches_one_on(story: Story) -> None:
    """The leader's place is empty, so is the deputy's; the caller hears ringing until a phone comes and is answered."""
    call = await direct_call(story)
    await story.until(lambda: len(rang(story, call)) > 4, "both are looked at again")
    assert call.journey() == ["arrived", "rings", "rang", "rings", "rang"]
    deputy = await phone(story, DEPUTY, Script.answer(0.2))
    await call.answered()
    await hear_each_other(call.sip, await deputy.rung(5))
    await call.hang_up()
    await are(story, DEPUTY, "logged_out")


async def test_a_second_call_beside_a_talk_and_the_direct_one_ends_first(story: Story) -> None:
    """The phone rings during the queue's call; On call with that one throughout, After Call Work only after it."""
    leader, queued = await _queue_talk(story)
    direct = await direct_call(story)
    second = await leader.rung()
    leader.phone.answer()
    await direct.answered()
    await hear_each_other(direct.sip, second)
    assert (queued.row().state, direct.row().state, leader.state) == ("talking", "talking", "on_call")
    assert ((await leader.call()) or {})["call_id"] == queued.row().call_id
    await second.hang_up()
    await direct.is_in("ended")
    assert leader.state == "on_call"
    await queued.hang_up()
    await leader.is_in("after_call_work")


async def test_a_second_call_beside_a_talk_that_ends_first(story: Story) -> None:
    """On call with the direct one then, and all of the After Call Work after it."""
    leader, queued = await _queue_talk(story)
    direct = await direct_call(story)
    await leader.rung()
    leader.phone.answer()
    await direct.answered()
    await queued.hang_up()
    await queued.is_in("ended")
    assert leader.state == "on_call"
    assert ((await leader.call()) or {})["call_id"] == direct.row().call_id
    await direct.hang_up()
    await leader.is_in("after_call_work")
    await leader.is_in("available")


async def test_answered_while_a_queues_call_rings_too(story: Story) -> None:
    """Both ring one phone; the direct one is answered, and the client's call waits again: no RONA, then Available."""
    leader = await story.agent(LEADER)
    queued = await (await story.call()).answered()
    await queued.key("1" + JANE)
    offered = await leader.rung()
    direct = await direct_call(story)
    second = await leader.rung()
    second.answer()
    await direct.answered()
    await hear_each_other(direct.sip, second)
    await offered.ended(5)
    assert queued.offers()[0][2] == "withdrawn"
    assert (queued.row().state, leader.state) == ("waiting", "on_call")
    await direct.hang_up()
    await leader.is_in("reserved")
    assert queued.row().state == "ringing"
    await queued.hang_up()
    await leader.is_in("available")


async def test_ivr_call_tells_it(story: Story) -> None:
    """`ivr call` to a direct number: nobody else is rung, and nobody has After Call Work."""
    code, said = await ivr_call(story, NUMBER, "--answer", f"{LEADER}", "--talk", "0.5")
    assert code == 0, said
    for step in (f"rings {LEADER}", f"{LEADER} is Reserved", f"{LEADER} answers", f"{LEADER} is On call"):
        assert in_order(said, step), said  # what the service tells and what a phone sees may come in either order
    assert in_order(said, f"{LEADER} is On call", f"{LEADER} is Available"), said
    assert "After Call Work" not in said, said


async def test_the_service_comes_back_while_it_rings(story: Story) -> None:
    """The ringing is begun anew; who answers has the caller."""
    leader = await story.agent(LEADER)
    call = await direct_call(story)
    first = await leader.rung()
    async with service_away(story.line):
        pass
    await first.ended(5)
    second = await leader.rung()
    assert leader.state == "reserved"
    leader.phone.answer()
    await call.answered()
    await hear_each_other(call.sip, second)
    await call.hang_up()
    await leader.is_in("available")


async def test_an_answer_while_the_service_is_away_and_a_talk_that_goes_on(story: Story) -> None:
    """Connected as soon as somebody can; the next time the talk goes on; the state before follows it."""
    leader = await phone(story, LEADER)
    call = await direct_call(story)
    ringing = await leader.rung(5)
    async with service_away(story.line):
        leader.answer()
    await call.answered()
    await hear_each_other(call.sip, ringing)
    await are(story, LEADER, "on_call")
    async with service_away(story.line):
        await hear_each_other(call.sip, ringing)
    await hear_each_other(call.sip, ringing)
    assert live(story, LEADER) == ("on_call", None)
    await ringing.hang_up()
    await call.sip.ended(5)
    await are(story, LEADER, "logged_out")
    assert call.row().end == "answered"
