"""People with browsers on a real helpline: `desk_of` and `monitor_of`. One Chromium and one helpline for each worker.

All of a worker's browser tests share one event loop, since the browser lives in it. What a page must never do (an
error, a word with another address) fails the test that made it. What each tab showed at a failure is kept in
``.state/test/failed``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.people import Desk, Monitor
from tests.browser.room import Room
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.outbound.making import OutboundLab, connect_carrier
from tests.e2e.story import Story
from tests.patience import patient_softphones

__all__ = ["Room", "patient_softphones"]

UNHURRIED: Final = {
    **SHORT,
    "ring_timeout_s": 12,
    "after_call_work_s": 40,
    "overflow_s": 8,
    "longest_wait_limit_s": 4,
    "snooze_step_s": 2,
}
"""A caller's times as in other stories; a person at a page has time to look and to press."""
FAILED: Final = chromium.PROJECT / ".state" / "test" / "failed"
_outcome = pytest.StashKey[pytest.TestReport]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here is marked, and runs in the loop in which the browser lives."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how the test went, so that what was on the screen can be kept."""
    report = yield
    if call.when == "call":
        item.stash[_outcome] = report
    return report


@pytest.fixture(scope="session")
def outbound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutboundLab]:
    """This worker's helpline, and the carrier over which it calls outside."""
    folder = tmp_path_factory.mktemp("browsers")
    line = Helpline(folder, UNHURRIED)
    port = connect_carrier(folder)
    try:
        line.start()
        yield OutboundLab(line, port)
    finally:
        line.stop()


@pytest.fixture(scope="session")
def helpline(outbound: OutboundLab) -> Helpline:
    """This worker's helpline."""
    return outbound.line


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """This worker's Chromium."""
    if not chromium.program().is_file():
        pytest.skip("no Chromium: `python3 -m tools.bootstrap --with chromium` unpacks one")
    async with chromium.running() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def story(helpline: Helpline) -> AsyncIterator[Story]:
    """A story on this worker's helpline."""
    async with Story(helpline) as told:
        yield told


@pytest_asyncio.fixture(loop_scope="session")
async def room(browser: Browser, story: Story, request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    """Everybody with a browser in this test."""
    made = Room(browser, story)
    yield made
    outcome = request.node.stash.get(_outcome, None)
    failed = outcome is not None and outcome.failed
    await made.leave(_kept(request.node.name) if failed else None)


def _kept(test: str) -> Path:
    FAILED.mkdir(parents=True, exist_ok=True)
    return FAILED / re.sub(r"\W+", "-", test)


@pytest.fixture
def desk_of(room: Room) -> Callable[..., Awaitable[Desk]]:
    """Seats a caseworker at their desk: a staff number, then as `Room.desk_of` says."""
    return room.desk_of


@pytest.fixture
def monitor_of(room: Room) -> Callable[..., Awaitable[Monitor]]:
    """Seats a team leader at the monitor: a staff number, then as `Room.monitor_of` says."""
    return room.monitor_of
