"""Every way through the employers' line, and the line that goes straight to new applications, side by side."""

from __future__ import annotations

from tests.e2e.story import Story
from tests.e2e.ways.way import Way, go_side_by_side

EMPLOYERS, APPLICATIONS = "03069990200", "03069990101"
DRAMA_BAKERIES, IMAGINARY_PAYROLL, INVENTED_MILLS = "340000000011", "340000000037", "440000000018"
UNKNOWN = "340000000999"
GREETED = (("greeting", ""), ("welsh-offer", ""))


def _erns(*kinds: str) -> tuple[tuple[str, int, str], ...]:
    return tuple(("ern", number, kind) for number, kind in enumerate(kinds, start=1))


def _employer(first: str, again: tuple[str, str] | None, *kinds: str, pop: str = "blank", shows: str = "") -> Way:
    """To the employer segment, whatever came of the reference."""
    return Way(
        (*GREETED, ("ask-ern", first), *([again] if again else [])),
        "connecting-employer-team",
        "employer",
        "segment:Employer",
        EMPLOYERS,
        pop=pop,
        attempts=_erns(*kinds),
        shows=(shows,) if shows else (),
    )


async def test_employers_who_reach_the_segment(patient_story: Story) -> None:
    """R-EMP-1 to R-EMP-3, R-DTMF-1 to R-DTMF-3, R-POP-1, R-LINE-6: identified or not, GICH is never rung."""
    await patient_story.agent("7011")
    gich = await patient_story.agent("7008")
    ways = (
        _employer(UNKNOWN, ("ern-invalid-again", UNKNOWN), "invalid", "invalid", pop="search"),
        _employer("3400#", ("ern-incomplete-again", "34#"), "incomplete", "incomplete"),
        _employer("", ("ern-none-again", "#"), "none", "none"),
        _employer(UNKNOWN, ("ern-invalid-again", ""), "invalid", "none"),
        _employer(IMAGINARY_PAYROLL, None, "recognised", pop="record", shows="Fictional Freight plc"),
    )
    await go_side_by_side(patient_story, ways)
    assert gich.phone.rings == []


async def test_a_reference_that_begins_with_the_key_for_welsh(patient_story: Story) -> None:
    """R-LINE-6: a 4 that a digit follows within 2 s begins the reference. By itself: others' ears take time."""
    await patient_story.agent("7011")
    way = _employer("4 " + INVENTED_MILLS[1:], None, "recognised", pop="record", shows="Invented Mills Ltd")
    await go_side_by_side(patient_story, [way])


async def test_an_account_manager_after_a_wrong_reference(patient_story: Story) -> None:
    """R-EMP-1, R-DTMF-2: recognised at the second attempt, the account manager is rung before a colleague."""
    colleague = await patient_story.agent("7011")
    await patient_story.agent("7010")
    way = Way(
        (*GREETED, ("ask-ern", UNKNOWN), ("ern-invalid-again", DRAMA_BAKERIES)),
        "connecting-account-manager",
        "employer",
        "agent:10",
        EMPLOYERS,
        pop="record",
        attempts=_erns("invalid", "recognised"),
        shows=("Drama Bakeries Ltd",),
        row={"employer_id": 1, "employer_agent_id": None},
    )
    await go_side_by_side(patient_story, [way])
    assert colleague.phone.rings == []


async def test_an_account_manager_who_is_not_there(patient_story: Story) -> None:
    """R-EMP-1, R-WAIT-1: the next available of the segment instead, at once."""
    colleague = await patient_story.agent("7011")
    await patient_story.agent("7010", available=False)
    call = await (await patient_story.call(EMPLOYERS)).answered()
    await call.key(DRAMA_BAKERIES)
    await colleague.rung(3)
    assert call.offers() == [("7011", "segment:Employer", "ringing")]
    await call.hang_up()


def _application(*steps: tuple[str, str], scope: str, number: str = APPLICATIONS) -> Way:
    return Way(steps, "connecting-applications", "new_application", scope, number)


async def test_the_line_for_new_applications(patient_story: Story) -> None:
    """R-LINE-2, R-LINE-6: the greeting, a moment for Welsh, and Applications; another key is no choice there."""
    await patient_story.agent("7006")
    ways = (
        _application(*GREETED, scope="segment:Applications"),
        _application(("greeting", ""), ("welsh-offer", "2"), scope="segment:Applications"),
        _application(("greeting", "1"), scope="segment:Applications"),
    )
    await go_side_by_side(patient_story, ways)


async def test_gich_takes_what_applications_and_third_party_cannot(patient_story: Story) -> None:
    """R-MENU-6, R-MENU-7, R-WAIT-1: nobody of either is Available: GICH at once, from the menu and the line alike."""
    await patient_story.agent("7006", available=False)
    await patient_story.agent("7008")
    third_party = Way(
        (("greeting", "3"), ("ask-trn", "#")), "connecting-third-party-team", "third_party", "segment:GICH"
    )
    ways = (
        _application(*GREETED, scope="segment:GICH"),
        _application(("greeting", "2"), scope="segment:GICH", number="03069990100"),
        third_party,
    )
    await go_side_by_side(patient_story, ways)
