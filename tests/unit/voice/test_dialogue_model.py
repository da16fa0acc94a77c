"""Whatever a caller keys, and however fast, an entry reads as the rules say: checked against a model of a few lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.voice.dialogue import EndedBy, Keyed, ask_digits
from tests.unit.virtual_time import run_virtual
from tests.unit.voice.fake_caller import FakeCaller

PROMPT_S, FIRST_S, BETWEEN_S, LENGTH = 5.0, 6.0, 4.0, 4
KEYS = st.lists(
    st.tuples(st.sampled_from("0123456789*#"), st.sampled_from([0.05, 1.0, 3.9, 4.1, 5.9, 6.1, 11.5])), max_size=10
)
AHEAD = st.integers(0, 6)
"""How many keys were pressed before the question was asked."""


def expected(keys: list[tuple[str, float]]) -> Keyed:
    """R-DTMF-1, read aloud: each key is a pair of the key and the pause before it."""
    typed, limit_s = "", PROMPT_S + FIRST_S
    for key, pause_s in keys:
        if pause_s >= limit_s:
            break
        if key == "#":
            return Keyed(typed, EndedBy.HASH)
        typed = "" if key == "*" else typed + key
        limit_s = BETWEEN_S if typed else FIRST_S
        if len(typed) == LENGTH:
            return Keyed(typed, EndedBy.COMPLETE)
    return Keyed(typed, EndedBy.TIMEOUT)


@settings(max_examples=300, deadline=None)
@given(KEYS, AHEAD)
def test_an_entry_is_what_the_rules_make_of_the_keys(pressed: list[tuple[str, float]], ahead: int) -> None:
    """R-DTMF-1, R-MENU-3: for every sequence of keys and pauses, before, during and after the prompt."""
    keys = [(key, 0.0 if place < ahead else pause_s) for place, (key, pause_s) in enumerate(pressed)]

    async def story() -> Keyed:
        caller, at = FakeCaller(PROMPT_S), 0.0
        for key, pause_s in keys:
            at += pause_s
            caller.press(key, at=at)
        return await ask_digits(caller, ["sound:ask"], length=LENGTH)

    assert run_virtual(story()) == expected(keys)
