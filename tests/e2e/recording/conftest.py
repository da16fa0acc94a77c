"""A helpline whose general line is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.helpline import SHORT
from tests.e2e.recording.recorded import RecordedHelpline
from tests.e2e.story import Story


@pytest.fixture(scope="module")
def recorded_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedHelpline]:
    """A helpline that records."""
    line = RecordedHelpline(tmp_path_factory.mktemp("recorded"), SHORT)
    line.start()
    yield line
    line.stop()


@pytest.fixture
async def recorded_story(recorded_line: RecordedHelpline) -> AsyncIterator[Story]:
    """A story on it."""
    async with Story(recorded_line) as told:
        yield told
