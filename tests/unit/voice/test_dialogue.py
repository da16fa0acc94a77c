"""What a caller hears and keys, to the tenth of a second, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from ivr.errors import NotFound
from ivr.voice.dialogue import (
    EndedBy,
    Keyed,
    Played,
    WrongKey,
    answer_and_settle,
    ask_digits,
    drop_typed_ahead,
    menu,
    play,
)
from tests.unit.virtual_time import now, run_virtual
from tests.unit.voice.fake_caller import FakeCaller

SCIN = "120000000019"
ASK = ["sound:ask-scin"]


def test_a_complete_entry_returns_at_its_last_digit() -> None:
    """R-DTMF-1: a complete entry needs no #, and nobody waits after it."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(SCIN, at=6.0)
        assert await ask_digits(caller, ASK, length=12) == Keyed(SCIN, EndedBy.COMPLETE)
        assert now() == pytest.approx(7.1)

    run_virtual(story())


def test_a_digit_interrupts_the_prompt_at_once_and_counts() -> None:
    """R-MENU-3: barge-in."""

    async def story() -> None:
        caller = FakeCaller(prompt_s=20.0)
        caller.press("1", at=2.0)
        assert await menu(caller, ["sound:menu"], {"1", "2"}) == "1"
        assert caller.stopped_at == [2.0]
        assert now() == 2.0

    run_virtual(story())


def test_menu_choice_and_reference_keyed_before_any_prompt() -> None:
    """R-MENU-3: a regular caller keys 1 and the whole SCIN at once; no prompt is played."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press("1" + SCIN, gap_s=0.0)
        assert await play(caller, ["sound:greeting"]) == Played.INTERRUPTED
        assert await menu(caller, ["sound:menu"], {"1"}) == "1"
        assert (await ask_digits(caller, ASK, length=12)).digits == SCIN
        assert caller.prompts == []
        assert now() == 0.0

    run_virtual(story())


def test_the_rest_of_a_reference_may_follow_its_typed_ahead_start() -> None:
    """R-MENU-3, R-DTMF-1: what was typed ahead counts; the rest has 4 s between digits."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(SCIN[:5], gap_s=0.0)
        caller.press(SCIN[5:], at=3.9)
        assert (await ask_digits(caller, ASK, length=12)).digits == SCIN
        assert caller.prompts == []

    run_virtual(story())


@pytest.mark.parametrize(("first_at", "digits"), [(10.9, "12"), (11.1, "")])
def test_the_first_digit_has_six_seconds_from_the_prompts_end(first_at: float, digits: str) -> None:
    """R-DTMF-1: the prompt takes 5 s, so until second 11."""

    async def story() -> None:
        caller = FakeCaller(prompt_s=5.0)
        caller.press("12", at=first_at)
        assert (await ask_digits(caller, ASK, length=2)).digits == digits
        assert now() == pytest.approx(11.0)

    run_virtual(story())


@pytest.mark.parametrize(("gap_s", "ended_by"), [(3.9, EndedBy.COMPLETE), (4.1, EndedBy.TIMEOUT)])
def test_four_seconds_between_digits(gap_s: float, ended_by: EndedBy) -> None:
    """R-DTMF-1: an entry whose next digit does not come within 4 s ends as it is."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press("123", at=6.0, gap_s=gap_s)
        keyed = await ask_digits(caller, ASK, length=3)
        assert keyed.ended_by == ended_by
        assert keyed.digits == ("123" if ended_by is EndedBy.COMPLETE else "1")

    run_virtual(story())


@pytest.mark.parametrize(
    ("keys", "skip", "keyed"),
    [
        ("12#", False, Keyed("12", EndedBy.HASH)),
        ("#", False, Keyed("", EndedBy.HASH)),
        ("#", True, Keyed("", EndedBy.SKIPPED)),
        ("12#", True, Keyed("12", EndedBy.HASH)),
        ("99*1234", False, Keyed("1234", EndedBy.COMPLETE)),
        ("99*12#", False, Keyed("12", EndedBy.HASH)),
        ("*#", True, Keyed("", EndedBy.SKIPPED)),
    ],
)
def test_hash_ends_and_star_clears(keys: str, skip: bool, keyed: Keyed) -> None:  # noqa: FBT001  (a table's column)
    """R-DTMF-1: # ends an entry early, * clears it; R-MENU-7: # alone skips where that is offered."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(keys, at=1.0)
        assert await ask_digits(caller, ASK, length=4, skip_with_hash=skip) == keyed

    run_virtual(story())


