"""The watch over the machine that tests run on: what is the machine's fault, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strain import Reading, Strain, Watch, at_worst, read_machine

AT_EASE = Strain(late_s=0.1, idle=0.5, stolen=0.01)


class Machine:
    """Two processors, idle unless told; its time is what the watch's clocks say."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.worked_s = 0.0
        self.idle_s = 0.0
        self.stolen_s = 0.0

    def read(self) -> Reading:
        """The counters now."""
        return Reading(self.now_s, 2 * self.now_s, self.idle_s, self.stolen_s)

    def goes_on(self, for_s: float, *, idle: float = 0.5, stolen: float = 0.0) -> None:
        """Time passes; ``idle`` and ``stolen``: shares."""
        self.now_s += for_s
        self.idle_s += 2 * for_s * idle
        self.stolen_s += 2 * for_s * stolen

    def watch(self) -> Watch:
        """One over this machine."""
        return Watch(self.read, lambda: self.now_s, lambda: self.worked_s)


@pytest.mark.parametrize(
    ("strain", "to_blame"),
    [
        (AT_EASE, False),
        (Strain(late_s=0.5, idle=0.5, stolen=0.0), True),
        (Strain(late_s=0.0, idle=0.5, stolen=0.1), True),
        (Strain(late_s=0.0, idle=0.15, stolen=0.0), True),
        (Strain(late_s=0.49, idle=0.16, stolen=0.09), False),
    ],
)
def test_a_machine_is_to_blame_that_stood_still_was_robbed_or_had_no_time_left(
    strain: Strain, *, to_blame: bool
) -> None:
    assert strain.is_to_blame() == to_blame


def test_the_worst_stretch_counts_not_the_whole() -> None:
    """Five seconds without a processor break a limit of two, whatever the minute was like."""
    machine = Machine()
    watch = machine.watch()
    for second in range(60):
        machine.goes_on(1, idle=0.0 if 20 <= second < 26 else 0.9, stolen=0.2 if 40 <= second < 46 else 0.0)
        watch.tick(lambda _: None)
    assert watch.strain().idle == 0.0
    assert watch.strain().stolen == pytest.approx(0.2)


def test_a_busy_second_is_no_strain() -> None:
    machine = Machine()
    watch = machine.watch()
    for second in range(10):
        machine.goes_on(1, idle=0.0 if second == 4 else 0.5)
        watch.tick(lambda _: None)
    assert not watch.strain().is_to_blame()


def test_a_short_test_is_measured_as_a_whole() -> None:
    machine = Machine()
    watch = machine.watch()
    machine.goes_on(1.5, idle=0.02)
    assert watch.strain().idle == pytest.approx(0.02)
    assert at_worst([machine.read()], 0.0) == Strain(0.0, 1.0, 0.0), "no time has passed"


def test_to_be_woken_late_is_to_stand_still_unless_the_process_itself_worked() -> None:
    machine = Machine()
    watch = machine.watch()

    def works(_: float) -> None:
        machine.goes_on(2.1)
        machine.worked_s += 1.9

    watch.tick(works)
    assert watch.strain().late_s == pytest.approx(0.1)
    watch.tick(lambda _: machine.goes_on(0.7))
    assert watch.strain().late_s == pytest.approx(0.6)


def test_each_test_begins_anew() -> None:
    machine = Machine()
    watch = machine.watch()
    watch.tick(lambda _: machine.goes_on(9, idle=0.0))
    assert watch.strain().is_to_blame()
    watch.begin_measuring()
    machine.goes_on(9)
    assert not watch.strain().is_to_blame()


def test_the_kernels_counters_are_those_of_our_processors(tmp_path: Path) -> None:
    """The host's other processors may idle as they like."""
    stat, throttled = tmp_path / "stat", tmp_path / "cpu.stat"
    stat.write_text(
        "cpu  9 9 9 9 9 9 9 9 9 9\n"
        "cpu0 100 0 50 700 50 0 0 100 0 0\n"
        "cpu1 900 0 0 0 0 0 0 0 0 0\n"
        "cpu11 5 5 5 5 5 5 5 5 5 5\nintr 1\n"
    )
    throttled.write_text("usage_usec 5\nnr_throttled 3\nthrottled_usec 2500000\n")
    found = read_machine(stat, throttled, frozenset({0}))
    assert (found.total_s, found.idle_s, found.stolen_s) == (10.0, 7.5, 3.5)


def test_a_machine_that_counts_nothing_is_not_to_blame(tmp_path: Path) -> None:
    none = tmp_path / "none"
    readings = [read_machine(none, none, frozenset({0})) for _ in range(2)]
    assert not at_worst(readings, 0.0).is_to_blame()
