"""Which Asterisk is taken: never one that is known to be too old, insecure or broken."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tools import toolchain
from tools.console import SetupError


@pytest.mark.parametrize("version", ["22.10.1", "22.10.1+dfsg+~cs6.17-1", "22.11.0", "23.4.1", "24.0.0"])
def test_versions_that_can_be_used(version: str) -> None:
    """Set-up: 22.10.1 is the first with StasisBroadcast and its security fixes; later ones follow."""
    assert toolchain.why_refused(version) == ""


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("22.10.0", "22.10.1 or newer"),
        ("20.20.1", "22.10.1 or newer"),
        ("23.4.0", "23.4.1 or newer"),
        ("22.11.0-rc1", "pong"),
        ("GIT-master-1234", "does not tell"),
        ("", "does not tell"),
    ],
)
def test_versions_that_are_refused(version: str, why: str) -> None:
    """Set-up: a version that is too old or known to be bad is refused, with the reason."""
    assert why in toolchain.why_refused(version)


def fake_asterisk(folder: Path, version: str) -> Path:
    """A program that says it is that Asterisk."""
    program = folder / "asterisk"
    program.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_the_named_asterisk_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: ASTERISK= wins, and nothing is fetched."""
    monkeypatch.setenv("ASTERISK", str(fake_asterisk(tmp_path, "22.12.0")))
    monkeypatch.setattr(toolchain, "bring", pytest.fail)
    toolchain.choose_asterisk(tmp_path)
    assert '"version": "22.12.0"' in (tmp_path / "asterisk.json").read_text()


def test_a_named_asterisk_that_is_too_old_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: what a person named is not silently replaced by another."""
    monkeypatch.setenv("ASTERISK", str(fake_asterisk(tmp_path, "20.1.0")))
    with pytest.raises(SetupError, match=r"20\.1\.0 .* cannot be used"):
        toolchain.choose_asterisk(tmp_path)


def test_an_installed_one_that_is_too_old_is_left_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Set-up: the machine's own Asterisk is used only when it is good enough; else that is said, and one brought."""
    monkeypatch.delenv("ASTERISK", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    fake_asterisk(tmp_path, "18.0.0")
    brought = tmp_path / "brought"
    loader = brought / "usr" / "lib" / "x-linux-gnu" / "ld-linux-x.so.2"
    loader.parent.mkdir(parents=True)
    loader.write_text("#!/bin/sh\necho 'Asterisk 22.10.1'\n")
    loader.chmod(0o755)
    monkeypatch.setattr(toolchain, "bring", lambda *_: brought)
    toolchain.choose_asterisk(tmp_path)
    assert "18.0.0 is left aside" in capsys.readouterr().out
    assert f'"root": "{brought}"' in (tmp_path / "asterisk.json").read_text()
