"""Closed lines on the real PBX: outside their hours, on a closed day of one nation, and open beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.e2e.heard import Ear
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import GENERAL, Story
from tests.e2e.ways.way import hears

APPLICATIONS, NORTHERN_IRELAND, EMPLOYERS = "03069990101", "03069990102", "03069990200"
HOURS = """
[always]
nation = "england-and-wales"
open = ["mon-sun 00:00-24:00"]
public_holidays = false

[clients]
nation = "england-and-wales"
open = []

[clients-ni]
nation = "northern-ireland"
open = ["mon-sun 00:00-24:00"]
public_holidays = false
closures = [{closures}]

[employers]
nation = "england-and-wales"
open = ["mon-sun 00:00-24:00"]
public_holidays = false
"""


def _hours() -> str:
    """Northern Ireland is closed today, and the days around it: a story may run at midnight."""
    days = (date.today() + timedelta(days=one) for one in (-1, 0, 1))  # noqa: DTZ011 - the machine's own day will do
    return HOURS.format(closures=", ".join(day.isoformat() for day in days))


@pytest.fixture(scope="module")
def closed_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """A helpline whose clients' lines are closed: in England and Wales by their hours, in Northern Ireland today."""
    line = Helpline(tmp_path_factory.mktemp("closed"), SHORT, hours=_hours())
    line.start()
    yield line
    line.stop()


@pytest.mark.parametrize(
    ("number", "message"), [(GENERAL, "closed"), (APPLICATIONS, "closed"), (NORTHERN_IRELAND, "closed-holiday")]
)
async def test_a_closed_line_says_so_in_both_languages_and_ends(
    closed_helpline: Helpline, number: str, message: str
) -> None:
    """R-LINE-5: answered, the message for its reason in English and then Welsh, and it ends, counted as closed."""
    async with Story(closed_helpline) as story:
        await story.agent("7008")
        call = await (await story.call(number)).answered()
        ear = Ear(call.sip.heard)
        await hears(story, ear, message)
        await hears(story, ear, message, "cy")
        ending = await call.sip.ended(40)
        assert (ending.by, ending.how) == ("them", "bye")
        assert call.script("greeting", "closed", "closed-holiday") == [message]
        await call.is_in("ended")
        assert (call.row().end, call.row().first_waiting_at, call.offers()) == ("closed", None, [])


async def test_another_line_is_open_meanwhile(closed_helpline: Helpline) -> None:
    """R-LINE-5: hours are each line's own: the employers' is open, and what is keyed there leads to a person."""
    async with Story(closed_helpline) as story:
        agent = await story.agent("7011")
        call = await (await story.call(EMPLOYERS)).answered()
        await call.key("340000000029")
        await agent.rung()
        await call.hang_up()
