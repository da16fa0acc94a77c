"""A call back instead of waiting: offered, agreed, and made when its place comes (R-WAIT-3, R-CB-14)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import pytest

from ivr.acd.offer import RingTimes
from ivr.acd.outside_leg import Outbound
from ivr.acd.ring_tone import BUSY, RING
from ivr.domain.agents import AgentState
from ivr.domain.dialling import MayNotRing
from ivr.domain.events import CallEnd, CallState
from ivr.domain.opening import Doors
from ivr.flows.called_back import LOOK_S
from ivr.flows.services import Rules, WaitRules
from ivr.mi.measures import sums_of
from ivr.pbx.trunks import Trunk
from tests.unit.acd.world import GENERALIST, GENERALIST_2
from tests.unit.fake_pbx import Phone
from tests.unit.mi.test_measures import told
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import now, run_virtual

NUMBER, OTHER, PREMIUM = "07700900123", "03069990777", "09011111111"
CARRIER = Trunk("one", ("127.0.0.2",), "127.0.0.2:5060")
RULES = Rules(
    waiting=WaitRules(call_back_after_s=30),
    outbound=Outbound(CARRIER, RingTimes(20, 5.0), {"cmg": "03069990100"}),
)
YES = "11"
"""A call back, at the number the caller rings from."""


def _phone(number: str) -> str:
    return CARRIER.dial(number)


def _line(phones: Mapping[str, Phone] | None = None, rules: Rules = RULES) -> SmallHelpline:
    line = SmallHelpline(rules)
    line.pbx.phones[_phone(NUMBER)] = Phone("answer", 2.0)
    line.pbx.phones |= phones or {}
    return line


async def _asks(line: SmallHelpline, keys: str = YES, channel_id: str = "c1") -> None:
    """A caller waits, is offered a call back, and keys ``keys``."""
    if channel_id not in line.pbx.channels:
        line.caller_arrives(channel_id)
    await line.until(lambda: "en/callback-offer" in line.heard(channel_id), 120)
    line.pbx.keys(channel_id, keys)


async def _taken(line: SmallHelpline, channel_id: str = "c1") -> None:
    """They were told so, and are gone."""
    await line.until(lambda: channel_id not in line.pbx.channels, 120)
    assert line.heard(channel_id)[-1] == "en/callback-accepted"
    row = line.call_back()
    assert (row.state, row.end) == (CallState.WAITING, CallEnd.CALLED_BACK)


def _told(story: Callable[[SmallHelpline], Awaitable[None]], line: Callable[[], SmallHelpline] = _line) -> None:
    async def told() -> None:
        helpline = line()
        await story(helpline)
        helpline.doors = Doors.CLOSED
        await asyncio.sleep(LOOK_S)
        await helpline.over()
        _adds_up(helpline)

    run_virtual(told())


def _adds_up(line: SmallHelpline) -> None:
    """R-MI-3: each call counts once, and who took a call back as called back, in the queue opened last."""
    sums = sums_of(told(line.store.rows).values())
    taken = sum(row.call_back_number is not None for row in line.calls())
    (general,) = sums.lines.values()
    assert (general.is_whole, general.called_back) == (True, taken)
    assert all(queue.is_whole for queue in sums.queues.values())
    assert sum(queue.called_back for queue in sums.queues.values()) == taken


def _far(line: SmallHelpline) -> str | None:
    return next((leg for leg in line.pbx.legs() if leg.startswith("leg-outside-")), None)


def _rung(line: SmallHelpline) -> int:
    """How often a number outside was dialled."""
    return sum("/dial" in asked.path and "leg-outside-" in asked.path for asked in line.pbx.asked)


def test_who_takes_a_call_back_is_rung_when_an_agent_has_answered() -> None:
    """R-WAIT-3, R-CB-14: press 1, the number confirmed; the agent first, then the caller, once, and they talk."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        assert line.call_back().call_back_number == NUMBER
        assert _rung(line) == 0
        line.agent(GENERALIST)
        await line.until(lambda: line.call_back().answered_at is not None)
        far = _far(line)
        assert far is not None
        agent = next(leg for leg in line.pbx.legs() if leg != far)
        await line.until(lambda: frozenset({agent, far}) in line.pbx.connected)
        assert line.heard(agent) == ["en/whisper-call-back", RING, "en/callback-greeting"]
        assert line.heard(far) == ["en/callback-greeting"]
        assert line.state(GENERALIST) is AgentState.ON_CALL
        line.pbx.hangs_up(far)
        await line.until(lambda: line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        row = line.call_back()
        assert (row.end, row.state, _rung(line)) == (CallEnd.CALLED_BACK, CallState.ENDED, 1)
        assert not line.store.rows.call_backs

    _told(story)


def test_the_places_of_callers_and_call_backs_are_one_order() -> None:
    """R-WAIT-3: nobody waiting live is overtaken, and a call back is overtaken by nobody."""

    async def story(line: SmallHelpline) -> None:
        line.caller_arrives("c2")
        await asyncio.sleep(1)
        line.caller_arrives("c1")
        await asyncio.sleep(1)
        line.caller_arrives("c3")
        await _asks(line)
        await _taken(line)
        line.agent(GENERALIST, Phone("answer", 1.0, talks_s=30))
        order = []
        for _ in range(3):
            await line.until(lambda: line.state(GENERALIST) is AgentState.ON_CALL)
            order.append(line.store.rows.calls[line.row(GENERALIST).call_id].cli)  # type: ignore[index]
            await line.until(lambda: line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
            line.ask(GENERALIST, AgentState.AVAILABLE)
        assert order == ["07700900124", NUMBER, "07700900125"]

    _told(story)


def test_a_number_can_be_keyed_instead() -> None:
    """R-WAIT-3: 2 for another number; it is read back."""

    async def story(line: SmallHelpline) -> None:
        line.pbx.phones[_phone(OTHER)] = Phone("answer", 2.0)
        await _asks(line, "12" + OTHER + "#1")
        await _taken(line)
        assert f"en/callback-confirm-number/{OTHER}" in line.heard()
        assert line.call_back().call_back_number == OTHER
        line.agent(GENERALIST)
        await line.until(lambda: line.call_back().answered_at is not None)

    _told(story)


def test_keys_interrupt_and_the_number_is_read_back() -> None:
    """R-DTMF: barge-in; the number is said digit by digit, and the journey does not know it."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line, "1")
        await line.until(lambda: f"en/callback-confirm-number/{NUMBER}" in line.heard())
        line.pbx.keys("c1", "1")
        await _taken(line)
        journey = [fact for fact in line.store.rows.journey if fact.call_id == line.call_back().call_id]
        assert not any(NUMBER in str(fact.data) for fact in journey)

    _told(story)


@pytest.mark.parametrize("keys", ["1" + "2" + PREMIUM + "#" + PREMIUM + "#", "12", "12#", "1"])
def test_without_a_number_that_may_be_rung_they_keep_their_place(keys: str) -> None:
    """R-WAIT-3, R-OUT-4: premium numbers, none, no answer: told that there is no call back, and on they wait."""

    async def story(line: SmallHelpline) -> None:
        line.caller_arrives("c1")
        await line.until_call(CallState.WAITING)
        since = line.call().first_waiting_at
        await _asks(line, keys[:1])
        for key in ("2", keys[2:]) if len(keys) > 1 else ():
            await asyncio.sleep(5)
            line.pbx.keys("c1", key)
        await line.until(lambda: "en/callback-not-arranged" in line.heard(), 300)
        await line.until(lambda: line.heard()[-1] == "music")
        assert (line.call().state, line.call().first_waiting_at) == (CallState.WAITING, since)
        assert line.call().call_back_number is None
        said = len(line.heard())
        await asyncio.sleep(120)
        assert "en/callback-offer" not in line.heard()[said:], "offered again in vain"

    _told(story)


def test_a_withheld_number_is_asked_for() -> None:
    """R-WAIT-3: there is none to read back."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line, "1", "withheld")
        await line.until(lambda: "en/callback-ask-number" in line.heard("withheld"))
        line.pbx.keys("withheld", OTHER + "#1")
        await _taken(line, "withheld")
        assert line.call_back().call_back_number == OTHER

    _told(story)


def test_who_stays_on_the_line_goes_on_waiting_in_music_and_is_asked_again() -> None:
    """R-WAIT-3: the offer is no more than one; a key pressed long before is no answer."""

    async def story(line: SmallHelpline) -> None:
        line.caller_arrives("c1")
        await line.until_call(CallState.WAITING)
        line.at(10, lambda: line.pbx.keys("c1", "1"))
        await line.until(lambda: line.heard().count("en/callback-offer") == 2, 120)
        assert line.call().call_back_number is None
        after = line.heard().index("en/callback-offer") + 1
        assert line.heard()[after] == "music"

    _told(story)


def test_a_record_that_may_not_be_rung_is_promised_nothing() -> None:
    """R-OUT-2: not even offered."""

    async def story(line: SmallHelpline) -> None:
        line.store.suppressed = MayNotRing("dialling.suppressed", "opted out")
        line.caller_arrives("c1")
        await asyncio.sleep(120)
        assert "en/callback-offer" not in line.heard()

    _told(story)


def test_none_is_offered_where_it_is_off() -> None:
    """R-WAIT-3: off by default."""

    async def story(line: SmallHelpline) -> None:
        line.caller_arrives("c1")
        await asyncio.sleep(300)
        assert "en/callback-offer" not in line.heard()

    _told(story, lambda: _line(rules=Rules(outbound=RULES.outbound)))


@pytest.mark.parametrize("keyed", ["", "1", "11"])
def test_an_agent_who_answers_meanwhile_has_the_caller(keyed: str) -> None:
    """R-WAIT-3: whatever the caller is keying, they are connected at once."""

    async def story(line: SmallHelpline) -> None:
        line.caller_arrives("c1")
        await line.until(lambda: "en/callback-offer" in line.heard(), 120)
        line.agent(GENERALIST, Phone("answer", 0.5))
        line.at(0.2, lambda: line.pbx.keys("c1", keyed))
        await line.until_call(CallState.TALKING)
        await line.until(lambda: any("c1" in inside for inside in line.pbx.connected))
        assert now() < 60
        assert line.call().end is None
        await asyncio.sleep(20)
        assert (line.call().state, line.call().call_back_number) == (CallState.TALKING, None)

    _told(story)


def test_a_ringing_that_ends_in_vain_lets_the_call_back_be_taken() -> None:
    """R-WAIT-3: agreed on while a phone rings: taken as soon as that has ended."""

    async def story(line: SmallHelpline) -> None:
        line.caller_arrives("c1")
        await line.until(lambda: "en/callback-offer" in line.heard(), 120)
        line.agent(GENERALIST, Phone("ring"))
        line.pbx.keys("c1", YES)
        await _taken(line)

    _told(story)


@pytest.mark.parametrize(
    ("phone", "outcome"),
    [(Phone("ring"), "no_answer"), (Phone("reject", 1.0), "rejected"), (Phone("silent"), "unreachable")],
)
def test_who_is_not_reached_gets_a_formal_call_back(phone: Phone, outcome: str) -> None:
    """R-CB-14: rung once; the agent hears it, After Call Work; the 24 hours count from when they asked."""

    async def story(line: SmallHelpline) -> None:
        line.pbx.phones[_phone(NUMBER)] = phone
        await _asks(line)
        await _taken(line)
        asked_at = line.call_back().call_back_asked_at
        await asyncio.sleep(50)
        line.agent(GENERALIST)
        await line.until(lambda: line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        (formal,) = line.store.rows.call_backs.values()
        (attempt,) = line.store.rows.outbound_attempts.values()
        assert (attempt.outcome, attempt.agent_id) == (outcome, GENERALIST)
        assert (formal.contact_number, formal.raised_at, formal.scope) == (NUMBER, asked_at, "segment:GICH")
        row = line.call_back()
        assert (row.state, row.end, _rung(line)) == (CallState.ENDED, CallEnd.CALLED_BACK, 1)
        assert ("outcome", outcome) in next(f for f in line.store.rows.journey if f.step == "called_back").data
        agent = next(heard for leg, heard in line.pbx.heard.items() if leg.startswith("leg-o") and "outside" not in leg)
        assert agent[-1] == BUSY
        line.ask(GENERALIST, AgentState.AVAILABLE)
        await asyncio.sleep(100)
        assert _rung(line) == 1

    _told(story)


def test_an_agent_who_does_not_answer_passes_the_call_back_on() -> None:
    """R-CB-14, R-RONA-2: 15 s, Not Ready, and the next one is rung; the caller is not."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        line.agent(GENERALIST, Phone("ring"))
        await line.until(lambda: line.state(GENERALIST) is AgentState.NOT_READY, 20)
        assert (line.call_back().state, _rung(line)) == (CallState.WAITING, 0)
        line.agent(GENERALIST_2)
        await line.until(lambda: line.call_back().answered_at is not None)

    _told(story)


@pytest.mark.parametrize("cut", [False, True])
def test_an_agent_who_goes_while_it_rings_ends_the_ringing(*, cut: bool) -> None:
    """R-CB-14, R-STATE-8: the caller is not rung again: a formal call back; a lost phone makes Not Ready."""

    async def story(line: SmallHelpline) -> None:
        line.pbx.phones[_phone(NUMBER)] = Phone("ring")
        await _asks(line)
        await _taken(line)
        line.agent(GENERALIST)
        await line.until(lambda: _rung(line))
        agent = next(leg for leg in line.pbx.legs() if leg != _far(line))
        (line.pbx.cuts if cut else line.pbx.hangs_up)(agent)
        await line.until(lambda: line.call_back().state is CallState.ENDED, 1)
        assert line.state(GENERALIST) is (AgentState.NOT_READY if cut else AgentState.AFTER_CALL_WORK)
        assert len(line.store.rows.call_backs) == 1
        assert line.pbx.legs() == []

    _told(story)


def test_a_phone_lost_before_the_caller_was_rung_lets_them_keep_their_place() -> None:
    """R-STATE-8: matched again as on arrival."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        line.agent(GENERALIST)
        await line.until(lambda: line.call_back().state is CallState.TALKING)
        line.pbx.cuts(line.pbx.legs()[0])
        await line.until(lambda: line.call_back().state is CallState.WAITING, 1)
        line.agent(GENERALIST_2)
        await line.until(lambda: line.call_back().answered_at is not None)
        assert _rung(line) == 1

    _told(story)


def test_a_phone_lost_in_the_talk_leaves_the_caller_in_the_queue() -> None:
    """R-STATE-8: from their answer on they are a caller as any other."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        line.agent(GENERALIST)
        await line.until(lambda: len(line.pbx.connected) == 1)
        far = _far(line)
        assert far is not None
        line.pbx.cuts(next(leg for leg in line.pbx.legs() if leg != far))
        await line.until(lambda: line.heard(far)[-1] == "music")
        assert "en/apology-lost-line" in line.heard(far)
        assert line.call_back().state is CallState.WAITING
        await asyncio.sleep(100)
        assert "en/callback-offer" not in line.heard(far)
        line.agent(GENERALIST_2)
        await line.until(lambda: len(line.pbx.connected) == 2)
        assert line.call_back().end is CallEnd.CALLED_BACK

    _told(story)


def test_who_rings_again_takes_their_place_in_person() -> None:
    """R-WAIT-3, R-MI-3: told so; the place is the old one; the call back counts once as called back."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        old = line.call_back()
        line.caller_arrives("c2")
        await line.until_call(CallState.WAITING, "c2")
        line.caller_arrives("again")
        await line.until_call(CallState.WAITING, "again")
        await line.until(lambda: "en/callback-withdrawn" in line.heard("again"))
        assert line.call("again").first_waiting_at == old.first_waiting_at
        assert line.calls("c1")[0].end is CallEnd.CALLED_BACK
        assert line.calls("c1")[0].state is CallState.ENDED
        line.agent(GENERALIST)
        await line.until_call(CallState.TALKING, "again")
        assert (line.call("c2").state, _rung(line)) == (CallState.WAITING, 0)
        assert not line.store.rows.call_backs
        await line.until(lambda: line.switchboard.calls_up == 2)

    _told(story)


def test_a_ring_back_under_way_is_not_withdrawn() -> None:
    """R-WAIT-3: the new call is one as any other."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        line.caller_arrives("again")
        await asyncio.sleep(10)
        line.agent(GENERALIST, Phone("ring"))
        await line.until_call(CallState.WAITING, "again")
        assert line.call_back().state is CallState.RINGING
        assert line.call("again").first_waiting_at != line.call_back().first_waiting_at
        assert line.call_back().state is not CallState.ENDED

    _told(story)


def test_what_is_left_at_closing_time_becomes_a_formal_call_back() -> None:
    """R-WAIT-3, R-LINE-5: within seconds, and it is called back no more."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        line.doors = Doors.CLOSED
        await line.until(lambda: line.call_back().state is CallState.ENDED, 6)
        (formal,) = line.store.rows.call_backs.values()
        assert formal.contact_number == NUMBER
        assert line.call_back().end is CallEnd.CALLED_BACK
        await line.until(lambda: not line.switchboard.calls_up, 1)

    _told(story)


def test_a_record_suppressed_meanwhile_is_not_rung() -> None:
    """R-OUT-2: nor called back later; the agent hears that nobody was."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        line.store.suppressed = MayNotRing("dialling.suppressed", "the client has died")
        line.agent(GENERALIST)
        await line.until(lambda: line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        assert (_rung(line), line.store.rows.call_backs) == (0, {})
        assert line.call_back().end is CallEnd.CALLED_BACK

    _told(story)


def test_the_reconciler_lets_a_call_back_be() -> None:
    """A call without a caller is no stray."""

    async def story(line: SmallHelpline) -> None:
        await _asks(line)
        await _taken(line)
        await line.switchboard.reconcile()
        assert (line.call_back().state, line.switchboard.defects) == (CallState.WAITING, 0)

    _told(story)


# --- restarts -------------------------------------------------------------------------------------------------------


async def _next(before: SmallHelpline) -> SmallHelpline:
    """Another process has taken over."""
    await before.close()
    line = SmallHelpline(RULES, before=before)
    await line.deadlines.restore()
    await line.pbx.session.link_up()
    return line


async def _left(met: Callable[[SmallHelpline], object], phone: Phone, agent: Phone) -> SmallHelpline:
    """A process has ended when ``met``, with a call back under way; the next one has taken over."""
    line = _line({_phone(NUMBER): phone})
    await _asks(line)
    await _taken(line)
    line.agent(GENERALIST, agent)
    await line.until(lambda: met(line))
    return await _next(line)


def test_a_call_back_waits_on_under_the_next_process() -> None:
    """A restart with call backs in the queue: their task is taken up, and they are rung when their place comes."""

    async def story() -> None:
        line = _line()
        await _asks(line)
        await _taken(line)
        line = await _next(line)
        await line.switchboard.reconcile()
        assert (line.switchboard.calls_up, line.switchboard.defects) == (1, 0)
        line.agent(GENERALIST)
        await line.until(lambda: line.call_back().answered_at is not None)
        await line.until(lambda: len(line.pbx.connected) == 1)
        assert _rung(line) == 1
        await line.over()

    run_virtual(story())


def test_a_caller_who_was_being_told_goodbye_is_told_again() -> None:
    """A restart in that moment: they are let go, and called back."""

    async def story() -> None:
        line = _line()
        await _asks(line)
        await line.until(lambda: line.heard()[-1] == "en/callback-accepted")
        line = await _next(line)
        await line.until(lambda: "c1" not in line.pbx.channels)
        assert line.heard().count("en/callback-accepted") == 2
        line.agent(GENERALIST)
        await line.until(lambda: line.call_back().answered_at is not None)
        await line.over()

    run_virtual(story())


def test_a_ringing_agent_is_rung_anew() -> None:
    """A restart while the agent's phone rings: offered again, the caller rung once."""

    async def story() -> None:
        line = await _left(lambda at: at.call_back().state is CallState.RINGING, Phone("answer", 2.0), Phone("ring"))
        line.pbx.phones["PJSIP/7004"] = Phone("answer", 1.0)
        await line.until(lambda: line.call_back().answered_at is not None)
        assert (_rung(line), len(line.offers())) == (1, 2)
        await line.over()

    run_virtual(story())


def test_a_caller_who_is_being_rung_is_rung_on() -> None:
    """A restart while the caller's phone rings: it rings on, is answered, and they talk; never twice."""

    async def story() -> None:
        line = await _left(lambda at: _rung(at) == 1, Phone("answer", 5.0), Phone("answer", 1.0))
        await line.until(lambda: len(line.pbx.connected) == 1)
        assert _rung(line) == 1
        assert line.state(GENERALIST) is AgentState.ON_CALL
        await line.over()

    run_virtual(story())


def test_a_caller_whose_ringing_nobody_followed_gets_a_formal_call_back() -> None:
    """R-CB-14: a restart; they had been rung, and no leg is there any more: not a second time."""

    async def story() -> None:
        line = _line({_phone(NUMBER): Phone("ring")})
        await _asks(line)
        await _taken(line)
        line.agent(GENERALIST)
        await line.until(lambda: _rung(line) == 1)
        await line.close()
        far = _far(line)
        assert far is not None
        line.pbx.hangs_up(far)
        line = await _next(line)
        await line.until(lambda: line.call_back().state is CallState.ENDED)
        assert len(line.store.rows.call_backs) == 1
        assert line.state(GENERALIST) is AgentState.AFTER_CALL_WORK
        assert _rung(line) == 1
        await line.over()

    run_virtual(story())


def test_a_talk_goes_on() -> None:
    """A restart in the talk: nobody notices; its end is one."""

    async def story() -> None:
        line = await _left(lambda at: len(at.pbx.connected) == 1, Phone("answer", 2.0), Phone("answer", 1.0))
        await asyncio.sleep(5)
        assert line.call_back().state is CallState.TALKING
        far = _far(line)
        assert far is not None
        line.pbx.hangs_up(far)
        await line.until(lambda: line.call_back().state is CallState.ENDED)
        assert line.call_back().end is CallEnd.CALLED_BACK
        assert not line.store.rows.call_backs
        await line.over()

    run_virtual(story())
