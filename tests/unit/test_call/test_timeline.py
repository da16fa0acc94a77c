"""`ivr call`: what phones and service tell, put in order and into words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.softphone.place_call import PhoneEvent
from ivr.test_call.show import row
from ivr.test_call.timeline import HOLD_S, Line, Timeline
from ivr.test_call.words import Words
from ivr.voice.prompt_build import build_with
from ivr.voice.prompts import Prompts
from ivr.web.event_models import LiveEvent
from tests.unit.voice.fake_programs import FakeNarrower, FakeSpeaker

BEGAN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OURS, THEIRS = "c000000000000ours", "c0000000000theirs"
SHIPPED = Path(__file__).parents[3] / "prompts"


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Prompts:
    """The shipped texts, with sounds of no meaning."""
    out = tmp_path_factory.mktemp("prompts")
    build_with(SHIPPED, out, FakeSpeaker(), FakeNarrower())
    return Prompts.load(out)


@pytest.fixture
def words(prompts: Prompts) -> Words:
    return Words(prompts, {"7001": "Megan Price"})


@pytest.fixture
def timeline(words: Words) -> Timeline:
    """A time line of a call that has just been dialled."""
    made = Timeline(words, "07700900123", ("7001",))
    made.dialled(BEGAN)
    return made


def at(seconds: float) -> str:
    return (BEGAN + timedelta(seconds=seconds)).isoformat()


def step(call_id: str, seconds: float, name: str, **data: str) -> LiveEvent:
    told = {"seq": 1, "type": "journey_step", "call_id": call_id, "at": at(seconds), "step": name, "data": data}
    return LiveEvent.model_validate(told)


def call(call_id: str, arrived_s: float, caller: str = "…123", brand: str = "cmg") -> LiveEvent:
    nothing = ("kind", "menu_choice", "waiting_since", "answered_at", "ended_at", "end", "agent")
    now: dict[str, object] = {
        "call_id": call_id,
        "state": "menu",
        "line": "general",
        "brand": brand,
        "language": "en",
        "caller": caller,
    }
    now |= {"arrived_at": at(arrived_s), "overflowed": False} | dict.fromkeys(nothing)
    return LiveEvent.model_validate({"seq": 1, "type": "call_changed", "call": now})


def state(staff: str, seconds: float, name: str) -> LiveEvent:
    agent: dict[str, object] = {
        "staff_number": staff,
        "name": "Megan Price",
        "role": "agent",
        "team": "Maintenance 1",
        "segment": "Maintenance",
        "state": name,
        "may": (),
    }
    agent |= {"code": None, "since": at(seconds), "pending": None, "ends_at": None, "call_id": None}
    return LiveEvent.model_validate({"seq": 1, "type": "agent_changed", "agent": agent})


def told(timeline: Timeline) -> list[tuple[str, str]]:
    return [(line.who, line.what) for line in timeline.rest()]


def test_what_came_before_the_call_was_known_is_told_too(timeline: Timeline) -> None:
    """R-MI-2: a journey is told from its first step; the calls of others are not."""
    timeline.service(step(THEIRS, 0.1, "arrived", line="employers"))
    timeline.service(step(OURS, 0.1, "arrived", line="general"))
    timeline.service(call(THEIRS, 0.1, caller="…456"))
    timeline.service(call(OURS, 0.1))
    timeline.service(step(THEIRS, 0.2, "chose", option="2"))
    assert timeline.call_id == OURS
    assert told(timeline) == [("helpline", "has a call on the line “general”")]


def test_an_earlier_call_of_the_same_number_is_not_ours(timeline: Timeline) -> None:
    """R-MI-2: who called a minute ago from the same number has a journey of their own."""
    timeline.service(call(THEIRS, -60))
    assert timeline.call_id is None
    timeline.service(call(OURS, 0.05))
    assert timeline.call_id == OURS


def test_lines_come_in_the_order_in_which_things_happened(timeline: Timeline) -> None:
    """The promise of `ivr call`: one time line, whoever tells first; a state behind the step that changed it."""
    timeline.service(call(OURS, 0.0))
    timeline.service(state("7001", 2.0, "reserved"))
    timeline.phone(PhoneEvent(1.0, "caller", "keyed", "…019"))
    timeline.service(step(OURS, 2.0, "offered", agent="7001", scope="agent:1"))
    timeline.service(step(OURS, 0.5, "chose", option="1"))
    assert [what.partition(" ")[0] for _who, what in told(timeline)] == ["takes", "keys", "reserves", "is"]


def test_a_line_is_held_back_until_nothing_can_come_before_it(timeline: Timeline) -> None:
    """What the service tells may come half a second after it happened; no line is told twice."""
    timeline.phone(PhoneEvent(1.0, "caller", "answered"))
    assert timeline.ready(1.0 + HOLD_S - 0.01) == []
    assert [line.what for line in timeline.ready(1.0 + HOLD_S)] == ["is answered"]
    assert timeline.rest() == []


def test_prompts_are_told_in_their_words_and_welsh_with_its_meaning(timeline: Timeline) -> None:
    """R-MENU-1, R-NI-1: the brand of the line, and the Welsh sentence in Welsh."""
    timeline.service(call(OURS, 0.0, brand="nicms"))
    timeline.service(step(OURS, 0.4, "played", prompts="greeting, welsh-offer", language="en"))
    said = told(timeline)[0][1]
    assert "Northern Ireland Child Maintenance Service" in said
    assert "Gymraeg" in said
    assert "For a service in Welsh, press four" in said


def test_a_position_is_told_as_it_was_said(words: Words) -> None:
    """R-WAIT-2."""
    said = words.of_step("played", {"prompts": "waiting-position", "language": "en", "position": "3"})
    assert said == "says: “You are number three in the queue.”"


@pytest.mark.parametrize("name", ["no-such-prompt", "waiting-position"])
def test_a_prompt_without_words_is_told_by_its_name(words: Words, name: str) -> None:
    """A journey that was noted by another version is told all the same."""
    assert words.of_step("played", {"prompts": name, "language": "cy"}) == f"says: “{name}”"


def test_an_attempt_shows_three_digits_and_what_came_of_it(words: Words) -> None:
    """R-DTMF-2, R-DTMF-5."""
    found = words.of_step("attempted", {"what": "scin", "number": "1", "outcome": "recognised", "keyed": "…019"})
    assert found == "looks up the client's reference number (SCIN) …019: it is on record"
    nothing = words.of_step("attempted", {"what": "scin", "number": "2", "outcome": "none"})
    assert nothing == "asked for the client's reference number (SCIN): nothing was keyed"


def test_scopes_are_named_for_people(words: Words) -> None:
    """R-WAIT-1: no internal ids; an employer's own agent is the account manager."""
    words.of_step("queued", {"kind": "existing_case", "scopes": "agent:1"})
    assert words.scopes("agent:1, team:Maintenance 1") == "the owner, the team Maintenance 1"
    words.of_step("queued", {"kind": "employer", "scopes": "agent:10"})
    assert words.scopes("agent:10, segment:Employer") == "the account manager, the segment Employer"


