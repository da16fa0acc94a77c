"""All tests: in which order they are told, and which of them may be told again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

from tests import nothing_personal, told_again
from tests.order import in_parts

HERE: Final = Path(__file__).parent
STORIES: Final = ("browser", "e2e")


def pytest_configure(config: pytest.Config) -> None:
    """Tests are told again as `told_again` says. What hypothesis tries is the same at each run, so that a run that
    passed passes again; ``IVR_HYPOTHESIS=search`` tries new things.
    """
    config.pluginmanager.register(told_again)
    config.pluginmanager.register(nothing_personal)
    settings.register_profile("alike", derandomize=True, deadline=None)
    settings.register_profile("search", deadline=None)
    settings.load_profile(os.environ.get("IVR_HYPOTHESIS", "alike"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow ones first; whatever has limits on a real PBX or database can fail by the machine."""
    for item in items:
        if _room(item) != "unit":
            told_again.may_be_told_again(item)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        items.sort(key=lambda item: not _is_slow(item))
    else:
        items[:] = in_parts(items, workers, _folder_of_story, _is_slow)


def _room(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0]


def _folder_of_story(item: pytest.Item) -> str | None:
    return str(item.path.parent) if _room(item) in STORIES else None


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None
