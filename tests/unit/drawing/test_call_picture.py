"""The picture of a call's time line: the documentation's is drawn by the code, and reads without being seen."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from ivr.domain.ids import Language
from ivr.drawing.sample_call import SAMPLE
from ivr.mi.call_view.picture import picture
from ivr.mi.call_view.timeline import timeline
from ivr.mi.call_view.words import Words
from tools.draw_call import PICTURES, drawn

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("language", list(PICTURES))
def test_the_documentations_picture_is_what_the_code_draws(language: Language) -> None:
    """If not: ``python -m tools.draw_call``."""
    assert PICTURES[language].read_text(encoding="utf-8") == drawn(language)


@pytest.mark.parametrize("language", list(PICTURES))
def test_it_reads_without_being_seen(language: Language) -> None:
    """A title, and a description with every step in words; text is text, and nothing runs in it."""
    text, line = drawn(language), timeline(SAMPLE)
    shown, words = ET.fromstring(text), Words.of(line, language)  # noqa: S314 - our own
    assert shown.get("role") == "img"
    assert shown.findtext(f"{SVG}title")
    described = shown.findtext(f"{SVG}desc") or ""
    assert all(words.mark(mark) in described for mark in line.marks)
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_nothing_is_drawn_outside_and_no_marks_of_a_lane_touch() -> None:
    """Whatever the length of the stretches between."""
    shown = ET.fromstring(picture(timeline(SAMPLE), "en", SAMPLE.call.arrived_at))  # noqa: S314 - our own
    width, height = float(shown.attrib["width"]), float(shown.attrib["height"])
    for box in shown.iter(f"{SVG}rect"):
        assert float(box.get("x", "0")) + float(box.attrib["width"]) <= width
        assert float(box.get("y", "0")) + float(box.attrib["height"]) <= height
    marks = [(float(one.attrib["cy"]), float(one.attrib["cx"])) for one in shown.iter(f"{SVG}circle")]
    assert len(marks) == len(timeline(SAMPLE).marks)
    for lane in {y for y, _x in marks}:
        places = sorted(x for y, x in marks if y == lane)
        assert all(after - before >= 20 for before, after in pairwise(places))


@pytest.mark.parametrize("language", list(PICTURES))
def test_every_stretch_has_its_word(language: Language) -> None:
    """WCAG 1.4.1: colour is never alone."""
    line = timeline(SAMPLE)
    shown, words = ET.fromstring(drawn(language)), Words.of(line, language)  # noqa: S314 - our own
    inside = [group.findtext(f"{SVG}text") or "" for group in shown.iter(f"{SVG}g") if group.get("class") is None]
    assert len(inside) == len(line.spans)
    for span, text in zip(line.spans, inside, strict=True):
        assert text.startswith(words.span(span).partition(":")[0])


def test_a_longer_name_than_there_is_room_for_is_told_whole() -> None:
    """What does not fit in a bar stands in its title and in the list."""
    text = drawn("en")
    assert "<title>Rings: not answered</title>" in text
    assert "Ringing ends: not answered; Not Ready" in text
