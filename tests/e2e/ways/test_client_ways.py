"""Every way through the clients' menu, side by side: what is asked, what is said when it was wrong, who is rung."""

from __future__ import annotations

from tests.e2e.story import Story
from tests.e2e.ways.way import Way, go_side_by_side

AMINA, PETER, CHRIS, TESS, VERA, GWEN = (f"1200000000{end}" for end in ("27", "35", "43", "77", "85", "93"))
UNKNOWN = "120000000999"
SCIN_FOUND = ("scin", 1, "recognised")
AGAIN = "date-of-birth-{}-again"


def _dates(*kinds: str) -> tuple[tuple[str, int, str], ...]:
    """The SCIN at once, then these attempts at the date of birth."""
    return (SCIN_FOUND, *(("date_of_birth", number, kind) for number, kind in enumerate(kinds, start=1)))


def _scins(*kinds: str) -> tuple[tuple[str, int, str], ...]:
    return tuple(("scin", number, kind) for number, kind in enumerate(kinds, start=1))


def _trns(*kinds: str) -> tuple[tuple[str, int, str], ...]:
    return tuple(("trn", number, kind) for number, kind in enumerate(kinds, start=1))


def _about(scin: str, *dates: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("greeting", "1"), ("ask-scin", scin), *dates)


THE_MENU = {
    "wrong, then right": Way(
        (("greeting", "8"), ("menu-wrong", "2")),
        "connecting-applications",
        "new_application",
        "segment:Applications",
        row={"menu_choice": "2"},
    ),
    "wrong twice": Way((("greeting", "*"), ("menu-wrong", "0")), "going-to-adviser", "general", "segment:GICH"),
    "wrong, then none": Way((("greeting", "9"), ("menu-wrong", "")), "going-to-adviser", "general", "segment:GICH"),
    "none twice, every prompt heard out": Way(
        (
            ("greeting", ""),
            ("welsh-offer", ""),
            ("menu-existing-case", ""),
            ("menu-new-application", ""),
            ("menu-third-party", ""),
            ("menu-welsh", ""),
            ("menu-none", ""),
            ("menu-existing-case", ""),
            ("menu-welsh", ""),
        ),
        "going-to-adviser",
        "general",
        "segment:GICH",
        row={"menu_choice": None},
    ),
    "none, then right": Way(
        (("greeting", ""), ("menu-none", "3"), ("ask-trn", "#")),
        "connecting-third-party-team",
        "third_party",
        "team:Third Party",
        row={"menu_choice": "3"},
    ),
}


async def test_every_way_through_the_menu(patient_story: Story) -> None:
    """R-MENU-1, R-MENU-2, R-MENU-4: told what was wrong, asked once more, and then a person all the same."""
    for staff in ("7006", "7008", "7009"):
        await patient_story.agent(staff)
    await go_side_by_side(patient_story, THE_MENU.values())


THE_REFERENCE = {
    "invalid, then none": Way(
        (("greeting", "1"), ("ask-scin", UNKNOWN), ("scin-invalid-again", "#")),
        "going-to-adviser",
        "general",
        "segment:GICH",
        attempts=_scins("invalid", "none"),
    ),
    "incomplete, then invalid": Way(
        (("greeting", "1"), ("ask-scin", "1200#"), ("scin-incomplete-again", UNKNOWN)),
        "going-to-adviser",
        "general",
        "segment:GICH",
        pop="search",
        attempts=_scins("incomplete", "invalid"),
    ),
    "none, then a client without an open case": Way(
        (("greeting", "1"), ("ask-scin", "#"), ("scin-none-again", VERA)),
        "no-case-found",
        "general",
        "segment:GICH",
        pop="record",
        attempts=_scins("none", "recognised"),
        shows=("Vera Formerly",),
        row={"client_id": 8, "case_id": None},
    ),
}


async def test_references_that_lead_to_gich(patient_story: Story) -> None:
    """R-CASE-1, R-DTMF-2, R-DTMF-3, R-POP-1: failed in each manner, or on record without an open case."""
    await patient_story.agent("7008")
    await patient_story.agent("7102")
    await go_side_by_side(patient_story, THE_REFERENCE.values())


