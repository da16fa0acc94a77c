"""A helpline whose agents can call outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.outbound.making import OutboundLab, outbound_lab
from tests.e2e.story import Story


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutboundLab]:
    """One helpline for all these stories."""
    with outbound_lab(tmp_path_factory.mktemp("outbound")) as made:
        yield made


@pytest.fixture
async def dial_story(lab: OutboundLab) -> AsyncIterator[Story]:
    """A story on it."""
    async with Story(lab.line) as told:
        yield told
