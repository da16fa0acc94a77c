"""A helpline with carriers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.story import Story
from tests.e2e.trunks.carriers import TrunkLab, trunk_lab


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrunkLab]:
    """One helpline for all stories about trunks."""
    with trunk_lab(tmp_path_factory.mktemp("trunks")) as made:
        yield made


@pytest.fixture
async def trunk_story(lab: TrunkLab) -> AsyncIterator[Story]:
    """A story on it."""
    async with Story(lab.line) as told:
        yield told
