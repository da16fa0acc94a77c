"""Reading a machine's apt sources: whatever form they have, the archive it uses is found and no other is assumed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import apt_sources
from tools.apt_sources import Source
from tools.console import SetupError

ONE_LINE = """
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/ours.gpg] http://mirror.example/debian bookworm main contrib
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/security bookworm-security main  # with a remark
"""
DEB822 = """
# the release
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no
"""


def machine(monkeypatch: pytest.MonkeyPatch, folder: Path, **release: str) -> None:
    """A machine whose apt sources are the files in ``folder``."""
    monkeypatch.setattr(apt_sources, "_source_places", lambda: (folder / "sources.list", folder / "parts"))
    monkeypatch.setattr(apt_sources, "os_release", lambda: {"ID": "debian", **release})
    (folder / "parts").mkdir()
    monkeypatch.delenv(apt_sources.MIRROR_VARIABLE, raising=False)


def test_one_line_form_with_options_comments_and_source_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set-up: commented lines and deb-src are no binary sources; signed-by is kept."""
    machine(monkeypatch, tmp_path)
    (tmp_path / "sources.list").write_text(ONE_LINE)
    release, security = apt_sources.machine_sources()
    assert release == Source(
        "http://mirror.example/debian", "bookworm", ("main", "contrib"), "/usr/share/keyrings/ours.gpg"
    )
    assert (security.suite, security.components) == ("bookworm-security", ("main",))


def test_deb822_form_with_an_embedded_key_and_a_disabled_stanza(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set-up: one source for each suite, the key's lines as they stand, nothing from a disabled stanza."""
    machine(monkeypatch, tmp_path)
    (tmp_path / "parts" / "debian.sources").write_text(DEB822)
    sources = apt_sources.machine_sources()
    assert [source.suite for source in sources] == ["bookworm", "bookworm-updates"]
    assert " mQINBF\n" in sources[0].deb822("forky")
    assert "Suites: forky\n" in sources[0].deb822("forky")


def test_another_suite_is_asked_of_the_archive_of_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: the security archive carries no testing suite, so the release's own address is taken."""
    machine(monkeypatch, tmp_path)
    (tmp_path / "sources.list").write_text("deb http://s.example/security bookworm-security main\n" + ONE_LINE)
    assert apt_sources.debian_archive("bookworm").uri == "http://mirror.example/debian"


def test_a_machine_without_debian_sources_is_told_what_to_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: what is missing is named with the command that brings it."""
    machine(monkeypatch, tmp_path, ID="ubuntu")
    with pytest.raises(SetupError, match=r"IVR_DEBIAN_MIRROR=.* make run"):
        apt_sources.debian_archive("noble")
