"""Dates of birth, employers, representatives, on the real PBX."""

from __future__ import annotations

from tests.e2e.story import Call, Story

AMINA, CHRIS = "120000000027", "120000000043"
EMPLOYERS, APPLICATIONS = "03069990200", "03069990101"
DRAMA_BAKERIES, FICTIONAL_FREIGHT, IMAGINARY_PAYROLL = "340000000011", "340000000029", "340000000037"


async def _call_about(story: Story, scin: str) -> Call:
    call = await (await story.call()).answered()
    await call.key("1" + scin)
    await call.hears("ask-date-of-birth")
    return call


async def test_a_date_of_birth_selects_the_case_and_its_owner(story: Story) -> None:
    """R-CASE-3: the eldest child of the Enforcement case: its owner rings, the case is selected."""
    owner = await story.agent("7004")
    other = await story.agent("7001")
    call = await _call_about(story, AMINA)
    await call.key("30062018")
    await owner.rung()
    assert other.phone.rings == []
    shown = await owner.call()
    assert shown is not None
    assert "900000009120" in str(shown)
    assert call.offers() == [("7004", "agent:4", "ringing")]
    await call.hang_up()


async def test_a_dual_role_client_is_asked_too(story: Story) -> None:
    """R-CASE-4: the cases of both roles are matched."""
    owner = await story.agent("7005")
    call = await _call_about(story, CHRIS)
    await call.key("05122016")
    await owner.rung()
    await call.hang_up()


async def test_a_wrong_date_then_no_date_go_to_the_segment_that_holds_most(story: Story) -> None:
    """R-CASE-6, R-DTMF-2: two of three cases are Maintenance's; the prompt says what was wrong."""
    enforcement = await story.agent("7004")
    maintenance = await story.agent("7002")
    call = await _call_about(story, AMINA)
    await call.key("31022012")
    await call.hears("date-of-birth-invalid-again")
    await call.key("0101")
    await maintenance.rung(25)
    assert enforcement.phone.rings == []
    assert (call.row().client_id, call.row().case_id, call.row().kind) == (2, None, "date_of_birth_failed")
    assert call.attempts()[1:] == [(1, "invalid"), (2, "incomplete")]
    await call.hang_up()


async def test_an_employer_reaches_their_account_manager(story: Story) -> None:
    """R-EMP-1: the account manager rings, with the employer's record."""
    manager = await story.agent("7010")
    colleague = await story.agent("7011")
    call = await (await story.call(EMPLOYERS)).answered()
    await call.key(DRAMA_BAKERIES)
    await manager.rung()
    assert colleague.phone.rings == []
    assert "Drama Bakeries" in str(await manager.call())
    await call.hang_up()


async def test_employers_without_a_manager_and_employer_agents_reach_the_segment(story: Story) -> None:
    """R-EMP-1: the next available of the employer segment."""
    agent = await story.agent("7011")
    for reference in (FICTIONAL_FREIGHT, IMAGINARY_PAYROLL):
        call = await (await story.call(EMPLOYERS)).answered()
        await call.key(reference)
        await agent.rung()
        await call.hang_up()
        await agent.is_in("available")


async def test_an_employer_is_never_given_to_gich(story: Story) -> None:
    """R-EMP-2: nobody of the segment is there: the call waits beyond the overflow time, and GICH is not rung."""
    gich = await story.agent("7008")
    call = await (await story.call(EMPLOYERS)).answered()
    await call.key(DRAMA_BAKERIES)
    await call.is_in("waiting")
    await story.until(lambda: call.row().overflowed, "the overflow time")
    assert gich.phone.rings == []
    assert call.row().state == "waiting"
    await call.hang_up()


async def test_a_representatives_record_opens_with_the_call(story: Story) -> None:
    """R-MENU-7, R-POP-1: the TRN is recognised."""
    agent = await story.agent("7009")
    call = await (await story.call()).answered()
    await call.key("3560000000013")
    await agent.rung()
    assert "Model Advice Centre" in str(await agent.call())
    await call.hang_up()


async def test_a_lone_four_on_a_line_without_a_menu_is_welsh(story: Story) -> None:
    """R-LINE-6: on the employers' line, and where no question follows."""
    unit = await story.agent("7012")
    for number in (EMPLOYERS, APPLICATIONS):
        call = await (await story.call(number)).answered()
        await call.key("4")
        await unit.rung()
        assert call.row().language == "cy"
        await call.hang_up()
        await unit.is_in("available")
