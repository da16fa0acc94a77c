"""Welsh from every line, with the unit there, busy, and not staffed; and the Northern Ireland line's own name."""

from __future__ import annotations

from tests.e2e.heard import Ear, overheard
from tests.e2e.story import Story
from tests.e2e.ways.way import Way, go_side_by_side, hears

APPLICATIONS, NORTHERN_IRELAND, EMPLOYERS = "03069990101", "03069990102", "03069990200"
SEAN = "120000000069"
EMPLOYERS_QUESTION = (("greeting", ""), ("welsh-offer", ""), ("ask-ern", "4"))


def _welsh(connecting: str, scope: str) -> tuple[Way, ...]:
    """From the menu at once, from the menu after no choice, from a line that asks, from a line that does not."""
    return (
        Way((("greeting", "4"),), connecting, "welsh", scope, language="cy", row={"menu_choice": "4"}),
        Way((("greeting", "7"), ("menu-wrong", "4")), connecting, "welsh", scope, language="cy"),
        Way((("greeting", "4"),), connecting, "welsh", scope, NORTHERN_IRELAND, "cy", "nicms"),
        Way(EMPLOYERS_QUESTION, connecting, "welsh", scope, EMPLOYERS, "cy"),
        Way((("greeting", ""), ("welsh-offer", "4")), connecting, "welsh", scope, APPLICATIONS, "cy"),
    )


async def test_welsh_from_every_line(patient_story: Story) -> None:
    """R-MENU-5, R-LINE-6: one after another to the unit's agent, and nobody else is rung."""
    await patient_story.agent("7012")
    gich, employers = await patient_story.agent("7008"), await patient_story.agent("7011")
    await go_side_by_side(patient_story, _welsh("connecting-welsh-unit", "segment:Welsh"))
    assert (gich.phone.rings, employers.phone.rings) == ([], [])


async def test_welsh_while_the_unit_is_not_staffed(patient_story: Story) -> None:
    """R-MENU-5, R-EMP-2: GICH at once, who chose it on the employers' line too, and Welsh says so."""
    await patient_story.agent("7008")
    await patient_story.agent("7102")
    employers = await patient_story.agent("7011")
    await go_side_by_side(patient_story, _welsh("wlu-not-staffed", "segment:GICH"))
    assert employers.phone.rings == []


async def test_welsh_while_the_unit_is_busy(patient_story: Story) -> None:
    """R-MENU-5, R-WAIT-1, R-WAIT-2: waits with Welsh announcements, beyond the overflow time, for the unit alone."""
    unit = await patient_story.agent("7012", available=False)
    gich = await patient_story.agent("7008")
    call = await (await patient_story.call()).answered()
    ear = Ear(call.sip.heard)
    await hears(patient_story, ear, "greeting")
    await call.key("4")
    await hears(patient_story, ear, "connecting-welsh-unit", "cy")
    await hears(patient_story, ear, "waiting-busy", "cy")
    await hears(patient_story, ear, "waiting-next", "cy")
    await patient_story.until(lambda: call.row().overflowed, "the overflow time")
    await hears(patient_story, ear, "waiting-next", "cy")
    assert gich.phone.rings == []
    await unit.available()
    await unit.rung()
    assert call.offers() == [("7012", "segment:Welsh", "ringing")]
    await call.hang_up()


async def test_northern_ireland_is_greeted_in_its_own_name(patient_story: Story) -> None:
    """R-NI-1, R-MENU-1: the greeting says NICMS, and the general line's is not heard; the client's owner rings."""
    owner = await patient_story.agent("7004")
    call = await (await patient_story.call(NORTHERN_IRELAND)).answered()
    ear = Ear(call.sip.heard)
    await hears(patient_story, ear, "greeting", brand="nicms")
    await hears(patient_story, ear, "welsh-offer", "cy", "nicms")
    await call.key("1")
    await hears(patient_story, ear, "ask-scin", brand="nicms")
    await call.key(SEAN)
    await owner.rung()
    own, other = (patient_story.line.prompts.path("en", "greeting", brand=brand) for brand in ("nicms", "cmg"))
    assert (overheard(call.sip.heard, own), overheard(call.sip.heard, other)) == (True, False)
    shown = await owner.call()
    assert shown is not None
    assert (shown["brand"], shown["client"]["brand"], call.row().line) == ("nicms", "nicms", "northern-ireland")
    await call.hang_up()
