"""What an announcement says, by how the call stands and what the caller has been told before."""

from __future__ import annotations

import pytest

from ivr.domain.agents import AgentState
from ivr.domain.events import CallState
from ivr.domain.waiting import SAID_MINUTES, Announce, Place, minutes_said
from ivr.flows.announcing import Told, announcement, busy
from ivr.flows.services import Rules, WaitRules
from tests.unit.acd.world import GENERALIST
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import now, run_virtual

BOTH, POSITION, WAIT, NONE = Announce.BOTH, Announce.POSITION, Announce.EXPECTED_WAIT, Announce.NONE
SECOND_IN_LINE = Place(2, 400.0)


def _said(place: Place, announce: Announce = BOTH, told: Told | None = None) -> list[str]:
    sentences, _ = announcement(place, announce, told or Told())
    return ["/".join([one.prompt, *(str(value) for value in one.values.values())]) for one in sentences]


@pytest.mark.parametrize(
    ("announce", "place", "said"),
    [
        (POSITION, SECOND_IN_LINE, ["waiting-position/2"]),
        (WAIT, SECOND_IN_LINE, ["waiting-expected/10"]),
        (BOTH, SECOND_IN_LINE, ["waiting-position/2", "waiting-expected/10"]),
        (NONE, SECOND_IN_LINE, []),
        (POSITION, Place(1, 400.0), ["waiting-next"]),
        (BOTH, Place(1, 30.0), ["waiting-next", "waiting-under-two-minutes"]),
        (BOTH, Place(2), ["waiting-position/2"]),
        (WAIT, Place(2), ["waiting-position/2"]),
        (WAIT, Place(40, 4000.0), ["waiting-over-an-hour"]),
    ],
)
def test_what_is_announced_is_what_operations_set(announce: Announce, place: Place, said: list[str]) -> None:
    """R-WAIT-2: position, expected wait, both or none; the position alone where no wait is known."""
    assert _said(place, announce) == said


@pytest.mark.parametrize("announce", list(Announce))
def test_with_nobody_logged_in_only_that_nobody_is_free(announce: Announce) -> None:
    """R-RONA-4: without position or expected wait, whatever is set, also as the first word."""
    assert _said(Place(None, 400.0), announce) == ["nobody-free-now"]
    assert busy(Place(None)).prompt == "nobody-free-now"
    assert busy(SECOND_IN_LINE).prompt == "waiting-busy"


@pytest.mark.parametrize(
    ("expected_s", "said"),
    [(0, 2), (119, 2), (120, 2), (121, 3), (181, 5), (301, 10), (1801, 45), (3600, 60), (3601, 61), (90_000, 61)],
)
def test_a_wait_is_rounded_up_to_what_people_say(expected_s: float, said: int) -> None:
    """R-WAIT-2: never less than is expected, in steps that stay the same for a while."""
    assert minutes_said(expected_s) == said
    assert list(SAID_MINUTES) == sorted(SAID_MINUTES)


@pytest.mark.parametrize(
    ("told", "place", "said"),
    [
        (Told(4, 10), Place(2, 250.0), ["waiting-position/2", "waiting-expected/5"]),
        (Told(2, 10), Place(2, 500.0), ["waiting-position/2", "waiting-expected/10"]),
        (Told(2, 5), Place(9, 250.0), ["waiting-expected/5"]),
        (Told(3, 10), Place(2, 850.0), ["waiting-position/2"]),
        (Told(2, 3), Place(5, 299.0), ["waiting-thanks"]),
        (Told(2, 5), Place(5, 590.0), ["waiting-expected/10"]),
        (Told(2, 2), Place(5, 299.0), ["waiting-thanks"]),
        (Told(2, 30), Place(5, 3000.0), ["waiting-expected/60"]),
        (Told(2, 60), Place(5, 9000.0), ["waiting-thanks"]),
    ],
    ids=["fell", "same", "place-grew", "wait-grew", "both-grew", "doubled", "small", "doubled-late", "not-twice"],
)
def test_numbers_that_grow_are_not_announced(told: Told, place: Place, said: list[str]) -> None:
    """R-WAIT-2: a position above the one said before never; a longer wait only when it is twice it and 5 min more."""
    assert _said(place, BOTH, told) == said


