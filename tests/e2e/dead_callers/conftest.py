"""A helpline where After Call Work lasts longer than one dead caller's end is from the next one's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Story


@pytest.fixture(scope="package")
def lasting_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """One for these stories."""
    line = Helpline(tmp_path_factory.mktemp("lasting"), SHORT | {"after_call_work_s": 60})
    line.start()
    yield line
    line.stop()


@pytest.fixture
async def story(lasting_helpline: Helpline) -> AsyncIterator[Story]:
    """A story on it."""
    async with Story(lasting_helpline) as told:
        yield told
