"""The pictures of the lines: those in the documentation are those of the shipped files, and any line can be drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr import config
from ivr.config import Dialplan
from ivr.domain.lines import Entry, Line
from ivr.domain.waiting import Announce
from ivr.drawing.picture import draw, draw_all
from ivr.drawing.ways import chain

SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = config.PROJECT / "docs" / "lines"


@pytest.fixture(scope="module")
def dialplan() -> Dialplan:
    """What is shipped."""
    return config.load(config.PROJECT / "dialplan")


def _line(dialplan: Dialplan, entry: Entry) -> Line:
    leader, deputy = ("7101", "7102") if entry is Entry.DIRECT else (None, None)
    return replace(dialplan.lines["general"], entry=entry, leader=leader, deputy=deputy)


def test_the_documentations_pictures_are_those_of_the_shipped_files(dialplan: Dialplan, tmp_path: Path) -> None:
    """R-LINE-2: drawn anew they are the same; if not: ``python -m tools.draw_lines``."""
    drawn = {file.name: file.read_text(encoding="utf-8") for file in draw_all(dialplan, tmp_path)}
    assert {file.name: file.read_text(encoding="utf-8") for file in SHIPPED.glob("*.svg")} == drawn


@pytest.mark.parametrize("entry", list(Entry))
def test_a_picture_reads_without_being_seen(dialplan: Dialplan, entry: Entry) -> None:
    """A title, a description that has every word of the way, and text that is text."""
    line = _line(dialplan, entry)
    picture = ET.fromstring(draw(dialplan, line))  # noqa: S314 - our own
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "The line general: 03069 990100"
    told = picture.findtext(f"{SVG}desc") or ""
    texts = {text.text for text in picture.iter(f"{SVG}text")}
    for option in chain(dialplan, line).options:
        assert option.title in told
        for outcome in option.outcomes:
            assert {target.name for target in outcome.targets} <= texts
            assert all(target.name in told for target in outcome.targets)


@pytest.mark.parametrize("entry", list(Entry))
def test_nothing_is_drawn_outside(dialplan: Dialplan, entry: Entry) -> None:
    """Long names of segments make the picture wider."""
    long = dialplan.queues.segments.model_copy(update={"gich": "General inbound call handling of the whole country"})
    picture = ET.fromstring(  # noqa: S314 - our own
        draw(replace(dialplan, queues=dialplan.queues.model_copy(update={"segments": long})), _line(dialplan, entry))
    )
    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    for box in picture.iter(f"{SVG}rect"):
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= width
        assert float(box.attrib["y"]) + float(box.attrib["height"]) <= height


def test_times_are_those_of_the_configuration(dialplan: Dialplan) -> None:
    """R-WAIT-1, R-RONA-2: overflow and ringing as queues.toml has them; what is announced, one queue's own too."""
    queues = dialplan.queues
    waiting = queues.waiting.model_copy(update={"overflow_s": 90, "announce": Announce.POSITION})
    own = queues.model_validate({"queues": {"segment:GICH": {"announce": "none"}}}).queues
    ringing = queues.ringing.model_copy(update={"ring_timeout_s": 12})
    changed = queues.model_copy(update={"waiting": waiting, "ringing": ringing, "queues": own})
    told = chain(replace(dialplan, queues=changed), dialplan.lines["general"]).description
    assert "GICH after 90 s" in told
    assert "Available, for 12 s" in told
    assert "the position in the queue after 20 s" in told
    assert "in GICH nothing is announced" in told


def test_the_chain_of_a_direct_number(dialplan: Dialplan) -> None:
    """R-LINE-4: leader, deputy, both; no hours, no Welsh offer, no queue."""
    told = chain(dialplan, dialplan.lines["direct-7101"]).description
    assert "leader 7101 15 s, then deputy 7102 15 s, then both until one answers" in told
    assert "Welsh" not in told
    assert "GICH" not in told


def test_own_hours_and_holidays_are_shown(dialplan: Dialplan) -> None:
    """R-LINE-5."""
    entry = dialplan.hours_entries["clients"].model_copy(
        update={"open": ["mon-fri 08:00-20:00", "sat 09:00-16:00"], "public_holidays": True}
    )
    told = chain(replace(dialplan, hours_entries={"clients": entry}), dialplan.lines["general"]).description
    assert "mon-fri 08:00-20:00, sat 09:00-16:00; not on public holidays (England and Wales)" in told


def test_a_welsh_unit_outside_rings_before_its_own_queue(dialplan: Dialplan) -> None:
    """R-MENU-5: the number outside first, then the unit's queue."""
    outside = dialplan.queues.welsh.model_copy(update={"external_number": "03069990500", "ring_timeout_s": 25})
    queues = dialplan.queues.model_copy(update={"welsh": outside})
    for line in ("general", "employers"):
        told = chain(replace(dialplan, queues=queues), dialplan.lines[line]).description
        assert "number outside 03069 990500, 25 s, then Welsh;" in told
        assert "number outside 03069 990500, 25 s, then Welsh, then GICH." in told
