"""How operations write what new-application call backs go by (R-CB-10, R-CB-11)."""

from __future__ import annotations

import shutil
from datetime import time
from pathlib import Path

import pytest

from ivr import config
from ivr.domain.times_of_day import SHIPPED
from ivr.errors import ConfigError


def _load(tmp_path: Path, office: str) -> config.Dialplan:
    folder = shutil.copytree(config.PROJECT / "dialplan", tmp_path / "dialplan")
    (folder / "office.toml").write_text(office, encoding="utf-8")
    return config.load(folder)


def test_what_is_shipped() -> None:
    """R-CB-10: a list of outcomes, each in both languages; the times of day are the defaults."""
    rules = config.load(config.PROJECT / "dialplan").application_rules
    assert (rules.times_of_day, rules.segment) == (SHIPPED, "Applications")
    assert [one.name for one in rules.outcomes][:2] == ["application_taken", "information_given"]
    assert all(one.en and one.cy and one.en != one.cy for one in rules.outcomes)


def test_operations_own(tmp_path: Path) -> None:
    """R-CB-10: another list, other times; without any there is something to complete one with."""
    own = '[applications]\ntimes_of_day = ["08:15"]\n[[applications.outcomes]]\nname = "a"\nen = "A"\ncy = "B"\n'
    rules = _load(tmp_path, own).application_rules
    assert rules.times_of_day == (time(8, 15),)
    assert [one.name for one in rules.outcomes] == ["a"]
    assert rules.outcome("a") is not None
    assert rules.outcome("b") is None


def test_nothing_written(tmp_path: Path) -> None:
    """R-CB-10: an empty file still completes them with something."""
    assert _load(tmp_path, "").application_rules.outcomes


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('times_of_day = ["9:30"]', "times_of_day"),
        ('times_of_day = ["24:00"]', "times_of_day"),
        ("times_of_day = []", "times_of_day"),
        ('outcomes = [{name = "a", en = "A"}]', "cy"),
        ('outcomes = [{name = "A b", en = "A", cy = "B"}]', "name"),
        ('outcomes = [{name = "a", en = "A", cy = "B"}, {name = "a", en = "C", cy = "D"}]', "each name once"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, wrong: str, told: str) -> None:
    """Operations want a mistake found before it goes live."""
    with pytest.raises(ConfigError, match=told):
        _load(tmp_path, f"[applications]\n{wrong}\n")
