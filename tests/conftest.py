"""All tests: which of them may be told again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests import told_again

HERE: Final = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Tests are told again as `told_again` says."""
    config.pluginmanager.register(told_again)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever has limits on a real PBX can fail by the machine."""
    for item in items:
        if _is_on_a_pbx(item.path.relative_to(HERE)):
            told_again.may_be_told_again(item)


def _is_on_a_pbx(path: Path) -> bool:
    room, *inner, _ = path.parts
    return room in {"browser", "e2e"} or (room == "integration" and (not inner or inner[0] == "pbx"))
