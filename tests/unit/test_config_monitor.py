"""What the monitor holds queues against, as operations write it (R-MON-3)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr import config
from ivr.domain.thresholds import Limits, MonitorRules, Rules, Target
from ivr.errors import ConfigError


def _load(tmp_path: Path, queues: str) -> config.Dialplan:
    folder = shutil.copytree(config.PROJECT / "dialplan", tmp_path / "dialplan")
    (folder / "queues.toml").write_text(queues, encoding="utf-8")
    return config.load(folder)


def test_what_is_shipped_is_the_default(tmp_path: Path) -> None:
    """R-MI-1: 80 % in 20 s; and the file shows the defaults, so that none is hidden."""
    shipped = config.load(config.PROJECT / "dialplan").monitor
    assert shipped == _load(tmp_path, "").monitor == MonitorRules()
    assert shipped.shared.target == Target(80, 20)


def test_a_queue_has_of_its_own_what_it_says_and_shares_the_rest(tmp_path: Path) -> None:
    """R-MON-3: thresholds per queue; a table about something else changes nothing."""
    rules = _load(
        tmp_path,
        "[monitor]\nwaiting_limit = 5\ntarget_within_s = 30\n"
        '[queues."segment:GICH"]\nwaiting_limit = 0\nservice_level_limit_percent = 90\n'
        '[queues."team:Third Party"]\nannounce = "none"\n',
    ).monitor
    assert rules.of("segment:GICH") == Rules(Target(80, 30), Limits(0, 180, 90, 10))
    assert rules.of("team:Third Party") == rules.shared == Rules(Target(80, 30), Limits(5, 180, 70, 10))


@pytest.mark.parametrize(
    ("queues", "mistake"),
    [
        ("[monitor]\nwaiting_limit = -1", "queues.toml: monitor.waiting_limit: found -1"),
        ("[monitor]\nwaitng_limit = 5", "monitor.waitng_limit: found 'waitng_limit', expected no such"),
        ("[monitor]\ntarget_percent = 0", "queues.toml: monitor.target_percent: found 0"),
        ('[queues."segment:GICH"]\nservice_level_limit_percent = 101', "GICH.service_level_limit_percent: found 101"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, queues: str, mistake: str) -> None:
    """Operations find it before it goes live."""
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, queues)
    (told,) = caught.value.mistakes
    assert mistake in told
