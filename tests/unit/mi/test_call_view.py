"""A call's time line: whatever happens on a day, it says who was with whom and when, and leaves nothing out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings

import ivr
from ivr.domain.agents import AUX_CODES, AgentState, SystemReason
from ivr.domain.events import CallEnd, CallState, OfferState
from ivr.domain.ids import CallId, Language
from ivr.domain.outbound import Progress
from ivr.domain.talking import PartyRole
from ivr.drawing.sample_call import SAMPLE
from ivr.mi.call_view import texts
from ivr.mi.call_view.picture import picture
from ivr.mi.call_view.timeline import timeline
from ivr.mi.call_view.told import CALLER, During, Fact, Span, StateFact, Timeline
from ivr.mi.call_view.words import Words
from ivr.store.memory_rows import Rows
from tests.unit.acd.happenings import Happening, happenings, numbered_offers, step_of, times
from tests.unit.acd.world import World
from tests.unit.mi.day import told_of

_STEP: Final = re.compile(r'(?:call_fact\((?:[\w.]+, ){2}|recorder\.note\([\w.]+, )"(\w+)"')
LANGUAGES: Final[tuple[Language, ...]] = ("en", "cy")


def _after(day: list[Happening]) -> World:
    """A day has passed."""
    world = World()
    with numbered_offers():
        for happening, now in zip(day, times(day), strict=True):
            world.now = now
            world.store.transact(step_of(happening, world.store.rows, now))
    return world


def _of_lane(line: Timeline, lane: str) -> list[Span]:
    return [span for span in line.spans if span.lane == lane]


def _check(rows: Rows, call_id: CallId) -> None:
    line, row = timeline(told_of(rows, call_id)), rows.calls[call_id]
    for lane in line.lanes:
        spans = _of_lane(line, lane)
        assert all(before.end is not None and before.end <= after.begin for before, after in pairwise(spans))
    for span in line.spans:
        assert line.begin <= span.begin
        assert span.end is None or span.begin <= span.end
        assert line.end is None or (span.end is not None and span.end <= line.end)
    goes_on = {span.what for span in line.spans if span.end is None}
    if row.state is CallState.ENDED:
        assert goes_on <= {During.AFTER_CALL_WORK}
        assert (line.end is None) is bool(goes_on)
        ended_at = row.ended_at
        assert ended_at is not None
        assert all(span.end is not None and span.end <= ended_at for span in _of_lane(line, CALLER))
    else:
        assert line.end is None
    if row.answered_at is not None:
        assert any(span.begin == row.answered_at for span in line.spans if span.what in {During.TALKS, During.HELD}), (
            line
        )


def _check_offers(rows: Rows, call_id: CallId) -> None:
    line = timeline(told_of(rows, call_id))
    for offer in (one for one in rows.offers.values() if one.call_id == call_id):
        rung = [
            span
            for span in _of_lane(line, f"agent:{7000 + offer.agent_id}")
            if span.what is During.RINGS and span.begin == offer.made_at
        ]
        assert offer.state is OfferState.RINGING or offer.state in {one.values.get("outcome") for one in rung}


@given(happenings)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_in_a_day(day: list[Happening]) -> None:
    """R-MI-2: spans lie within the call, none overlaps another of its lane, ends and answers are where the row has
    them, each ringing is there with how it ended; and it can be told and drawn.
    """
    world = _after(day)
    rows = world.store.rows
    for call_id in rows.calls:
        _check(rows, call_id)
        _check_offers(rows, call_id)
    for call_id in list(rows.calls)[:1]:
        assert picture(timeline(told_of(rows, call_id)), "cy", world.now)


def _sample() -> Timeline:
    return timeline(SAMPLE)


def _seconds(line: Timeline, lane: str) -> list[tuple[str, float, float | None]]:
    return [
        (
            span.what.value,
            round((span.begin - line.begin).total_seconds(), 1),
            None if span.end is None else round((span.end - line.begin).total_seconds(), 1),
        )
        for span in _of_lane(line, lane)
    ]


def test_a_call_not_answered_once_held_consulted_on_and_handed_over() -> None:
    """R-MI-2, R-RONA-2, R-XFER-2: the documentation's call, lane by lane."""
    line = _sample()
    assert line.lanes == ("caller", "ivr", "queue", "agent:7001", "agent:7002", "agent:7101", "agent:7005")
    assert _seconds(line, "caller") == [
        ("menu", 0, 24.8),
        ("waits", 24.8, 61.4),
        ("talks", 61.4, 120),
        ("held", 120, 151),
        ("talks", 151, 220),
        ("held", 220, 270),
        ("talks", 270, 412),
    ]
    assert _seconds(line, "agent:7001") == [("rings", 24.8, 39.8)]
    assert _seconds(line, "agent:7002") == [
        ("rings", 58, 61.4),
        ("talks", 61.4, 120),
        ("holds", 120, 151),
        ("talks", 151, 220),
        ("consults", 220, 270),
        ("talks", 270, 300),
        ("after_call_work", 300, 365),
    ]
    assert _seconds(line, "agent:7005") == [
        ("rings", 220, 226.3),
        ("consulted", 226.3, 270),
        ("talks", 270, 412),
        ("after_call_work", 412, 507),
    ]
    assert _seconds(line, "agent:7101") == [("rings", 190, 192), ("listening", 192, 330)]
    assert line.end is not None
    assert (line.end - line.begin).total_seconds() == 507


