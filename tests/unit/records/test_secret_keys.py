"""The keys that callers' secrets are kept under, and what is kept (R-SEC-1)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as some

from ivr.domain.security import Drawn, Question, Secrets
from ivr.errors import ConfigError
from ivr.records import secret_keys
from ivr.records.held_secrets import Given, compare, seal

CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
KEYS: Final = secret_keys.fresh()
WANTED: Final = Secrets("4401926", "green kettle", {question: f"word {question.value}" for question in Question})
DRAWN: Final = Drawn((1, 2), (Question.FIRST_PET, Question.FIRST_JOB))
RIGHT: Final = Given(("4", "4"), "Green Kettle", ("Word first_pet", "word first-job"))


def test_the_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """R-SEC: at the first start; a second start changes nothing."""
    path = tmp_path / "keys" / "secrets.key"
    secret_keys.ensure(path)
    made = path.read_text()
    secret_keys.ensure(path)
    assert path.read_text() == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secrets.key"]
    assert len(secret_keys.read(path).keys) == 1


def test_a_key_is_changed_by_a_line_before_it(tmp_path: Path) -> None:
    """R-SEC: the first is in use, those below still check who was set up under them."""
    path = tmp_path / "secrets.key"
    secret_keys.ensure(path)
    before = secret_keys.read(path).current
    path.write_text("# since Monday\n" + "ab" * 32 + "\n\n" + path.read_text())
    after = secret_keys.read(path)
    assert after.current.key_id != before.key_id
    found = after.of(before.key_id)
    assert found is not None
    assert found.value == before.value
    assert after.of("0" * 16) is None


@pytest.mark.parametrize("text", ["", "# nothing\n", "abcd\n", "zz" * 32, "ab" * 32 + "\nno key\n", "é"])
def test_a_file_without_keys_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    """A mistake in it is named by its place; what it holds is not repeated."""
    path = tmp_path / "secrets.key"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        secret_keys.read(path)
    assert str(path) in str(raised.value)
    assert not text.strip() or text.strip() not in str(raised.value)


def test_no_key_shows_itself() -> None:
    """A logged key tells nothing."""
    assert KEYS.current.value.hex() not in repr(KEYS)
    assert repr(KEYS.current.value) not in repr(KEYS)


def test_what_is_kept_shows_nothing() -> None:
    """R-SEC-1: equal digits at two places differ, and so do two people with the same secrets."""
    sealed, other = (seal(WANTED, KEYS.current, CHEAP) for _ in range(2))
    assert len(set(sealed.pin)) == 7
    assert not set(sealed.pin) & set(other.pin)
    assert not set(sealed.answers.values()) & set(other.answers.values())
    assert sealed.password_hash.startswith("$argon2id$")


def test_what_was_set_up_is_right() -> None:
    """R-SEC-1: as it is spoken."""
    assert compare(seal(WANTED, KEYS.current, CHEAP), KEYS.current, DRAWN, RIGHT, CHEAP) == (True,) * 5


@given(some.tuples(*[some.booleans()] * 5))
def test_each_of_the_five_is_judged_by_itself(right: tuple[bool, ...]) -> None:
    """R-SEC-1: whatever comes of the others."""
    sealed = seal(WANTED, KEYS.current, CHEAP)
    given_ = Given(
        ("4" if right[0] else "5", "4" if right[1] else ""),
        RIGHT.password if right[2] else "red kettle",
        (RIGHT.answers[0] if right[3] else "", RIGHT.answers[1] if right[4] else "word first_pet"),
    )
    assert compare(sealed, KEYS.current, DRAWN, given_, CHEAP) == right


def test_another_key_finds_nothing_right() -> None:
    """R-SEC-1: a database without its key gives no PIN, password or answer."""
    sealed = seal(WANTED, KEYS.current, CHEAP)
    assert compare(sealed, secret_keys.fresh().current, DRAWN, RIGHT, CHEAP) == (False,) * 5
