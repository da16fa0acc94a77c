"""Asterisk's console, asked with its own program and over its control socket alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.errors import PbxUnavailable
from ivr.pbx import asterisk


def test_the_console_answers_the_same_without_asterisks_program(tmp_path: Path) -> None:
    """Containers: the service asks an Asterisk whose program is in another image."""
    install = asterisk.locate()
    elsewhere = replace(install, program=tmp_path / "nowhere")
    with asterisk.running(install, asterisk.on_free_ports(tmp_path)) as pbx:
        for command in ("core show channels count", "dialplan show fallback", "no such command"):
            assert asterisk.rx(elsewhere, pbx, command).strip() == asterisk.rx(install, pbx, command).strip()
        assert "fully booted" in asterisk.rx(elsewhere, pbx, "core waitfullybooted")
    with pytest.raises(PbxUnavailable, match="does not answer"):
        asterisk.rx(elsewhere, pbx, "core show channels")
