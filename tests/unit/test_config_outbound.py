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