def _consulted(*after: Fact | StateFact) -> Timeline:
    """The documentation's call until somebody is consulted at 226 s, and then this."""
    facts = [fact for fact in SAMPLE.facts if (fact.at - SAMPLE.call.arrived_at).total_seconds() < 250]
    states = [state for state in SAMPLE.states if (state.at - SAMPLE.call.arrived_at).total_seconds() < 250]
    facts += [one for one in after if isinstance(one, Fact)]
    states += [one for one in after if isinstance(one, StateFact)]
    return timeline(replace(SAMPLE, facts=tuple(facts), states=tuple(states)))


def _at(seconds: float) -> datetime:
    return SAMPLE.call.arrived_at + timedelta(seconds=seconds)


LEFT: Final = Fact(_at(250), "left", {"role": "consulted", "who": "7005", "outcome": "answered"})


def test_back_with_the_caller_after_a_consultation() -> None:
    """R-XFER-2: the agent takes the caller back."""
    line = _consulted(LEFT)
    assert _seconds(line, "caller")[-2:] == [("held", 220, 250), ("talks", 250, None)]
    assert _seconds(line, "agent:7002")[-2:] == [("consults", 220, 250), ("talks", 250, None)]


def test_whom_they_consulted_has_gone_and_the_caller_stays_on_hold() -> None:
    """R-XFER-2: nobody talks with the caller for a moment; the agent's state says so a little later."""
    line = _consulted(LEFT, StateFact("7002", _at(250.02), "on_call", "on_hold", None, of_call=True))
    assert _seconds(line, "caller")[-1] == ("held", 220, None)
    assert _seconds(line, "agent:7002")[-2:] == [("consults", 220, 250), ("holds", 250, None)]


def test_who_is_swapped_waits() -> None:
    """R-XFER-2: the consulted waits while agent and caller talk, and the other way round."""
    line = _consulted(Fact(_at(240), "swapped", {"who": "7005"}), Fact(_at(245), "swapped", {"who": "7005"}))
    assert _seconds(line, "caller")[-3:] == [("held", 220, 240), ("talks", 240, 245), ("held", 245, None)]
    assert _seconds(line, "agent:7005")[1:] == [
        ("consulted", 226.3, 240),
        ("held", 240, 245),
        ("consulted", 245, None),
    ]


def test_digits_are_masked() -> None:
    """R-DTMF-5: at most the last three of a reference."""
    for language in LANGUAGES:
        drawn = picture(_sample(), language, SAMPLE.call.arrived_at)
        assert "…019" in drawn
        assert "120000000019" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing(language: Language) -> None:
    """Every text is whole in both languages: no gap is left open, no name of a program shows."""
    line = _sample()
    words = Words.of(line, language)
    said = [words.mark(mark) for mark in line.marks] + [words.span(span) for span in line.spans]
    said += [words.lane(lane) for lane in line.lanes]
    assert not [text for text in said if "{" in text or "_" in text or not text]


def test_everything_that_can_be_told_has_its_words() -> None:
    """A new role, outcome, state or code is found here before a leader reads its name."""
    assert set(During) == set(texts.SPANS)
    assert set(CallEnd) <= set(texts.VALUES["end"])
    assert set(AgentState) <= set(texts.VALUES["after"])
    assert {*AUX_CODES, *(reason.value for reason in SystemReason)} == set(texts.VALUES["code"])
    assert {role.value for role in PartyRole} <= set(texts.VALUES["role"])
    assert set(OfferState) - {OfferState.RINGING} <= set(texts.OUTCOMES)
    told = {key.partition("/")[2] for key in texts.MARKS if key.startswith("dialled/")}
    assert set(Progress) - told <= set(texts.OUTCOMES)


def test_every_step_of_a_journey_has_its_words() -> None:
    """A new fact is found here before a leader reads its name; `bridged` and `overflowed` are told by others."""
    source = "".join(file.read_text(encoding="utf-8") for file in Path(ivr.__file__).parent.rglob("*.py"))
    steps = {found[1] for found in _STEP.finditer(source)} - {"bridged", "overflowed", "recording_kept"}
    assert {"offered", "handed_over", "muted", "no_choice", "played"} <= steps
    assert steps <= {key.partition("/")[0] for key in texts.MARKS}


def test_welsh_is_not_english() -> None:
    """No text was left untranslated; a few words are the same in both."""
    same = [text for table in (texts.MARKS, texts.SPANS, texts.LANES, texts.HEADS) for text in table.values()]
    assert [english for english, welsh in same if english == welsh] == []