def test_after_star_the_caller_starts_afresh() -> None:
    """R-DTMF-1: who clears the entry has the first digit's 6 s again."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press("9*", at=6.0, gap_s=1.0)
        assert await ask_digits(caller, ASK, length=4) == Keyed("", EndedBy.TIMEOUT)
        assert now() == pytest.approx(13.0)

    run_virtual(story())


@pytest.mark.parametrize("hash_at", [0.0, 0.5, 3.9])
def test_a_hash_after_a_complete_entry_is_swallowed(hash_at: float) -> None:
    """R-DTMF-1: it neither ends the next question nor interrupts its prompt, also when it comes later."""

    async def story() -> None:
        caller = FakeCaller(prompt_s=8.0)
        caller.press(SCIN, gap_s=0.0)
        caller.press("#", at=hash_at)
        assert (await ask_digits(caller, ASK, length=12)).digits == SCIN
        caller.press("12#", at=10.0)
        assert await ask_digits(caller, ["sound:ask-birth"], length=8) == Keyed("12", EndedBy.HASH)
        assert caller.stopped_at == [], "the prompt was heard to its end"

    run_virtual(story())


def test_only_one_hash_is_swallowed_and_only_soon() -> None:
    """R-MENU-7: # that answers the next prompt, more than 4 s later, is the caller's answer."""

    async def story() -> None:
        caller = FakeCaller(prompt_s=8.0)
        caller.press(SCIN, gap_s=0.0)
        caller.press("#", at=4.5)
        await ask_digits(caller, ASK, length=12)
        assert (await ask_digits(caller, ASK, length=12, skip_with_hash=True)).ended_by is EndedBy.SKIPPED
        caller.press(SCIN + "##", at=now(), gap_s=0.0)
        await ask_digits(caller, ASK, length=12)
        assert (await ask_digits(caller, ASK, length=12, skip_with_hash=True)).ended_by is EndedBy.SKIPPED

    run_virtual(story())


def test_a_hash_after_another_key_is_not_swallowed() -> None:
    """R-DTMF-1: what follows the complete entry is the first digit of the next one, and # ends that."""

    async def story() -> None:
        caller = FakeCaller(prompt_s=8.0)
        caller.press(SCIN, gap_s=0.0)
        caller.press("5#", at=1.0)
        await ask_digits(caller, ASK, length=12)
        assert await ask_digits(caller, ASK, length=12) == Keyed("5", EndedBy.HASH)

    run_virtual(story())


def test_digits_left_over_from_a_failed_attempt_are_dropped() -> None:
    """R-DTMF-1: the second attempt begins with nothing typed, and its prompt is heard."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(SCIN + "77", gap_s=0.0)
        assert (await ask_digits(caller, ASK, length=12)).digits == SCIN
        drop_typed_ahead(caller)
        assert await ask_digits(caller, ["sound:again"], length=12) == Keyed("", EndedBy.TIMEOUT)
        assert caller.prompts == [("sound:again", 0.0)]

    run_virtual(story())


def test_more_digits_than_asked_for_stay_for_the_next_question() -> None:
    """R-MENU-3: type-ahead across questions."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(SCIN + "12012010", gap_s=0.0)
        assert (await ask_digits(caller, ASK, length=12)).digits == SCIN
        assert (await ask_digits(caller, ASK, length=8)).digits == "12012010"

    run_virtual(story())


@pytest.mark.parametrize(
    "verb",
    [
        lambda caller: ask_digits(caller, ASK, length=12),
        lambda caller: menu(caller, ASK, {"1"}),
        lambda caller: play(caller, ASK, barge_in=False),
    ],
)
def test_a_caller_who_hangs_up_ends_every_verb_at_once(verb: Callable[[FakeCaller], Awaitable[object]]) -> None:
    """R-WAIT-5: during a prompt no verb outlives its caller."""

    async def story() -> None:
        caller = FakeCaller(prompt_s=5.0)
        caller.hang_up_at(2.0)
        with pytest.raises(NotFound):
            await verb(caller)
        assert now() == 2.0

    run_virtual(story())


