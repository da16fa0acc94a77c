"""trunks.toml and [welsh] of queues.toml: what they say, and every mistake in them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr import config
from ivr.errors import ConfigError
from ivr.pbx.trunks import Trunk

ONE = """
[one]
addresses = ["192.0.2.10", "198.51.100.16/29"]
server = "sip.carrier.example"
codecs = ["alaw"]
dtmf = "rfc4733"
number_form = "+44"
cli = "03069 990100"
"""
WELSH = '[welsh]\nexternal_number = "+44 3069 990400"\ntrunk = "one"\nring_timeout_s = 20\n'


def _folder(tmp_path: Path, trunks: str, welsh: str = "") -> Path:
    folder = tmp_path / "dialplan"
    shutil.copytree(config.PROJECT / "dialplan", folder)
    (folder / "trunks.toml").write_text(trunks)
    with (folder / "queues.toml").open("a") as queues:
        queues.write(welsh)
    return folder


def _mistakes(tmp_path: Path, trunks: str, welsh: str = "") -> list[str]:
    with pytest.raises(ConfigError) as told:
        config.load(_folder(tmp_path, trunks, welsh))
    return list(told.value.mistakes)


def test_a_carrier_is_read_whole(tmp_path: Path) -> None:
    """Design, configuration: addresses, server with SIP's own port, codecs, digits, the form of numbers, the CLI."""
    plan = config.load(_folder(tmp_path, ONE, WELSH))
    assert plan.trunks["one"] == Trunk(
        "one",
        ("192.0.2.10", "198.51.100.16/29"),
        "sip.carrier.example:5060",
        codecs=("alaw",),
        dtmf="rfc4733",
        number_form="+44",
        cli="03069990100",
    )
    unit = plan.rules.welsh_outside
    assert unit is not None
    assert (unit.trunk.name, unit.number, unit.times.ring_timeout_s) == ("one", "03069990400", 20)


def test_as_shipped_there_is_no_carrier_and_no_unit_outside() -> None:
    """R-MENU-5: the unit is one's own unless configuration says otherwise."""
    plan = config.load(config.PROJECT / "dialplan")
    assert (plan.trunks, plan.rules.welsh_outside) == ({}, None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('addresses = ["127.0.0.0/8"]', "one.addresses: found '127.0.0.0/8', expected addresses without 127.0.0.1"),
        ('addresses = ["127.0.0.1"]', "one.addresses: found '127.0.0.1', expected addresses without 127.0.0.1"),
        ('addresses = ["192.0.0.0/8"]', "one.addresses: found '192.0.0.0/8', expected a network of at most /16"),
        ('addresses = ["192.0.2.10/24"]', "one.addresses: found '192.0.2.10/24', expected an IPv4 address or network"),
        ('server = "sip.example:70000"', "one.server: found 'sip.example:70000', expected a host and port"),
        ('server = "x;transport=tcp"', "one.server: found 'x;transport=tcp', expected a host and port"),
        ("authenticate = true", "one.authenticate: found True, expected a server"),
        ('codecs = ["g729"]', "one.codecs.0: found 'g729', expected one of 'alaw', 'ulaw'"),
        ('dtmf = "sip"', "one.dtmf: found 'sip', expected one of 'auto', 'rfc4733', 'info', 'inband'"),
        ('number_form = "44+"', "one.number_form: found '44+', expected one of '0', '44', '+44', '0044'"),
        ('cli = "12"', "one.cli: found '12', expected a UK number"),
        (
            'adresses = ["192.0.2.1"]',
            "one.adresses: found 'adresses', expected no such key (did you mean 'addresses'?)",
        ),
        ('password = "x"', "one.password: found 'password', expected no such key"),
    ],
)
def test_a_mistake_in_a_carrier(tmp_path: Path, line: str, expected: str) -> None:
    """Design, configuration: file, key, what was found, what was expected; a password has no place there."""
    base = "" if line.startswith("addresses") else 'addresses = ["192.0.2.10"]\n'
    (mistake,) = _mistakes(tmp_path, f"[one]\n{base}{line}\n")
    assert mistake.startswith(f"trunks.toml: {expected}")


def test_a_carrier_with_a_mistake_is_a_carrier_all_the_same(tmp_path: Path) -> None:
    """People, operations: one mistake is told once."""
    (mistake,) = _mistakes(tmp_path, ONE.replace("cli =", "clii ="), WELSH)
    assert mistake.startswith("trunks.toml: one.clii")


def test_every_mistake_about_carriers_is_told_at_once(tmp_path: Path) -> None:
    """Two carriers on one address, a name that is none, and a Welsh unit behind a carrier that nobody knows."""
    trunks = ONE + '[two]\naddresses = ["198.51.100.20"]\n["Three x"]\naddresses = ["203.0.113.1"]\n'
    mistakes = _mistakes(tmp_path, trunks, WELSH.replace('"one"', '"onne"').replace("+44 3069 990400", "400"))
    assert [mistake.partition(": found")[0] for mistake in mistakes] == [
        "trunks.toml: Three x",
        "trunks.toml: two.addresses",
        "queues.toml: welsh.external_number",
        "queues.toml: welsh.trunk",
    ]
    assert "(one has 198.51.100.16/29)" in mistakes[1]
    assert "(did you mean 'one'?)" in mistakes[3]


@pytest.mark.parametrize(
    ("trunks", "welsh", "expected"),
    [
        (ONE, '[welsh]\ntrunk = "one"\n', "welsh.external_number: missing, expected external_number and trunk"),
        (ONE, '[welsh]\nexternal_number = "03069990400"\n', "welsh.trunk: missing, expected external_number and trunk"),
        ('[one]\naddresses = ["192.0.2.1"]\n', WELSH, "welsh.trunk: found 'one', expected a carrier that calls go to"),
    ],
)
def test_a_mistake_in_the_unit_outside(tmp_path: Path, trunks: str, welsh: str, expected: str) -> None:
    """R-MENU-5: a number and a trunk that calls can go to, or neither."""
    (mistake,) = _mistakes(tmp_path, trunks, welsh)
    assert mistake.startswith(f"queues.toml: {expected}")
