"""A helpline for the states: phones ring long enough to be lost meanwhile, and nobody stays Available for long."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Story

IDLE_S = 17
WARNING_S = 15
LIMITS = SHORT | {
    "ring_timeout_s": 15,
    "no_ringing_timeout_s": 4,
    "idle_logout_s": IDLE_S,
    "idle_warning_s": WARNING_S,
}


@pytest.fixture(scope="package")
def states_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """One for all these stories."""
    line = Helpline(tmp_path_factory.mktemp("states"), LIMITS)
    line.start()
    yield line
    line.stop()


@pytest.fixture
async def story(states_helpline: Helpline) -> AsyncIterator[Story]:
    """A story on it."""
    async with Story(states_helpline) as told:
        yield told
