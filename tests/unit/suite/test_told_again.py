"""What a run says of a test that failed: on a machine at ease, and on one to blame. Each is a run of pytest's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[3]
CONFTEST: Final = """
from tests import told_again
from tests.strain import Strain

told_again.WATCH.strain = lambda: Strain(late_s={late_s}, idle=0.5, stolen=0.0)


def pytest_configure(config):
    config.pluginmanager.register(told_again)


def pytest_collection_modifyitems(items):
    for item in items:
        if "story" in item.name:
            told_again.may_be_told_again(item)
"""
TESTS: Final = """
from pathlib import Path


def _tellings(of):
    told = Path(__file__).parent / of
    told.write_text(told.read_text() + "x" if told.exists() else "x")
    return len(told.read_text())


def test_a_story_that_fails_twice():
    assert _tellings("twice") > 2, "nobody\\nanswered"


def test_a_story_that_always_fails():
    assert not _tellings("always")


def test_a_unit_that_fails():
    assert not _tellings("unit")
"""
PLUGINS: Final = ("-p", "pytest_rerunfailures", "-p", "xdist", "-p", "no:cacheprovider")


def _run(folder: Path, late_s: float) -> str:
    """What pytest says at the end, with one worker as in `make test`."""
    (folder / "conftest.py").write_text(CONFTEST.format(late_s=late_s))
    (folder / "test_them.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGINS, "-n", "1", "-c", os.devnull, "--rootdir", folder, folder],
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": f"{PROJECT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _tellings(folder: Path) -> list[int]:
    return [len((folder / name).read_text()) for name in ("twice", "always", "unit")]


def test_a_machine_to_blame_gives_a_story_two_more_tellings_and_a_unit_test_none(tmp_path: Path) -> None:
    said = _run(tmp_path, late_s=3.0)
    assert _tellings(tmp_path) == [3, 3, 1]
    assert "2 failed, 1 passed" in said
    assert "4 rerun" in said
    assert "test_a_story_that_fails_twice (call): stood still 3.0 s, stolen 0%, idle 50%\n" in said
    assert "    AssertionError: nobody answered assert" in said
    assert "- The machine meanwhile -" in said, "with the traceback of what failed in the end"


def test_on_a_machine_at_ease_a_failure_is_a_failure(tmp_path: Path) -> None:
    said = _run(tmp_path, late_s=0.0)
    assert _tellings(tmp_path) == [1, 1, 1]
    assert "3 failed" in said
    assert "rerun" not in said
    assert "told again" not in said
