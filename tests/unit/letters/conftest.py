"""One printing process for all tests of letters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.letters.press import Press, printing


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """The service's own printing process."""
    with printing() as found:
        yield found
