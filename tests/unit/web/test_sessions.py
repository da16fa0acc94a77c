"""The door: how often a log-in may fail."""

from __future__ import annotations

import pytest

from ivr.domain.failures import FailureWindow
from ivr.web.problems import Refusal
from ivr.web.services import LogInLimits
from ivr.web.sessions import LogInGate


class Clock:
    """Monotonic seconds that tests move."""

    def __init__(self) -> None:
        self.s = 100.0

    def read(self) -> float:
        """The clock's reading."""
        return self.s


def test_the_window_slides() -> None:
    """Each failure is forgotten a minute after it happened, not all at once."""
    clock = Clock()
    window = FailureWindow(60.0, 2, clock.read)
    window.count("7001")
    clock.s += 20
    window.count("7001")
    assert window.wait_s("7001") == 40
    assert window.wait_s("7002") == 0
    clock.s += 40
    assert window.wait_s("7001") == 0
    window.count("7001")
    assert window.wait_s("7001") == 20


def test_a_success_does_not_count() -> None:
    """Two hundred desks behind one address log in within a minute."""
    gate = LogInGate(LogInLimits(per_staff_number=2, per_address=3), Clock().read)
    for number in range(200):
        gate.enter(str(number), "127.0.0.1")
        gate.take_back(str(number), "127.0.0.1")


def test_one_address_guessing_many_numbers_is_stopped() -> None:
    """One common password tried on everybody is the same attack."""
    clock = Clock()
    gate = LogInGate(LogInLimits(per_staff_number=2, per_address=3), clock.read)
    for number in range(3):
        gate.enter(str(number), "127.0.0.1")
    with pytest.raises(Refusal) as refused:
        gate.enter("9", "127.0.0.1")
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "60")
    gate.enter("9", "127.0.0.2")


def test_what_is_remembered_is_bounded() -> None:
    """A guesser with endless names does not fill the memory."""
    clock = Clock()
    window = FailureWindow(60.0, 1, clock.read)
    for number in range(10_000):
        window.count(f"a{number}")
    clock.s += 61
    window.count("b")
    assert len(window._failures) == 1
