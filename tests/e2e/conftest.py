"""Helplines for stories: one with shortened limits for each test worker, and one with the limits as shipped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.helpline import PATIENT, SHORT, Helpline
from tests.e2e.story import Story
from tests.patience import patient_softphones

__all__ = ["patient_softphones"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every story is marked."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """This worker's helpline, with shortened limits."""
    line = Helpline(tmp_path_factory.mktemp("helpline"), SHORT)
    line.start()
    yield line
    line.stop()


@pytest.fixture(scope="session")
def shipped_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """A helpline with every limit as shipped."""
    line = Helpline(tmp_path_factory.mktemp("shipped"), {})
    line.start()
    yield line
    line.stop()


@pytest.fixture(scope="session")
def patient_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """This worker's helpline for many callers side by side."""
    line = Helpline(tmp_path_factory.mktemp("patient"), PATIENT)
    line.start()
    yield line
    line.stop()


@pytest.fixture
async def patient_story(patient_helpline: Helpline) -> AsyncIterator[Story]:
    """A story of many callers side by side."""
    async with Story(patient_helpline) as told:
        yield told


@pytest.fixture
async def story(helpline: Helpline) -> AsyncIterator[Story]:
    """A story on this worker's helpline."""
    async with Story(helpline) as told:
        yield told


@pytest.fixture
async def shipped_story(shipped_helpline: Helpline) -> AsyncIterator[Story]:
    """A story with the limits as shipped."""
    async with Story(shipped_helpline) as told:
        yield told