def test_a_step_nobody_has_words_for_is_told_by_its_name(words: Words) -> None:
    """A newer service's steps are shown, not lost."""
    assert words.of_step("consulted", {"agent": "7002"}) == "consulted {'agent': '7002'}"


def test_the_end_says_whether_an_agent_talked(timeline: Timeline) -> None:
    """R-MI-3: the end as it is counted, and who talked at last."""
    timeline.service(call(OURS, 0.0))
    timeline.service(step(OURS, 3.0, "bridged", agent="7001"))
    assert (timeline.end, timeline.talked_with) == (None, "7001")
    timeline.service(step(OURS, 9.0, "ended", end="answered"))
    assert timeline.end == "answered"


def test_a_long_line_is_wrapped_beside_its_columns() -> None:
    """A prompt of several sentences stays readable in a narrow terminal."""
    lines = row(Line(1.5, "helpline", "says: " + "word " * 30, (1.5, 1)), 70).plain.splitlines()
    assert lines[0].startswith("   1.50 s  helpline  says: word")
    assert len(lines) > 2
    assert all(line.startswith(" " * 21) and len(line) <= 70 for line in lines[1:])


def test_asked_at_any_moment_each_line_is_told_once(timeline: Timeline) -> None:
    """A state is put behind the step of the same instant; whenever one looks, no line is lost or told twice."""
    agent = {"staff_number": "7001", "state": "on_call", "code": None}
    timeline.service(step(OURS, 0.0, "arrived", line="general"))
    timeline.phone(PhoneEvent(3.9, "7001", "answered"))
    for number in range(40):
        timeline.say(4 + number / 100, "helpline", f"line {number}")
        timeline._hold(4 + number / 100, "7001", f"state {number} {agent['state']}", 0.03)
    told: list[str] = []
    for moment in range(300, 700):
        told.extend(line.what for line in timeline.ready(moment / 100))
    told.extend(line.what for line in timeline.rest())
    spoken = [what for what in told if what.startswith(("line", "state"))]
    assert sorted(spoken) == sorted(set(spoken))
    assert len(spoken) == 80
