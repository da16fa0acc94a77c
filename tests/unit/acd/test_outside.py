"""Welsh calls to a number outside, in virtual time: reached, missed, given up, taken over (R-MENU-5, R-MI-3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ivr.acd.offer import RingTimes
from ivr.acd.outside_leg import Unit
from ivr.domain.events import CallEnd, CallState
from ivr.flows.services import Rules
from ivr.pbx.trunks import Trunk
from tests.unit.acd.world import GENERALIST, WELSH
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import APPLICATIONS_LINE, EMPLOYERS, GENERAL, SmallHelpline
from tests.unit.virtual_time import now, run_virtual

UNIT = Unit(Trunk("one", ("192.0.2.1",), "192.0.2.1:5060", number_form="+44"), "03069990400", RingTimes(30, 8))
OUTSIDE = "PJSIP/+443069990400@trunk-one"
RULES = Rules(welsh_outside=UNIT)


def _told(does: Callable[[SmallHelpline], Awaitable[None]], phone: Phone, *staff: object) -> SmallHelpline:
    """A caller chooses Welsh; ``phone``: what the unit outside does."""
    seen: list[SmallHelpline] = []

    async def story() -> None:
        line = SmallHelpline(RULES)
        seen.append(line)
        line.pbx.phones[OUTSIDE] = phone
        for agent_id in staff:
            line.agent(agent_id)  # type: ignore[arg-type]  # ids as drawn
        line.caller_arrives()
        line.pbx.keys("c1", "4")
        await does(line)
        await line.over()

    run_virtual(story())
    return seen[0]


def _facts(line: SmallHelpline, step: str) -> list[dict[str, str]]:
    return [dict(fact.data) for fact in line.store.rows.journey if fact.step == step]


def test_the_unit_is_rung_with_the_lines_number_and_talks() -> None:
    """R-MENU-5: in Welsh and music until it answers; then the two are connected until it hangs up."""

    async def story(line: SmallHelpline) -> None:
        await line.until_call(CallState.ENDED)

    line = _told(story, Phone(after_s=5, talks_s=20))
    assert line.heard()[-2:] == ["cy/connecting-welsh-unit", "music"]
    created = next(asked for asked in line.pbx.asked if asked.path == "channels/create")
    assert created.body == {"variables": {"CONNECTEDLINE(num)": "+44" + GENERAL[1:]}}
    assert len(line.pbx.connected) == 1
    assert _facts(line, "sent_outside") == [{"outcome": "answered"}]
    assert line.call().end is CallEnd.SENT_OUTSIDE


@pytest.mark.parametrize(
    ("phone", "outcome", "within_s"),
    [
        (Phone("ring"), "no_answer", 35.0),
        (Phone("reject"), "rejected", 5.0),
        (Phone("silent"), "unreachable", 12.0),
        (Phone("unregistered"), "unreachable", 5.0),
    ],
)
def test_a_unit_that_is_not_reached_leaves_the_call_to_the_queue(phone: Phone, outcome: str, within_s: float) -> None:
    """R-MENU-5: whatever the carrier does, within its limit the unit's own queue has the call, told so in Welsh."""

    async def story(line: SmallHelpline) -> None:
        await line.until_call(CallState.TALKING, limit_s=within_s)
        await line.until(lambda: "cy/apology-fault" in line.heard(), 10)

    line = _told(story, phone, WELSH)
    assert _facts(line, "sent_outside") == [{"outcome": outcome}]
    assert line.call().end is CallEnd.ANSWERED


def test_without_a_unit_anywhere_gich_helps() -> None:
    """R-MENU-5: nobody outside, nobody of the WLU logged in: GICH at once, told in Welsh."""

    async def story(line: SmallHelpline) -> None:
        await line.until_call(CallState.TALKING, limit_s=5)
        assert line.call().agent_id == GENERALIST
        await line.until(lambda: "cy/wlu-not-staffed" in line.heard(), 10)

    _told(story, Phone("unregistered"), GENERALIST)


def test_a_caller_who_leaves_while_it_rings_leaves_nothing_behind() -> None:
    """R-WAIT-5: the leg is gone at once; abandoned, not sent outside."""

    async def story(line: SmallHelpline) -> None:
        await line.until(line.pbx.legs)
        await asyncio.sleep(1)
        line.pbx.hangs_up("c1")
        gone_at = now()
        await line.until(lambda: not line.pbx.legs())
        assert now() - gone_at < 0.1

    line = _told(story, Phone("ring"))
    assert line.call().end is CallEnd.ABANDONED_MENU
    assert _facts(line, "sent_outside") == []


def test_an_answer_that_came_before_the_hang_up_counts() -> None:
    """R-WAIT-6: which event the PBX delivers first decides."""

    async def story(line: SmallHelpline) -> None:
        await line.until(line.pbx.legs)
        await asyncio.sleep(1)
        line.pbx.picks_up(line.pbx.legs()[0])
        line.pbx.hangs_up("c1")
        await line.until_call(CallState.ENDED)

    line = _told(story, Phone("ring"))
    assert line.call().end is CallEnd.SENT_OUTSIDE


@pytest.mark.parametrize(("dnis", "keys"), [(APPLICATIONS_LINE, "4"), (EMPLOYERS, "4")])
def test_the_welsh_offer_of_every_line_leads_outside(dnis: str, keys: str) -> None:
    """R-LINE-6, R-MENU-5."""

    async def story() -> None:
        line = SmallHelpline(RULES)
        line.pbx.phones[OUTSIDE] = Phone(after_s=1, talks_s=5)
        line.caller_arrives(dnis=dnis)
        line.pbx.keys("c1", keys)
        await line.until_call(CallState.ENDED)
        assert line.call().end is CallEnd.SENT_OUTSIDE
        await line.over()

    run_virtual(story())


@pytest.mark.parametrize(
    ("before_s", "talks", "rings"), [(3.0, False, 2), (12.0, True, 1)], ids=["while it rings", "while they talk"]
)
def test_another_process_takes_the_call_over(before_s: float, *, talks: bool, rings: int) -> None:
    """A restart: a talk outside goes on; a ringing begins anew; the call ends once, and counts as sent outside."""

    async def story() -> None:
        first = SmallHelpline(RULES)
        first.pbx.phones[OUTSIDE] = Phone(after_s=8, talks_s=30)
        first.caller_arrives()
        first.pbx.keys("c1", "4")
        await asyncio.sleep(before_s)
        assert (first.call().end is CallEnd.SENT_OUTSIDE) is talks
        await first.close()
        second = SmallHelpline(RULES, before=first)
        await second.pbx.session.link_up()
        await second.until_call(CallState.ENDED, limit_s=120)
        assert second.call().end is CallEnd.SENT_OUTSIDE
        assert sum(asked.path.endswith("/dial") for asked in second.pbx.asked) == rings
        await second.over()

    run_virtual(story())
