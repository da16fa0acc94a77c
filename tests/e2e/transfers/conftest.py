"""A helpline whose agents transfer calls, also to a number outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Story
from tests.e2e.transfers.talk import Lab

LIMITS = SHORT | {"ring_timeout_s": 10, "no_ringing_timeout_s": 2}


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One for all these stories, with a carrier; its phones may ask for transfers by themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IVR_PHONE_TRANSFERS", "yes")
        made = Lab(Helpline(tmp_path_factory.mktemp("transfers"), LIMITS))
    made.write_carrier()
    made.line.start()
    yield made
    made.line.stop()


@pytest.fixture
async def story(lab: Lab) -> AsyncIterator[Story]:
    """A story on it."""
    async with Story(lab.line) as told:
        yield told
