"""The rendered configuration: on loopback, secrets for the owner alone, nothing that breaks out of its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.errors import ConfigError
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
