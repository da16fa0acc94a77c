"""outbound.toml: what may be dialled, and every mistake in it (R-OUT-4)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr import config
from ivr.domain.dialling import DiallingRules
from ivr.errors import ConfigError


def _folder(tmp_path: Path, outbound: str) -> Path:
    folder = tmp_path / "dialplan"
    shutil.copytree(config.PROJECT / "dialplan", folder)
    (folder / "outbound.toml").write_text(outbound)
    return folder


def test_as_shipped_premium_and_international_are_refused(tmp_path: Path) -> None:
    """R-OUT-4: unless allowed; an empty file says the same."""
    shipped = config.load(config.PROJECT / "dialplan").dialling
    assert (shipped.premium, shipped.countries) == (False, ())
    assert config.load(_folder(tmp_path, "")).dialling == shipped == DiallingRules()


def test_what_operations_allow_is_read(tmp_path: Path) -> None:
    """R-OUT-4: beginnings, premium, countries."""
    text = '[numbers]\nprefixes = ["03", "07700"]\npremium = true\ncountries = ["IE", "FR"]\n'
    expected = DiallingRules(("03", "07700"), premium=True, countries=("IE", "FR"))
    assert config.load(_folder(tmp_path, text)).dialling == expected


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('prefixes = ["7"]', "outbound.toml: numbers.prefixes: found '7', expected the beginning of a national"),
        ('prefixes = ["+44"]', "outbound.toml: numbers.prefixes: found '+44'"),
        ('countries = ["EI"]', "outbound.toml: numbers.countries: found 'EI', expected a country's two-letter code"),
        ('countries = ["ie"]', "found 'ie', expected a country's two-letter code (ISO 3166-1) (did you mean 'IE'?)"),
        ('countries = ["GB"]', "expected countries abroad"),
        ("premum = true", "numbers.premum: found 'premum', expected no such key (did you mean 'premium'?)"),
        ("premium = 1", "numbers.premium: found 1, expected true or false"),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(tmp_path: Path, line: str, mistake: str) -> None:
    """People, operations: `ivr check` and a reload tell where, what, and the nearest."""
    with pytest.raises(ConfigError) as told:
        config.load(_folder(tmp_path, f"[numbers]\n{line}\n"))
    (found,) = told.value.mistakes
    assert mistake in found


def test_an_older_configuration_without_the_file_is_read() -> None:
    """A call keeps what it began with; what was stored before the file was known has its defaults."""
    texts = dict(config.load(config.PROJECT / "dialplan").texts)
    del texts["outbound.toml"]
    assert config.parse(texts).dialling == DiallingRules()


CARRIER = '[one]\naddresses = ["192.0.2.10"]\nserver = "sip.carrier.example"\n'


def _with_carrier(tmp_path: Path, outbound: str) -> Path:
    folder = _folder(tmp_path, outbound)
    (folder / "trunks.toml").write_text(CARRIER)
    return folder


def test_without_a_trunk_no_number_outside_can_be_rung() -> None:
    """R-OUT-1: as shipped; whom we call would see the line of their brand, employers their own."""
    shipped = config.load(config.PROJECT / "dialplan").rules.outbound
    assert shipped.unit("07700900123") is None
    assert [shipped.cli("cmg"), shipped.cli("nicms")] == ["03069990100", "03069990102"]
    assert shipped.cli("cmg", employer=True) == "03069990200"


def test_calls_outside_go_over_a_carrier_with_the_number_of_a_line(tmp_path: Path) -> None:
    """R-OUT-1, R-XFER-5: the trunk, its times, the number shown, an interpreter's number."""
    text = '[calls]\ntrunk = "one"\nring_timeout_s = 20\n[cli]\nnicms = "employers"\n'
    text += '[interpreters.the-big-word]\nnumber = "+44 3069 990500"\n'
    found = config.load(_with_carrier(tmp_path, text)).rules.outbound
    unit = found.unit("07700900123")
    assert unit is not None
    assert (unit.trunk.name, unit.number, unit.times.ring_timeout_s) == ("one", "07700900123", 20)
    assert found.cli("nicms") == "03069990200"
    assert found.interpreters == {"the-big-word": "03069990500"}


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('[calls]\ntrunk = "oen"', "outbound.toml: calls.trunk: found 'oen', expected a carrier of trunks.toml"),
        ('[cli]\ncmg = "generel"', "outbound.toml: cli.cmg: found 'generel', expected a line of lines.toml"),
        ('[interpreters.x]\nnumber = "0909 879 0000"', "outbound.toml: interpreters.x.number: found '0909 879 0000'"),
    ],
)
def test_a_mistake_in_how_calls_go_out_is_told(tmp_path: Path, text: str, mistake: str) -> None:
    """Bad input: file, key, what was found, what was expected."""
    with pytest.raises(ConfigError) as caught:
        config.load(_with_carrier(tmp_path, text))
    assert any(line.startswith(mistake) for line in caught.value.mistakes), caught.value.mistakes
