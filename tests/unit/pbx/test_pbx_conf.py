"""The rendered configuration: on loopback, secrets for the owner alone, nothing that breaks out of its line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.errors import ConfigError
from ivr.pbx.asterisk import refer_is_safe
from ivr.pbx.conf import PbxInstance, PhoneAccount, Renderer


def instance(folder: Path) -> PbxInstance:
    """An instance that nobody starts."""
    return PbxInstance(folder, "ivr-1", 5060, 18088, 15038, 20000, 20999, "ari-secret", "ami-secret")


def renderer(folder: Path) -> Renderer:
    """A renderer of the project's own templates."""
    return Renderer(instance(folder), None, folder / "moh")


def test_every_address_is_loopback(tmp_path: Path) -> None:
    """Security: nothing listens, and no media flows, outside this machine."""
    renderer(tmp_path).everything([PhoneAccount("7001", "0" * 32)])
    text = "\n".join(path.read_text() for path in (tmp_path / "etc").glob("*.conf"))
    bound = re.findall(r"^(?:bind|bindaddr|media_address)\s*=\s*([\d.]+)", text, re.MULTILINE)
    assert len(bound) >= 6
    assert set(bound) == {"127.0.0.1"}


def test_files_with_secrets_are_for_the_owner_alone(tmp_path: Path) -> None:
    """Security: no other user of the machine reads ARI's, AMI's or a phone's secret."""
    renderer(tmp_path).everything([PhoneAccount("7001", "0" * 32)])
    files = list((tmp_path / "etc").glob("*.conf"))
    assert files
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("account", [PhoneAccount("7001]\ntype=x", "0"), PhoneAccount("7001", "0", 'A" <1>\n[x]')])
def test_an_account_cannot_write_configuration(tmp_path: Path, account: PhoneAccount) -> None:
    """Security: a name from the database that would end its line in the file is refused."""
    with pytest.raises(ConfigError):
        renderer(tmp_path).everything([account])


def test_two_instances_differ_in_entity_id_and_system_name(tmp_path: Path) -> None:
    """Two Asterisks on one machine need their own."""
    first, second = instance(tmp_path / "a"), instance(tmp_path / "b")
    assert first.entity_id != second.entity_id
    assert re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", first.entity_id)


def test_the_control_socket_fits_its_name_however_deep_the_folder(tmp_path: Path) -> None:
    """A socket's path may have 107 characters; a deep state folder gets a short one elsewhere, always the same."""
    deep = instance(tmp_path / ("d" * 120))
    assert len(str(deep.run_folder / "asterisk.ctl")) < 108
    assert deep.run_folder == instance(tmp_path / ("d" * 120)).run_folder
    assert instance(Path("/srv/x")).run_folder == Path("/srv/x/run")


@pytest.mark.parametrize(("version", "safe"), [("22.10.1~dfsg", False), ("22.11.0", True), ("23.1.0", True)])
def test_a_phones_own_transfer_is_allowed_where_it_ends_no_asterisk(version: str, safe: bool) -> None:  # noqa: FBT001
    """R-XFER-2: before 22.11 a REFER that declines its subscription ends Asterisk and all its calls."""
    assert refer_is_safe(version) is safe


@pytest.mark.parametrize("allowed", [True, False])
def test_agents_phones_may_transfer_by_themselves_only_when_told(tmp_path: Path, allowed: bool) -> None:  # noqa: FBT001
    """Callers and carriers never may."""
    replace(renderer(tmp_path), phone_transfers=allowed).everything([PhoneAccount("7001", "0" * 32)])
    text = (tmp_path / "etc" / "pjsip.conf").read_text()
    phones = text.partition("[agent-phone](!)")[2].partition("[agent-aor]")[0]
    assert ("allow_transfer = yes" in phones, text.count("allow_transfer = yes")) == (allowed, int(allowed))
