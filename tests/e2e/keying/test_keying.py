"""Keying the reference: right, wrong, cut short, not at all, cleared, ended early, ahead of the prompt."""

from __future__ import annotations

import pytest

from tests.e2e.story import Call, Story

JANE = "120000000019"
NOBODY = "120000000999"


async def _menu_then(story: Story, *entries: str, again: str = "") -> Call:
    """Choose option 1 and key each entry when its prompt is heard; an empty one is left to run out."""
    call = await (await story.call()).answered()
    await call.key("1")
    for number, entry in enumerate(entries):
        await call.hears("ask-scin" if number == 0 else again)
        if entry:
            await call.key(entry)
    return call


async def test_right_at_the_first_attempt(story: Story) -> None:
    """R-DTMF-2, R-CASE-2: recognised at once, the owner rings."""
    owner = await story.agent("7001")
    call = await _menu_then(story, JANE)
    await owner.rung()
    assert call.attempts() == [(1, "recognised")]
    assert call.row().pop == "record"
    await call.hang_up()


async def test_right_at_the_second_attempt(story: Story) -> None:
    """R-DTMF-1, R-DTMF-2: after an invalid one the prompt says what was wrong; the second is right."""
    owner = await story.agent("7001")
    call = await _menu_then(story, NOBODY, JANE, again="scin-invalid-again")
    await owner.rung()
    assert call.attempts() == [(1, "invalid"), (2, "recognised")]
    await call.hang_up()


@pytest.mark.parametrize(
    ("entries", "outcome", "again", "pop"),
    [
        ((NOBODY, NOBODY), "invalid", "scin-invalid-again", "search"),
        (("1200", "12"), "incomplete", "scin-incomplete-again", "blank"),
        (("", ""), "none", "scin-none-again", "blank"),
    ],
)
async def test_both_attempts_failed_goes_to_gich(
    story: Story, entries: tuple[str, str], outcome: str, again: str, pop: str
) -> None:
    """R-CASE-1, R-DTMF-2, R-DTMF-3, R-POP-1: GICH rings, and the final attempt decides the screen."""
    gich = await story.agent("7008")
    call = await _menu_then(story, *entries, again=again)
    await gich.rung(20)
    assert call.attempts() == [(1, outcome), (2, outcome)]
    assert call.row().pop == pop
    assert call.row().client_id is None
    await call.hears("going-to-adviser")
    assert call.script("ask-scin", again, "going-to-adviser") == ["ask-scin", again, "going-to-adviser"]
    await call.hang_up()


async def test_the_kind_of_the_final_attempt_decides(story: Story) -> None:
    """R-DTMF-3: incomplete after invalid opens a blank screen."""
    gich = await story.agent("7008")
    call = await _menu_then(story, NOBODY, "12", again="scin-invalid-again")
    await gich.rung(20)
    assert call.attempts() == [(1, "invalid"), (2, "incomplete")]
    assert call.row().pop == "blank"
    await call.hang_up()


async def test_star_clears_what_was_typed(story: Story) -> None:
    """R-DTMF-1: ``*`` starts the attempt afresh; it is still the first attempt."""
    owner = await story.agent("7001")
    call = await _menu_then(story, "99999*" + JANE)
    await owner.rung()
    assert call.attempts() == [(1, "recognised")]
    await call.hang_up()


async def test_hash_ends_an_entry_early(story: Story) -> None:
    """R-DTMF-1: ``#`` ends it at once as incomplete, without the time between digits."""
    owner = await story.agent("7001")
    call = await _menu_then(story, "120#", JANE + "#", again="scin-incomplete-again")
    await owner.rung()
    assert call.attempts() == [(1, "incomplete"), (2, "recognised")]
    await call.hang_up()


async def test_everything_keyed_during_the_greeting(story: Story) -> None:
    """R-MENU-3: type-ahead of ``1`` and the whole SCIN; the SCIN prompt is never played."""
    owner = await story.agent("7001")
    call = await (await story.call()).answered()
    await call.hears("greeting")
    await call.key("1" + JANE)
    await owner.rung(3)
    assert call.attempts() == [(1, "recognised")]
    assert call.script("greeting", "ask-scin") == ["greeting"]
    await call.hang_up()


async def test_digits_left_over_from_a_failed_attempt_are_dropped(story: Story) -> None:
    """R-DTMF-1: digits keyed beyond a wrong reference are not taken for the second attempt."""
    gich = await story.agent("7008")
    call = await _menu_then(story, NOBODY + "12", "", again="scin-invalid-again")
    await gich.rung(20)
    assert [outcome for _, outcome in call.attempts()] == ["invalid", "none"]
    await call.hang_up()


async def test_no_digit_of_a_reference_stands_in_the_log(story: Story) -> None:
    """R-DTMF-5: the service's log has at most the last three digits of what was keyed."""
    owner = await story.agent("7001")
    call = await _menu_then(story, NOBODY, JANE, again="scin-invalid-again")
    await owner.rung()
    log = (story.line.folder / "service.log").read_text()
    assert "…999" in log
    assert NOBODY not in log
    assert JANE not in log
    assert call.cli not in log
    await call.hang_up()