THE_CHILD = {
    "a wrong date, then the right one": Way(
        _about(AMINA, ("ask-date-of-birth", "01012001"), (AGAIN.format("invalid"), "02112015")),
        "connecting-owner",
        "existing_case",
        "agent:3",
        pop="record",
        attempts=_dates("invalid", "recognised"),
        shows=("900000006240", "Idris"),
        row={"client_id": 2, "case_id": 3},
    ),
    "twins in two cases, then another child": Way(
        _about(TESS, ("ask-date-of-birth", "09092011"), (AGAIN.format("ambiguous"), "07072016")),
        "connecting-owner",
        "existing_case",
        "agent:4",
        pop="record",
        attempts=_dates("ambiguous", "recognised"),
        shows=("900000010218", "Jude"),
        row={"client_id": 7, "case_id": 12},
    ),
    "a child who is not the eldest": Way(
        _about(TESS, ("ask-date-of-birth", "01042015")),
        "connecting-owner",
        "existing_case",
        "agent:1",
        pop="record",
        attempts=_dates("recognised"),
        row={"client_id": 7, "case_id": 11},
    ),
    "twins in two cases of one owner": Way(
        _about(GWEN, ("ask-date-of-birth", "12122012")),
        "connecting-owner",
        "existing_case",
        "agent:2",
        pop="record",
        attempts=_dates("recognised"),
        row={"client_id": 9, "case_id": None},
    ),
    "no date after a part of one: the segment of most cases": Way(
        _about(GWEN, ("ask-date-of-birth", "1212#"), (AGAIN.format("incomplete"), "#")),
        "connecting-team",
        "date_of_birth_failed",
        "segment:Maintenance",
        pop="record",
        attempts=_dates("incomplete", "none"),
        row={"client_id": 9, "case_id": None},
    ),
}


async def test_dates_of_birth(patient_story: Story) -> None:
    """R-CASE-3, R-CASE-6, R-DTMF-2: the date selects, is asked again when it does not, and no date is no dead end."""
    for staff in ("7101", "7001", "7002", "7003", "7004"):
        await patient_story.agent(staff)
    await go_side_by_side(patient_story, THE_CHILD.values())


NO_DATE = {
    "a paying parent's case group: no date is asked for": Way(
        _about(PETER),
        "connecting-owner",
        "existing_case",
        "agent:2",
        pop="record",
        attempts=_dates(),
        shows=("900000007881",),
        row={"client_id": 3, "case_id": None},
    ),
    "dual role, one case each: the segment of the newest": Way(
        _about(CHRIS, ("ask-date-of-birth", ""), (AGAIN.format("none"), "#")),
        "connecting-team",
        "date_of_birth_failed",
        "segment:Enforcement",
        pop="record",
        attempts=_dates("none", "none"),
        row={"client_id": 4, "case_id": None},
    ),
    "ambiguous twice": Way(
        _about(TESS, ("ask-date-of-birth", "09092011"), (AGAIN.format("ambiguous"), "09092011")),
        "connecting-team",
        "date_of_birth_failed",
        "segment:Enforcement",
        pop="record",
        attempts=_dates("ambiguous", "ambiguous"),
        row={"client_id": 7, "case_id": None},
    ),
    "no date at all, of two kinds": Way(
        _about(AMINA, ("ask-date-of-birth", "31022012"), (AGAIN.format("invalid"), "00000000")),
        "connecting-team",
        "date_of_birth_failed",
        "segment:Maintenance",
        pop="record",
        attempts=_dates("invalid", "invalid"),
        row={"client_id": 2, "case_id": None},
    ),
}


async def test_dates_of_birth_that_select_nothing(patient_story: Story) -> None:
    """R-CASE-4, R-CASE-5, R-CASE-6: the segment with most of the cases; of one case each, the newest one's."""
    for staff in ("7005", "7003", "7002"):
        await patient_story.agent(staff)
    await go_side_by_side(patient_story, NO_DATE.values())


THIRD_PARTIES = {
    "invalid, then right": Way(
        (("greeting", "3"), ("ask-trn", UNKNOWN), ("trn-invalid-again", "560000000013")),
        "connecting-third-party-team",
        "third_party",
        "team:Third Party",
        pop="record",
        attempts=_trns("invalid", "recognised"),
        shows=("Model Advice Centre", "Jane Example", "Amina Sample"),
        row={"representative_id": 1, "client_id": None},
    ),
    "incomplete, then invalid": Way(
        (("greeting", "3"), ("ask-trn", "56#"), ("trn-incomplete-again", UNKNOWN)),
        "connecting-third-party-team",
        "third_party",
        "team:Third Party",
        pop="search",
        attempts=_trns("incomplete", "invalid"),
    ),
    "invalid, then skipped": Way(
        (("greeting", "3"), ("ask-trn", UNKNOWN), ("trn-invalid-again", "#")),
        "connecting-third-party-team",
        "third_party",
        "team:Third Party",
        attempts=_trns("invalid"),
    ),
    "none, then incomplete": Way(
        (("greeting", "3"), ("ask-trn", ""), ("trn-none-again", "5")),
        "connecting-third-party-team",
        "third_party",
        "team:Third Party",
        attempts=_trns("none", "incomplete"),
    ),
}


async def test_callers_for_somebody_else(patient_story: Story) -> None:
    """R-MENU-7, R-DTMF-1 to R-DTMF-3: two attempts, skipped with ``#``, and the Third Party team in any case."""
    await patient_story.agent("7009")
    await go_side_by_side(patient_story, THIRD_PARTIES.values())
