"""The fallback's dialplan as text: hours, closures and phones become what Asterisk reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ivr.domain.lines import Entry, Hours, Line, Opening
from ivr.pbx import fallback as f

HOURS = Hours("weekdays", "england-and-wales", (Opening((0, 1, 2, 3, 4), 8 * 60, 20 * 60),))


def line(entry: Entry, **more: Any) -> Line:
    """A line with one number."""
    return Line("a line", ("03069990100",), "cmg", "en", entry, "weekdays", **more)


@pytest.mark.parametrize(
    ("opening", "written"),
    [
        (Opening((0, 1), 480, 1080), "08:00-17:59,mon&tue,*,*,Europe/London"),
        (Opening((6,), 0, 1440), "00:00-23:59,sun,*,*,Europe/London"),
        (Opening((5,), 615, 616), "10:15-10:15,sat,*,*,Europe/London"),
    ],
)
def test_opening_hours_are_local_times_up_to_the_minute_before_closing(opening: Opening, written: str) -> None:
    """R-LINE-5: at the closing minute the line is closed."""
    assert f.open_specification(opening) == written


def test_a_closed_day_is_closed_whole() -> None:
    """R-LINE-5: public holidays and operations' own closures."""
    assert f.closure_specification(date(2026, 12, 25)) == "*,*,25,dec,Europe/London"


def test_an_employers_line_goes_to_the_employer_teams_phones() -> None:
    """R-EMP-2: calls on the employers' line stay with the employer segment."""
    rows = f.line_rows(
        f.Fallback((f.FallbackLine(line(Entry.EMPLOYER), HOURS), f.FallbackLine(line(Entry.MENU), HOURS)))
    )
    assert [row.queue for row in rows] == [f.EMPLOYER_QUEUE, f.GENERAL_QUEUE]


def test_a_direct_number_rings_leader_deputy_and_then_both() -> None:
    """R-LINE-4: the phones in the order they are tried."""
    direct = line(Entry.DIRECT, leader="7101", deputy="7102")
    (row,) = f.line_rows(f.Fallback((f.FallbackLine(direct, HOURS),)))
    assert (row.leader, row.deputy, row.phones) == (
        "PJSIP/7101&PJSIP/7101-web",
        "PJSIP/7102&PJSIP/7102-web",
        "PJSIP/7101&PJSIP/7101-web&PJSIP/7102&PJSIP/7102-web",
    )


def test_an_announcement_names_files_without_their_format() -> None:
    """Asterisk picks the format that costs least, so the extension is left away."""
    assert (
        f.announcement((Path("/p/en/closed-1a.wav"), Path("/p/cy/closed-2b.wav"))) == "/p/en/closed-1a&/p/cy/closed-2b"
    )
