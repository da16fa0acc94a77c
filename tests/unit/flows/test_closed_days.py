"""Public holidays and closures, from the file that operations edit to what a caller hears, on days of our choosing."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from ivr import config
from ivr.domain.events import CallEnd
from ivr.domain.opening import Doors
from ivr.settings import PROJECT
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import run_virtual

GENERAL, NORTHERN_IRELAND, EMPLOYERS = "03069990100", "03069990102", "03069990200"
OPEN, CLOSED, HOLIDAY = Doors.OPEN, Doors.CLOSED, Doors.HOLIDAY
TWELFTH, CHRISTMAS_EVE = datetime(2027, 7, 12, 10, tzinfo=UTC), datetime(2026, 12, 24, 10, tzinfo=UTC)
NEW_YEARS_NIGHT = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
LAST_SUMMER_MINUTE = datetime(2026, 7, 6, 18, 59, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> config.Dialplan:
    """The files as shipped, but with office hours and public holidays, and clients have Christmas Eve off."""
    folder = tmp_path_factory.mktemp("plan") / "dialplan"
    shutil.copytree(PROJECT / "dialplan", folder)
    hours = (folder / "hours.toml").read_text()
    hours = hours.replace("public_holidays = false\n", "").replace("mon-sun 00:00-24:00", "mon-fri 08:00-20:00")
    (folder / "hours.toml").write_text(hours.replace("[clients]\n", "[clients]\nclosures = [2026-12-24]\n"))
    return config.load(folder)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (TWELFTH, (OPEN, HOLIDAY, OPEN)),
        (CHRISTMAS_EVE, (HOLIDAY, OPEN, OPEN)),
        (datetime(2026, 12, 25, 10, tzinfo=UTC), (HOLIDAY, HOLIDAY, HOLIDAY)),
        (datetime(2027, 3, 17, 10, tzinfo=UTC), (OPEN, HOLIDAY, OPEN)),
        (NEW_YEARS_NIGHT, (CLOSED, CLOSED, CLOSED)),
        (LAST_SUMMER_MINUTE, (OPEN, OPEN, OPEN)),
        (datetime(2026, 7, 6, 19, 0, tzinfo=UTC), (CLOSED, CLOSED, CLOSED)),
    ],
)
def test_each_line_keeps_its_nations_days(
    plan: config.Dialplan, at: datetime, expected: tuple[Doors, Doors, Doors]
) -> None:
    """R-LINE-5: the Twelfth and St Patrick's close Northern Ireland alone; a closure its own hours; local time."""
    lines = [plan.line_of(number) for number in (GENERAL, NORTHERN_IRELAND, EMPLOYERS)]
    assert tuple(plan.doors(line, at) for line in lines if line is not None) == expected


@pytest.mark.parametrize(
    ("number", "at", "message"),
    [
        (NORTHERN_IRELAND, TWELFTH, "closed-holiday"),
        (GENERAL, TWELFTH, "greeting"),
        (GENERAL, NEW_YEARS_NIGHT, "closed"),
    ],
)
def test_what_a_caller_hears_on_such_a_day(plan: config.Dialplan, number: str, at: datetime, message: str) -> None:
    """R-LINE-5: the reason in both languages and the end, or the greeting on the line that is open."""

    async def story() -> None:
        helpline = SmallHelpline()
        line = plan.line_of(number)
        assert line is not None
        helpline.doors = plan.doors(line, at)
        helpline.caller_arrives()
        await helpline.until(helpline.heard)
        assert helpline.heard()[0] == f"en/{message}"
        if message != "greeting":
            await helpline.until(lambda: not helpline.switchboard.calls_up)
            assert (helpline.heard()[-1], helpline.call().end) == (f"cy/{message}", CallEnd.CLOSED)
        await helpline.over()

    run_virtual(story())