def test_what_was_said_stays_the_measure_until_something_better_is_said() -> None:
    """R-WAIT-2: who fell back behind others, by overflow, hears a position again once it is not above the old one."""
    told = announcement(Place(3, 200.0), BOTH, Told())[1]
    after = announcement(Place(7, 290.0), BOTH, told)[1]
    assert after == told == Told(3, 5)
    assert _said(Place(2, 100.0), BOTH, after) == ["waiting-position/2", "waiting-under-two-minutes"]


def test_the_first_of_the_calls_queues_that_says_something_decides() -> None:
    """R-WAIT-2: a team's own setting before its segment's, before the one for all."""
    rules = WaitRules(announce=BOTH, queues={"segment:Maintenance": POSITION, "team:M1": WAIT})
    assert rules.announced_in(["agent:1", "team:M1", "segment:Maintenance"]) is WAIT
    assert rules.announced_in(["agent:1", "team:M2", "segment:Maintenance"]) is POSITION
    assert rules.announced_in(["segment:GICH"]) is BOTH


def _waits(rules: WaitRules, position: int | None = 3, expected_s: float | None = 200.0) -> list[str]:
    """What a caller hears who waits for a while, after being told where the call goes."""
    heard: list[str] = []

    async def story() -> None:
        line = SmallHelpline(Rules(waiting=rules))
        line.agent(GENERALIST, available=False)
        line.store.position, line.store.expected_s, line.store.queues = position, expected_s, ("segment:GICH",)
        line.caller_arrives()
        await line.until(lambda: line.heard().count("music") == 2, 100)
        heard.extend(line.heard()[line.heard().index("en/going-to-adviser") + 1 :])
        await line.over()

    run_virtual(story())
    return heard


def test_first_a_word_then_music_then_an_announcement_then_music() -> None:
    """R-WAIT-2: music does not begin without a word, and comes back after each announcement."""
    assert _waits(WaitRules()) == [
        "en/waiting-busy",
        "music",
        "en/waiting-position/3",
        "en/waiting-expected/5",
        "music",
    ]


def test_a_queue_of_its_own_setting() -> None:
    """R-WAIT-2: as `[queues."segment:GICH"]` has it."""
    heard = _waits(WaitRules(queues={"segment:GICH": WAIT}))
    assert heard == ["en/waiting-busy", "music", "en/waiting-expected/5", "music"]


def test_nobody_logged_in_is_said_at_once() -> None:
    """R-RONA-4: before the music, and again with each announcement."""
    assert _waits(WaitRules(), None) == ["en/nobody-free-now", "music", "en/nobody-free-now", "music"]


def test_announcements_can_be_off() -> None:
    """R-WAIT-2, R-RONA-4: none: music without a break, until nobody eligible is logged in."""

    async def story() -> None:
        line = SmallHelpline(Rules(waiting=WaitRules(announce=NONE)))
        line.agent(GENERALIST, available=False)
        line.caller_arrives()
        await line.until(lambda: "music" in line.heard())
        began = now()
        await line.until(lambda: now() > began + 300, 400)
        assert line.heard()[line.heard().index("en/going-to-adviser") + 1 :] == ["music"]
        line.store.position = None
        await line.until(lambda: line.heard()[-2:] == ["en/nobody-free-now", "music"], 60)
        await line.over()

    run_virtual(story())


def test_an_answer_cuts_what_is_playing() -> None:
    """R-WAIT-2: whoever answers during an announcement is not kept from the caller by its rest."""

    async def story() -> None:
        line = SmallHelpline()
        agent_id = line.agent(GENERALIST, Phone("answer", after_s=0.2), available=False)
        line.store.position, line.store.expected_s = 3, 200.0
        line.caller_arrives()
        await line.until(lambda: "en/waiting-position/3" in line.heard())
        (playing,) = line.pbx._playbacks
        line.ask(agent_id, AgentState.AVAILABLE)
        await line.until_call(CallState.TALKING)
        await line.until(lambda: line.pbx.connected, 1)
        asked = [f"{one.method} {one.path}" for one in line.pbx.asked]
        assert f"DELETE playbacks/{playing}" in asked
        assert not line.pbx._playbacks
        assert line.heard()[-1] == "en/waiting-expected/5", "no music, no word came after it"
        await line.over()

    run_virtual(story())
