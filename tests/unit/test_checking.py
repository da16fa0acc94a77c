"""`ivr check`: every mistake of every file at once, before it is live."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr import checking
from ivr.errors import ConfigError
from ivr.settings import PROJECT


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Copies of the shipped ``dialplan/`` and ``prompts/``, to be spoilt."""
    for name in ("dialplan", "prompts"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    return tmp_path / "dialplan", tmp_path / "prompts"


def spoil(path: Path, found: str, instead: str) -> None:
    text = path.read_text()
    assert found in text
    path.write_text(text.replace(found, instead, 1))


def mistakes(folders: tuple[Path, Path]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        checking.check(*folders)
    return caught.value.mistakes


def test_what_is_shipped_is_sound(folders: tuple[Path, Path]) -> None:
    """R-LINE-2: six lines."""
    assert checking.check(*folders).startswith("The configuration is sound: 6 lines, ")


def test_mistakes_of_all_files_are_told_together(folders: tuple[Path, Path]) -> None:
    """People, operations: every mistake, each with its file, what was found and what is meant."""
    dialplan, prompts = folders
    spoil(dialplan / "queues.toml", "ring_timeout_s", "ring_time_out_s")
    spoil(prompts / "cy-GB.toml", "closed-holiday =", "closed-hollyday =")
    found = mistakes(folders)
    assert {one.partition(":")[0] for one in found} >= {"queues.toml", "cy-GB.toml"}
    assert any("did you mean 'ring_timeout_s'?" in one for one in found)
    assert any(one.startswith("cy-GB.toml: prompts.closed-holiday") and "closed-hollyday" in one for one in found)


def test_a_recording_that_is_no_sound_is_told_beside_the_rest(folders: tuple[Path, Path]) -> None:
    """A misnamed recording would never be heard."""
    dialplan, prompts = folders
    spoil(dialplan / "lines.toml", 'hours = "clients"', 'hours = "client"')
    (prompts / "recordings" / "en").mkdir(exist_ok=True)
    (prompts / "recordings" / "en" / "closd.wav").write_bytes(b"")
    found = mistakes(folders)
    assert len(found) == 2
    assert "did you mean 'clients'?" in found[0]
    assert "nearest: en/closed.wav" in found[1]


def test_a_line_whose_message_nobody_says_is_told(folders: tuple[Path, Path]) -> None:
    """R-LINE-5: a closed message is checked against the prompts before a caller needs it."""
    dialplan, _prompts = folders
    spoil(dialplan / "lines.toml", 'hours = "clients"', 'hours = "clients"\nclosed = "close"')
    assert mistakes(folders) == [
        "lines.toml: general.closed: found 'close', expected a prompt in both languages (did you mean 'closed'?)"
    ]
