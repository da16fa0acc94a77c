"""Ports, secrets and the state folder: what is chosen, what is kept, and what is refused."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from ivr import provision, settings
from ivr.errors import ConfigError, PrerequisiteError


def test_nothing_prepared_says_how_to_start(tmp_path: Path) -> None:
    """Set-up: a command that needs the running service names the command that starts it."""
    with pytest.raises(PrerequisiteError, match="make run"):
        settings.load({"IVR_STATE_DIR": str(tmp_path)})


def test_what_was_prepared_is_what_every_process_loads(tmp_path: Path) -> None:
    """Set-up: supervisor, service and commands agree on ports and secrets."""
    environment = {"IVR_STATE_DIR": str(tmp_path)}
    prepared = settings.prepare(environment)
    assert settings.load(environment) == prepared


def test_secrets_and_name_outlive_a_restart(tmp_path: Path) -> None:
    """Set-up: a second start keeps what phones and people know; the sample password can be set anew."""
    environment = {"IVR_STATE_DIR": str(tmp_path)}
    first = settings.prepare(environment)
    second = settings.prepare({**environment, "IVR_SAMPLE_PASSWORD": "another"})
    assert (first.node, first.ari_password, first.ami_password) == (
        second.node,
        second.ari_password,
        second.ami_password,
    )
    assert second.sample_password == "another"


def test_a_default_port_that_is_taken_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: 8080 taken means another port, not an error."""
    with socket.socket() as taken:
        taken.bind((settings.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(settings, "DEFAULT_HTTP_PORT", port)
        chosen = settings.prepare({"IVR_STATE_DIR": str(tmp_path)})
    assert chosen.http_port not in {0, port}


def test_the_ports_of_the_last_start_are_tried_first(tmp_path: Path) -> None:
    """Set-up: phones and desks find a restarted installation where it was; one that is taken meanwhile gives way."""
    environment = {"IVR_STATE_DIR": str(tmp_path)}
    with socket.socket() as free:
        free.bind((settings.LOOPBACK, 0))
        port = free.getsockname()[1]
    assert settings.prepare({**environment, "IVR_HTTP_PORT": str(port)}).http_port == port
    assert settings.prepare(environment).http_port == port
    with socket.socket() as taken:
        taken.bind((settings.LOOPBACK, port))
        taken.listen()
        assert settings.prepare(environment).http_port not in {0, port}


def test_every_mistake_in_the_environment_is_told_at_once(tmp_path: Path) -> None:
    """Set-up: a given port that is taken, a port that is none and a bad range are three mistakes of one error."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((settings.LOOPBACK, 0))
        environment = {
            "IVR_STATE_DIR": str(tmp_path),
            "IVR_SIP_PORT": str(taken.getsockname()[1]),
            "IVR_HTTP_PORT": "web",
            "IVR_RTP_PORTS": "30000",
        }
        with pytest.raises(ConfigError) as told:
            settings.prepare(environment)
    assert [mistake.split(":")[1].strip() for mistake in told.value.mistakes] == [
        "IVR_RTP_PORTS",
        "IVR_SIP_PORT",
        "IVR_HTTP_PORT",
    ]
    assert not (tmp_path / "runtime.json").exists()


def test_no_two_ports_are_the_same(tmp_path: Path) -> None:
    """Set-up: the ports chosen at start do not collide with each other."""
    chosen = settings.prepare({"IVR_STATE_DIR": str(tmp_path)})
    ports = [chosen.http_port, chosen.asterisk_http_port, chosen.ami_port, chosen.agi_port]
    assert len(set(ports)) == len(ports)


def test_secrets_are_for_the_owner_alone(tmp_path: Path) -> None:
    """Security: the file with the secrets is readable by its owner only, and a logged Settings shows none."""
    chosen = settings.prepare({"IVR_STATE_DIR": str(tmp_path)})
    path = tmp_path / "runtime.json"
    assert path.stat().st_mode & 0o077 == 0
    secret = json.loads(path.read_text())["ari_password"]
    assert secret
    assert secret not in repr(chosen)
    assert secret not in repr(chosen.pbx)


def test_a_second_preparation_beside_a_running_asterisk_keeps_its_ports(tmp_path: Path) -> None:
    """Containers: an upgrade prepares again while Asterisk runs, so no port may move, taken or not."""
    environment = {"IVR_STATE_DIR": str(tmp_path)}
    first = settings.prepare(environment)
    with socket.socket() as taken:
        taken.bind((settings.LOOPBACK, first.asterisk_http_port))
        taken.listen()
        assert settings.prepare(environment, keep_ports=True) == first
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((settings.LOOPBACK, 0))
        given = free.getsockname()[1]
    moved = settings.prepare({**environment, "IVR_SIP_PORT": str(given)}, keep_ports=True)
    assert (moved.sip_port, moved.ami_port) == (given, first.ami_port), "a port that is given anew moves"


def test_the_web_port_can_listen_beyond_loopback(tmp_path: Path) -> None:
    """Containers: a published port reaches no loopback inside; SIP and Asterisk's own ports stay on it."""
    chosen = settings.prepare({"IVR_STATE_DIR": str(tmp_path), "IVR_HTTP_ADDRESS": "0.0.0.0"})  # noqa: S104 - the case
    assert (chosen.http_address, chosen.host) == ("0.0.0.0", settings.LOOPBACK)  # noqa: S104 - the case


def test_a_web_address_that_is_none_is_refused(tmp_path: Path) -> None:
    """Set-up: the mistake names the variable and what was found."""
    with pytest.raises(ConfigError, match=r"IVR_HTTP_ADDRESS.*everywhere"):
        settings.prepare({"IVR_STATE_DIR": str(tmp_path), "IVR_HTTP_ADDRESS": "everywhere"})


def test_sip_may_be_on_another_address_of_this_machine(tmp_path: Path) -> None:
    """Design, configuration: the test line is there while SIP is on loopback; the rest stays on 127.0.0.1."""
    chosen = settings.prepare({"IVR_STATE_DIR": str(tmp_path), "IVR_SIP_ADDRESS": "127.0.0.7"})
    assert (chosen.sip_address, chosen.host, chosen.pbx.sip_address) == ("127.0.0.7", "127.0.0.1", "127.0.0.7")
    assert chosen.pbx.has_test_line


@pytest.mark.parametrize("address", ["0.0.0." + "0", "192.0.2.77", "here", "::1", "224.0.0.1"])
def test_an_address_where_sip_cannot_be(tmp_path: Path, address: str) -> None:
    """Design, configuration: one IPv4 address that this machine has; any other is refused."""
    with pytest.raises(ConfigError) as told:
        settings.prepare({"IVR_STATE_DIR": str(tmp_path), "IVR_SIP_ADDRESS": address})
    assert [mistake.split(": found")[0] for mistake in told.value.mistakes] == ["environment: IVR_SIP_ADDRESS"]


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    """It holds people's names and references."""
    provision._keep_private(f"sqlite:///{tmp_path / 'ivr.sqlite'}")
    assert (tmp_path / "ivr.sqlite").stat().st_mode & 0o777 == 0o600


def test_another_system_of_record_is_named_by_its_address_and_figures(tmp_path: Path) -> None:
    """Set-up: docs/system-of-record.md; without an address there is none."""
    token = tmp_path / "token"
    token.write_text("a sample token\n")
    given = {"IVR_STATE_DIR": str(tmp_path), "IVR_RECORDS_URL": "https://records.example/helpline/"}
    assert settings.prepare({"IVR_STATE_DIR": str(tmp_path)}).records_url == ""
    usual = settings.prepare({**given, "IVR_RECORDS_TOKEN_FILE": str(token)})
    assert (usual.records_url, usual.records_token_file) == ("https://records.example/helpline", str(token))
    assert (usual.records_timeout_s, usual.records_failures, usual.records_rest_s) == (1.5, 5, 10.0)
    own = settings.prepare({**given, "IVR_RECORDS_URL": "http://127.0.0.1:8500", "IVR_RECORDS_TIMEOUT_S": "0.8"})
    assert (own.records_url, own.records_timeout_s) == ("http://127.0.0.1:8500", 0.8)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("IVR_RECORDS_URL", "http://records.example"),
        ("IVR_RECORDS_URL", "https://user:secret@records.example"),
        ("IVR_RECORDS_URL", "https://"),
        ("IVR_RECORDS_URL", "https://records.example:port"),
        ("IVR_RECORDS_URL", "records"),
        ("IVR_RECORDS_TOKEN_FILE", "/nowhere/token"),
        ("IVR_RECORDS_TIMEOUT_S", "0"),
        ("IVR_RECORDS_TIMEOUT_S", "nan"),
        ("IVR_RECORDS_TIMEOUT_S", "60"),
        ("IVR_RECORDS_FAILURES", "0"),
        ("IVR_RECORDS_REST_S", "soon"),
    ],
)
def test_a_mistake_about_another_system_of_record_is_told(tmp_path: Path, variable: str, value: str) -> None:
    """Set-up: personal data goes only where it cannot be read on the way, and no figure is out of bounds."""
    with pytest.raises(ConfigError, match=variable):
        settings.prepare({"IVR_STATE_DIR": str(tmp_path), variable: value})


