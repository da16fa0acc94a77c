"""The client menu, and numbers that no line has."""

from __future__ import annotations

import pytest

from tests.e2e.story import GENERAL, Story


@pytest.mark.parametrize(
    ("key", "staff", "kind", "language"),
    [("2", "7006", "new_application", "en"), ("3#", "7009", "third_party", "en"), ("4", "7012", "welsh", "cy")],
)
async def test_options_two_to_four_reach_their_people(
    story: Story, key: str, staff: str, kind: str, language: str
) -> None:
    """R-MENU-2, R-MENU-5..7: Applications, the Third Party team, the Welsh Language Unit in Welsh."""
    agent = await story.agent(staff)
    other = await story.agent("7001")
    call = await (await story.call()).answered()
    await call.key(key)
    await agent.rung()
    assert (call.row().kind, call.row().menu_choice, call.row().language) == (kind, key[0], language)
    assert other.phone.rings == []
    await call.hang_up()


async def test_an_unstaffed_welsh_unit_adds_gich_and_says_so_in_welsh(story: Story) -> None:
    """R-MENU-5: nobody of the unit is logged in: GICH at once, with a Welsh announcement."""
    gich = await story.agent("7008")
    call = await (await story.call()).answered()
    await call.key("4")
    await gich.rung()
    await call.hears("wlu-not-staffed", "cy")
    assert call.row().language == "cy"
    await call.hang_up()


async def test_the_last_of_the_welsh_unit_logs_out_and_gich_takes_its_waiting_calls(story: Story) -> None:
    """R-MENU-5: a call that waits for the unit alone goes to GICH the moment nobody of the unit is logged in."""
    unit = await story.agent("7012", available=False)
    gich = await story.agent("7008")
    call = await (await story.call()).answered()
    await call.key("4")
    await call.is_in("waiting")
    assert gich.phone.rings == []
    await unit.ask("logged_out")
    await gich.rung(3)
    assert call.offers() == [("7008", "segment:GICH", "ringing")]
    await call.hang_up()


async def test_a_number_that_no_line_has_is_refused_unanswered(story: Story) -> None:
    """R-LINE-3: the message as early media, then 404; it is recorded."""
    call = await story.call("03069990999")
    ending = await call.sip.ended(20)
    assert (ending.how, ending.status) == ("refused", 404)
    assert call.heard(story.line.prompt("not-in-use"))
    await call.is_in("ended")
    assert (call.row().line, call.row().end) == ("unknown", "unknown_number")
    assert call.row().answered_at is None


@pytest.mark.parametrize("number", ["443069990100", "+443069990100", "00443069990100", "3069990100"])
async def test_a_number_is_understood_in_every_form(story: Story, number: str) -> None:
    """R-LINE-1: whatever form the number is delivered in, it is the general line."""
    call = await (await story.call(number)).answered()
    await call.is_in("menu")
    assert call.row().line == "general"
    await call.hang_up()


async def test_a_caller_whose_number_equals_a_staff_number_is_a_caller(story: Story) -> None:
    """R-LINE-1: the number shown decides nothing: 7001 calling from elsewhere hears the menu."""
    call = await (await story.call(GENERAL, cli="7001")).answered()
    await call.hears("greeting")
    await call.hang_up()
    await call.is_in("ended")