def test_hanging_up_between_digits_ends_the_entry() -> None:
    """R-DTMF-1, R-WAIT-5: the digits so far are nobody's."""

    async def story() -> None:
        caller = FakeCaller(prompt_s=1.0)
        caller.press("12", at=2.0)
        caller.hang_up_at(3.0)
        with pytest.raises(NotFound):
            await ask_digits(caller, ASK, length=12)
        assert now() == 3.0

    run_virtual(story())


def test_a_prompt_that_cannot_be_played_does_not_end_the_question() -> None:
    """R-DTMF-1: the caller can still key; the time-out counts from the failure, and it is logged without digits."""

    async def story() -> None:
        caller = FakeCaller(broken=True)
        caller.press("12", at=5.0)
        with capture_logs() as logs:
            assert (await ask_digits(caller, ASK, length=2)).digits == "12"
        assert [entry["event"] for entry in logs if entry["log_level"] != "debug"] == ["prompt.failed"]

    run_virtual(story())


def test_a_message_without_barge_in_is_heard_to_its_end_and_keeps_the_digits() -> None:
    """R-MENU-3: a digit pressed before its prompt starts is not lost."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press("1", at=1.0)
        assert await play(caller, ["sound:closed", "sound:closed-cy"], barge_in=False) == Played.FINISHED
        assert caller.prompts == [("sound:closed,sound:closed-cy", 0.0)]
        assert await menu(caller, ["sound:menu"], {"1"}) == "1"
        assert now() == 5.0

    run_virtual(story())


@pytest.mark.parametrize(("keys", "choice"), [("2", "2"), ("7", WrongKey("7")), ("#", WrongKey("#")), ("", None)])
def test_a_menu_tells_choice_wrong_key_and_silence_apart(keys: str, choice: object) -> None:
    """R-MENU-4: each of them has its own prompt."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(keys, at=7.0)
        assert await menu(caller, ["sound:menu"], {"1", "2"}) == choice

    run_virtual(story())


@pytest.mark.parametrize(
    ("keys", "gap_s", "keyed"),
    [
        ("4", 0.1, Keyed("4", EndedBy.LONE_KEY)),
        ("4123", 1.9, Keyed("4123", EndedBy.COMPLETE)),
        ("4123", 2.1, Keyed("4", EndedBy.LONE_KEY)),
        ("14", 3.9, Keyed("14", EndedBy.TIMEOUT)),
    ],
)
def test_a_lone_key_is_a_choice_of_its_own(keys: str, gap_s: float, keyed: Keyed) -> None:
    """R-LINE-6: a lone 4 followed by nothing for 2 s is Welsh, otherwise the start of the reference."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(keys, at=6.0, gap_s=gap_s)
        assert await ask_digits(caller, ASK, length=4, lone_key="4") == keyed

    run_virtual(story())


def test_the_first_word_waits_for_the_media_path_and_a_key_spares_the_wait() -> None:
    """R-MENU-1: the greeting's first syllable is heard; R-MENU-3: type-ahead is not slowed."""

    async def story() -> None:
        caller = FakeCaller()
        await answer_and_settle(caller)
        assert now() == pytest.approx(0.4)
        caller.press("1", at=0.5)
        await answer_and_settle(caller)
        assert now() == pytest.approx(0.5)

    run_virtual(story())


def test_no_log_and_no_representation_shows_a_digit() -> None:
    """R-DTMF-5: digits never reach a log, by accident neither."""

    async def story() -> None:
        caller = FakeCaller()
        caller.press(SCIN, at=1.0)
        with capture_logs() as logs:
            keyed = await ask_digits(caller, ASK, length=12)
        assert [entry for entry in logs if entry["log_level"] != "debug"] == []
        assert SCIN not in repr(logs)
        assert SCIN not in repr(keyed)
        assert "7" not in repr(WrongKey("7"))

    run_virtual(story())


def test_a_cancelled_question_leaves_nothing_behind() -> None:
    """R-WAIT-5: a call that ends takes its waits with it; ``run_virtual`` fails on a task left over."""

    async def story() -> None:
        caller = FakeCaller()
        asking = asyncio.create_task(ask_digits(caller, ASK, length=12))
        await asyncio.sleep(1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        caller.press("1", at=now())
        assert len(caller.digits) == 1

    run_virtual(story())