def test_the_smtp_server_is_what_the_environment_says(tmp_path: Path) -> None:
    """Mail: without a host there is none; the port follows the kind of TLS; the password stays in its file."""
    secret = tmp_path / "password"
    secret.write_text("as wave\n", encoding="utf-8")
    environment = {"IVR_STATE_DIR": str(tmp_path)}
    assert settings.prepare(environment).smtp is None
    environment |= {"IVR_SMTP_HOST": "mail.example", "IVR_SMTP_USER": "ivr", "IVR_SMTP_PASSWORD_FILE": str(secret)}
    server = settings.prepare(environment).smtp
    assert server is not None
    assert (server.host, server.port, server.tls, server.password()) == ("mail.example", 587, "starttls", "as wave")
    assert settings.load(environment).smtp == server
    assert "as wave" not in (tmp_path / "runtime.json").read_text(encoding="utf-8")
    assert settings.prepare(environment | {"IVR_SMTP_TLS": "tls"}).smtp.port == 465  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"IVR_SMTP_TLS": "ssl"}, "IVR_SMTP_TLS: found 'ssl', expected starttls, tls or none"),
        ({"IVR_SMTP_PORT": "0"}, "IVR_SMTP_PORT: found '0'"),
        ({"IVR_SMTP_USER": "ivr"}, "found one of them, expected both"),
        ({"IVR_SMTP_USER": "ivr", "IVR_SMTP_PASSWORD_FILE": "/nowhere"}, "found '/nowhere', expected a file"),
        ({"IVR_SMTP_USER": "ivr", "IVR_SMTP_PASSWORD_FILE": __file__, "IVR_SMTP_TLS": "none"}, "IVR_SMTP_TLS"),
    ],
)
def test_a_mistake_about_smtp_is_told(tmp_path: Path, given: dict[str, str], told: str) -> None:
    """Mail: no password over a connection that everybody can read; each mistake names its variable."""
    with pytest.raises(ConfigError, match=told.replace("?", r"\?")):
        settings.prepare({"IVR_STATE_DIR": str(tmp_path), "IVR_SMTP_HOST": "mail.example", **given})
