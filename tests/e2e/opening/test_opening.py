"""A closed line on the real PBX."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import GENERAL, Story

NORTHERN_IRELAND = "03069990102"
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

[employers]
nation = "england-and-wales"
open = []
"""


@pytest.fixture(scope="module")
def closed_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """A helpline whose clients' line in England and Wales is closed."""
    line = Helpline(tmp_path_factory.mktemp("closed"), SHORT, hours=HOURS)
    line.start()
    yield line
    line.stop()


async def test_a_closed_line_says_so_in_both_languages_and_ends(closed_helpline: Helpline) -> None:
    """R-LINE-5: answered, the closed message in English and Welsh, then the call ends, counted as closed."""
    async with Story(closed_helpline) as story:
        call = await (await story.call(GENERAL)).answered()
        ending = await call.sip.ended(40)
        assert (ending.by, ending.how) == ("them", "bye")
        assert call.heard(story.line.prompt("closed", "en"))
        assert call.heard(story.line.prompt("closed", "cy"))
        assert not call.heard(story.line.prompt("greeting", "en"))
        await call.is_in("ended")
        assert (call.row().end, call.row().first_waiting_at) == ("closed", None)


async def test_another_nations_line_is_open_meanwhile(closed_helpline: Helpline) -> None:
    """R-LINE-5: hours are per line and nation."""
    async with Story(closed_helpline) as story:
        agent = await story.agent("7006")
        call = await (await story.call(NORTHERN_IRELAND)).answered()
        await call.key("2")
        await agent.rung()
        assert call.row().brand == "nicms"
        await call.hang_up()
