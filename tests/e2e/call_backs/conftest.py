"""A helpline that offers call backs, and a carrier that they go over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.call_backs.called import CallBackLab, call_back_lab
from tests.e2e.story import Story


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallBackLab]:
    """One helpline for all stories about call backs."""
    with call_back_lab(tmp_path_factory.mktemp("call_backs")) as made:
        yield made


@pytest.fixture
async def back_story(lab: CallBackLab) -> AsyncIterator[Story]:
    """A story on it; what it leaves to be called back is over with it."""
    async with Story(lab.line) as told:
        yield told
