"""Carriers as Asterisk is told of them: rendered, with their logins, and nothing dialled that leads to one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.errors import ConfigError
from ivr.pbx.conf import PbxInstance, PhoneAccount, Renderer
from ivr.pbx.trunks import Login, NumberForm, Trunk, read_logins, variable

ONE = Trunk("carrier-one", ("192.0.2.10", "198.51.100.0/29"), "sip.carrier.example:5060", number_form="+44")
SECRET = "a;b #c"


def _rendered(folder: Path, *trunks: Trunk, sip_address: str = "127.0.0.1", logins: dict[str, Login]) -> Path:
    pbx = PbxInstance(folder, "ivr-1", 5060, 18088, 15038, 20000, 20999, "s", "s", sip_address=sip_address)
    renderer = Renderer(pbx, None, folder / "moh", trunks=trunks, logins=logins)
    renderer.everything([PhoneAccount("7001", "0" * 32)])
    return pbx.etc


def test_a_carrier_has_endpoint_address_and_identity(tmp_path: Path) -> None:
    """Design, configuration: known by its addresses, in a context of its own; nobody registers as it."""
    text = (_rendered(tmp_path, ONE, logins={}) / "pjsip_trunks.conf").read_text()
    assert re.findall(r"^match = (.+)$", text, re.MULTILINE) == list(ONE.addresses)
    assert "contact = sip:sip.carrier.example:5060\n" in text
    assert "max_contacts = 0" in text
    assert "outbound_auth" not in text
    template = (tmp_path / "etc" / "pjsip.conf").read_text().partition("[trunk](!)")[2]
    assert "context = from-trunks\n" in template
    assert "allow_transfer = no\n" in template


def test_a_login_cannot_end_its_line(tmp_path: Path) -> None:
    """Security: a semicolon in a password would begin a comment."""
    text = (
        _rendered(tmp_path, ONE, logins={"carrier-one": Login("helpline", SECRET)}) / "pjsip_trunks.conf"
    ).read_text()
    assert "outbound_auth = trunk-carrier-one\n" in text
    assert "password = a\\;b #c\n" in text


@pytest.mark.parametrize(("address", "there"), [("127.0.0.1", True), ("127.0.0.5", True), ("192.0.2.1", False)])
def test_the_test_line_is_there_while_sip_is_on_loopback(tmp_path: Path, address: str, *, there: bool) -> None:
    """Design, configuration: whoever may call without an account is on this machine."""
    text = (_rendered(tmp_path, ONE, sip_address=address, logins={}) / "pjsip.conf").read_text()
    assert ("[test-line]" in text) is there
    assert f"bind = {address}:5060\n" in text
    assert set(re.findall(r"^media_address = (.+)$", text, re.MULTILINE)) == {address}


def test_nothing_that_is_dialled_leads_to_a_carrier(tmp_path: Path) -> None:
    """Design, configuration: only the service sends calls out; no dialplan, queue or feature names a trunk."""
    etc = _rendered(tmp_path, ONE, logins={})
    ours = [path for path in etc.glob("*.conf") if path.name not in {"pjsip.conf", "pjsip_trunks.conf"}]
    written = [*ours, Path("dialplan/extensions.conf").resolve()]
    lines = [line for path in written for line in path.read_text().splitlines() if not line.lstrip().startswith(";")]
    assert not [line for line in lines if "trunk-" in line or ("@" in line and "PJSIP/" in line)]
    dialled = [line for line in lines if "Dial(" in line]
    assert all(re.search(r"Dial\(PJSIP/\d+(&PJSIP/\d+)*,", line) for line in dialled), dialled


def test_a_number_is_written_as_the_carrier_wants_it() -> None:
    """The form is the carrier's; a fixed CLI comes before the line's own number."""
    forms: dict[NumberForm, str] = {
        "0": "03069990400",
        "44": "443069990400",
        "+44": "+443069990400",
        "0044": "00443069990400",
    }
    for form, written in forms.items():
        assert replace(ONE, number_form=form).written("03069990400") == written
    assert ONE.dial("03069990400") == "PJSIP/+443069990400@trunk-carrier-one"
    assert ONE.shown("03069990100") == "+443069990100"
    assert replace(ONE, cli="03069990199").shown("03069990100") == "+443069990199"


def test_logins_come_from_the_environment_or_a_file_of_ones_own(tmp_path: Path) -> None:
    """Security: never from trunks.toml; the environment comes first, and only who asks is given one."""
    asks, silent = replace(ONE, authenticate=True), replace(ONE, name="two")
    file = tmp_path / "trunk-logins.toml"
    file.write_text('[carrier-one]\nuser = "kept"\npassword = "kept"\n')
    file.chmod(0o600)
    assert read_logins([asks, silent], {}, file) == {"carrier-one": Login("kept", "kept")}
    given = {variable("carrier-one", "user"): "u", variable("carrier-one", "password"): "p"}
    assert read_logins([asks], given, file) == {"carrier-one": Login("u", "p")}
    assert list(given) == ["IVR_TRUNK_CARRIER_ONE_USER", "IVR_TRUNK_CARRIER_ONE_PASSWORD"]
    assert "p" not in repr(Login("u", "p")).replace("Login(user='u'", "")


def test_every_mistake_about_logins_is_told_at_once(tmp_path: Path) -> None:
    """Security: a file that others can read, a password with a line end, and one that is missing."""
    file = tmp_path / "trunk-logins.toml"
    file.write_text('[carrier-one]\nuser = "u"\npassword = "a\\nb"\n')
    file.chmod(0o644)
    with pytest.raises(ConfigError) as told:
        read_logins([replace(ONE, authenticate=True), replace(ONE, name="two", authenticate=True)], {}, file)
    assert [mistake.split(":")[0] for mistake in told.value.mistakes] == [
        "trunk-logins.toml",
        "carrier-one",
        "trunks.toml",
    ]
    assert "IVR_TRUNK_TWO_PASSWORD" in told.value.mistakes[2]
