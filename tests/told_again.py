"""A story that failed while the machine was to blame is told again, up to twice, and the run says so.

A plugin of pytest's: it marks what may be told again for pytest-rerunfailures, whose condition is asked at the
failure. A failure on a machine at ease is a failure at once, and unit tests are never told again.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Final

import pytest

from tests.strain import Watch, read_machine

TIMES: Final = 2
RULE: Final = "told again: the machine was to blame"


WATCH: Final = Watch(read_machine)


def may_be_told_again(item: pytest.Item) -> None:
    """Mark a test whose limits a machine can break."""
    item.add_marker(pytest.mark.flaky(reruns=TIMES, condition=machine_is_to_blame))


def machine_is_to_blame() -> bool:
    """Asked at a failure."""
    return WATCH.strain().is_to_blame()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Each telling is measured by itself."""
    WATCH.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure that might be the machine's says how the machine had it."""
    report = yield
    if report.failed and item.get_closest_marker("flaky"):
        strain = str(WATCH.strain())
        report.__dict__["strain"] = strain
        report.sections.append(("The machine meanwhile", strain))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each test that was told again, and what the machine was at."""
    told: list[pytest.TestReport] = terminalreporter.stats.get("rerun", [])
    if told:
        terminalreporter.write_sep("=", RULE, yellow=True)
    for report in told:
        strain = getattr(report, "strain", "not measured")
        terminalreporter.write_line(f"{report.nodeid} ({report.when}): {strain}")
        terminalreporter.write_line(f"    {_why(report)}")


def _why(report: pytest.TestReport) -> str:
    """The failure's last words, in one line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    words = crash.message if crash is not None else str(report.longrepr)
    return " ".join(words.split())[:200]
