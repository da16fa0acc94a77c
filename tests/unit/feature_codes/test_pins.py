"""R-STATE-10: who is let in with a PIN, and who has tried too often."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from argon2 import PasswordHasher

from ivr.errors import StoreUnavailable
from ivr.feature_codes.pins import NotLetIn, PinLimits, Pins, _Known
from ivr.store.engine import SqlStore

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PIN, OTHER = "246810", "246811"
HERE, THERE = "PJSIP/7012", "PJSIP/7011"


class Store:
    """Two agents, of whom the second has no PIN."""

    def __init__(self) -> None:
        self.is_away = False

    async def read(self, _step: object, staff_number: str) -> Any:
        """An agent by staff number."""
        if self.is_away:
            raise StoreUnavailable("away")
        hashes = {"7001": CHEAP.hash(PIN), "7002": None}
        return _Known(cast("Any", int(staff_number)), hashes[staff_number]) if staff_number in hashes else None


class Door:
    """Pins with a clock that tests move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.store = Store()
        limits = PinLimits(wrong=4, window_s=600.0)
        self.pins = Pins(cast("SqlStore", self.store), limits, CHEAP, lambda: self.now)

    def tries(self, pin: str, staff: str = "7001", phone: str = HERE) -> object:
        """A PIN is keyed."""
        return asyncio.run(self.pins.admit(staff, phone, pin))


@pytest.fixture
def door() -> Any:
    """A door nobody has tried yet."""
    made = Door()
    yield made
    made.pins.close()


def test_the_right_pin_is_let_in_and_no_other(door: Door) -> None:
    assert door.tries(PIN) == 7001
    assert [door.tries(pin) for pin in (OTHER, "", "24681", "2468100")] == [NotLetIn.WRONG] * 4


@pytest.mark.parametrize("staff", ["7002", "7999"])
def test_who_has_no_pin_or_is_nobody_is_not_let_in(door: Door, staff: str) -> None:
    """Both count as wrong, so that nobody learns which numbers there are."""
    assert [door.tries(PIN, staff) for _ in range(5)] == [NotLetIn.WRONG] * 4 + [NotLetIn.TOO_MANY]


def test_four_wrong_ones_close_the_number_on_every_phone_and_the_phone_for_every_number(door: Door) -> None:
    """Whoever guesses gets no further from another phone, nor with another number."""
    assert [door.tries(OTHER) for _ in range(4)] == [NotLetIn.WRONG] * 4
    assert door.tries(PIN) is NotLetIn.TOO_MANY
    assert not door.pins.may_try("7001", THERE)
    assert not door.pins.may_try("7002", HERE)
    assert door.pins.may_try("7002", THERE)


def test_they_are_open_again_ten_minutes_after(door: Door) -> None:
    """The first of the four counts for ten minutes, not for ever."""
    for at in (0.0, 10.0, 20.0, 30.0):
        door.now = at
        door.tries(OTHER)
    door.now = 599.0
    assert door.tries(PIN) is NotLetIn.TOO_MANY
    door.now = 600.0
    assert door.tries(PIN) == 7001


def test_right_ones_and_those_that_could_not_be_judged_do_not_count(door: Door) -> None:
    """A database that is away closes nobody out."""
    for _ in range(6):
        assert door.tries(PIN) == 7001
    door.store.is_away = True
    for _ in range(6):
        with pytest.raises(StoreUnavailable):
            door.tries(PIN)
    door.store.is_away = False
    assert door.tries(PIN) == 7001
