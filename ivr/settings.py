"""Where this installation lives and listens, and its secrets: from the environment and the state folder.

Enters: environment variables (below) and ``<state>/runtime.json``. Leaves: one frozen `Settings`, the same for the
supervisor, the service and the commands.

=====================  =====================================================================================
IVR_STATE_DIR          the state folder (default: ``.state`` in the project)
IVR_SIP_ADDRESS        the IPv4 address of this machine where SIP and sound are; default 127.0.0.1. The test line
                       exists while it is on loopback, and no longer
IVR_SIP_PORT           SIP over UDP; default: the last start's or 5060, else a free port; a given one must be free
IVR_HTTP_PORT          the service's web port; default 8080, likewise
IVR_HTTP_ADDRESS       where the web port listens; default 127.0.0.1; 0.0.0.0 in a container, whose port is published
IVR_RTP_PORTS          media ports, ``first-last``; default 16384-20383
IVR_DATABASE_URL       default: SQLite in the state folder
IVR_PHONE_TRANSFERS    ``yes`` or ``no``: whether an agent's phone may ask for a transfer by itself (REFER); default:
                       only with an Asterisk that no phone can bring down by it
IVR_PAGES_DIR          where the built pages are; default ``.state/pages`` in the project
IVR_SMTP_HOST          the server that mail goes to; without it mail waits in the database (docs/mail.md)
IVR_SMTP_PORT          default 587 with starttls, 465 with tls, 25 with none
IVR_SMTP_TLS           ``starttls`` (default), ``tls`` from the beginning, or ``none``
IVR_SMTP_USER          who logs in there; default: nobody
IVR_SMTP_PASSWORD_FILE the file that holds their password
IVR_RECORDS_URL        another system of record for the calls' look-ups (docs/system-of-record.md); default: none, our
                       own database is. ``https://…``; ``http://`` to this machine alone
IVR_RECORDS_TOKEN_FILE a file with the bearer token it is asked with; default: none
IVR_RECORDS_TIMEOUT_S  what one look-up may take in all; default 1.5
IVR_RECORDS_FAILURES   so many failures in a row, and it is not asked for a while; default 5
IVR_RECORDS_REST_S     that while, before one trial; default 10
IVR_SECRETS_KEY        the file with the keys that callers' PINs, passwords and answers are kept under; default:
                       ``secrets.key`` in the state folder, made at the first start
IVR_LOG_LEVEL          ``info`` or ``debug``: how much the service writes to its log; default info
IVR_LETTERS_DIR        templates of letters and forms; default ``letters`` in the project
IVR_SAMPLE_PASSWORD    password of the sample staff; default: made up at the first start, and kept
=====================  =====================================================================================

Everything else listens on loopback. Asterisk's own ports (ARI, AMI, FastAGI) are free ones, chosen at start.
"""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from ivr.errors import ConfigError, PrerequisiteError
from ivr.mail.server import SmtpServer, read_server
from ivr.pbx.conf import PbxInstance, new_secret
from ivr.settings_records import records

PROJECT: Final = Path(__file__).resolve().parent.parent
LOOPBACK: Final = "127.0.0.1"
DEFAULT_SIP_PORT: Final = 5060
DEFAULT_HTTP_PORT: Final = 8080
DEFAULT_RTP_PORTS: Final = "16384-20383"
LOG_LEVELS: Final = ("info", "debug")
_FEWEST_RTP_PORTS: Final = 4
_PORTS: Final = range(1, 65536)


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. Secrets are kept out of ``repr``, so that a logged one shows none."""

    state_dir: Path
    node: str
    sip_port: int
    http_port: int
    asterisk_http_port: int
    ami_port: int
    agi_port: int
    rtp_first: int
    rtp_last: int
    database_url: str = field(repr=False)
    ari_password: str = field(repr=False)
    ami_password: str = field(repr=False)
    sample_password: str = field(repr=False)
    ari_user: str = "ivr"
    ami_user: str = "ivr"
    host: str = LOOPBACK
    http_address: str = LOOPBACK
    sip_address: str = LOOPBACK
    phone_transfers: bool | None = None
    records_url: str = ""
    records_token_file: str = ""
    records_timeout_s: float = 1.5
    records_failures: int = 5
    records_rest_s: float = 10.0
    secrets_key: str = ""
    log_level: str = "info"
    smtp: SmtpServer | None = None

    @property
    def secrets_key_file(self) -> Path:
        """Where the keys stand that callers' secrets are kept under: never in the database (R-SEC)."""
        return Path(self.secrets_key) if self.secrets_key else self.state_dir / "secrets.key"

    @property
    def pbx(self) -> PbxInstance:
        """This installation's Asterisk."""
        return PbxInstance(
            folder=self.state_dir / "asterisk",
            name=self.node,
            sip_port=self.sip_port,
            http_port=self.asterisk_http_port,
            ami_port=self.ami_port,
            rtp_first=self.rtp_first,
            rtp_last=self.rtp_last,
            ari_password=self.ari_password,
            ami_password=self.ami_password,
            ari_user=self.ari_user,
            ami_user=self.ami_user,
            bind_address=self.host,
            sip_address=self.sip_address,
            agi_port=self.agi_port,
            phone_transfers=self.phone_transfers,
        )

    @property
    def ari_url(self) -> str:
        """The base of ARI's addresses, e.g. ``http://127.0.0.1:41234/ari``."""
        return self.pbx.ari_url

    @property
    def web_url(self) -> str:
        """The desk's address, e.g. ``http://127.0.0.1:8080/``."""
        return f"http://{self.host}:{self.http_port}/"

    @property
    def prompts_dir(self) -> Path:
        """Built prompts."""
        return self.state_dir / "prompts"

    @property
    def letters_out_dir(self) -> Path:
        """The batches of letters, a folder each."""
        return self.state_dir / "letters"

    @property
    def log_dir(self) -> Path:
        """The supervisor's and the service's logs; Asterisk's are in its own folder."""
        return self.state_dir / "log"

    @property
    def supervisor_file(self) -> Path:
        """Names the running supervisor (``ivr.supervisor``)."""
        return self.state_dir / "supervisor.json"


def pages_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """The built pages: of the project, whatever state folder a service has."""
    return Path(environment.get("IVR_PAGES_DIR") or PROJECT / ".state" / "pages")


def letters_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """The templates of letters and forms that operations edit."""
    return Path(environment.get("IVR_LETTERS_DIR") or PROJECT / "letters")


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `prepare` wrote. Raises ``PrerequisiteError`` when nothing was started in this state folder."""
    path = runtime_file(environment)
    if not path.is_file():
        raise PrerequisiteError(f"{path.parent} holds no running service. Start it: make run")
    values = json.loads(path.read_text(encoding="utf-8"))
    smtp = values.get("smtp")
    server = None if smtp is None else SmtpServer(**smtp)
    return Settings(**{**values, "state_dir": Path(values["state_dir"]), "smtp": server})


def prepare(environment: Mapping[str, str] = os.environ, *, keep_ports: bool = False) -> Settings:
    """Choose ports, keep or make secrets, and write them down for every process of this installation.

    ``keep_ports``: ports chosen before stay, taken or not: an Asterisk that is to go on running has them.
    Raises ``ConfigError`` for a value that cannot be read and for a given port that is taken, all at once.
    """
    mistakes: list[str] = []
    kept = _kept(runtime_file(environment))
    last = _kept_ports(runtime_file(environment), environment)
    ports = last if keep_ports else {}
    usual_sip, usual_http = last.get("sip_port", DEFAULT_SIP_PORT), last.get("http_port", DEFAULT_HTTP_PORT)
    state_dir = runtime_file(environment).parent
    with ExitStack() as held:
        rtp_first, rtp_last = _rtp_ports(environment.get("IVR_RTP_PORTS", DEFAULT_RTP_PORTS), mistakes)
        sip_address = _sip_address(environment.get("IVR_SIP_ADDRESS", LOOPBACK), mistakes)
        settings = Settings(
            state_dir=state_dir,
            node=f"ivr-{secrets.token_hex(4)}",
            sip_port=ports.get("sip_port") or _sip_port(held, environment, sip_address, usual_sip, mistakes),
            http_port=ports.get("http_port")
            or _port(
                held,
                environment,
                "IVR_HTTP_PORT",
                usual_http,
                socket.SOCK_STREAM,
                mistakes,
            ),
            asterisk_http_port=ports.get("asterisk_http_port") or _free_port(held, socket.SOCK_STREAM),
            ami_port=ports.get("ami_port") or _free_port(held, socket.SOCK_STREAM),
            agi_port=ports.get("agi_port") or _free_port(held, socket.SOCK_STREAM),
            rtp_first=rtp_first,
            rtp_last=rtp_last,
            database_url=environment.get("IVR_DATABASE_URL", f"sqlite:///{state_dir / 'ivr.sqlite'}"),
            ari_password=new_secret(),
            ami_password=new_secret(),
            sample_password=secrets.token_urlsafe(9),
            http_address=_address(environment, "IVR_HTTP_ADDRESS", mistakes),
            sip_address=sip_address,
            phone_transfers=_yes_or_no(environment, "IVR_PHONE_TRANSFERS", mistakes),
            smtp=read_server(environment, mistakes),
            **records(environment, mistakes),
            secrets_key=_file(environment, "IVR_SECRETS_KEY"),
            log_level=_log_level(environment, mistakes),
        )
    if mistakes:
        raise ConfigError(mistakes)
    settings = _with_kept(settings, kept, environment)
    _write(settings)
    return settings


def runtime_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the running installation's ports and secrets stand."""
    given = environment.get("IVR_STATE_DIR")
    return (Path(given).resolve() if given else PROJECT / ".state") / "runtime.json"


def _with_kept(settings: Settings, kept: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
    """The node's name and secrets outlive a restart: calls, phones and desks know them."""
    return replace(
        settings,
        node=kept.get("node", settings.node),
        ari_password=kept.get("ari_password", settings.ari_password),
        ami_password=kept.get("ami_password", settings.ami_password),
        sample_password=environment.get("IVR_SAMPLE_PASSWORD") or kept.get("sample_password", settings.sample_password),
    )


def _kept(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    values = json.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in values.items() if isinstance(value, str)}


def _kept_ports(path: Path, environment: Mapping[str, str]) -> dict[str, int]:
    """The ports chosen before, by the settings' names, but for those given anew; none before the first start."""
    values = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    ports = {key: value for key, value in values.items() if key.endswith("_port")}
    return {key: port for key, port in ports.items() if environment.get(f"IVR_{key.upper()}", str(port)) == str(port)}


def _write(settings: Settings) -> None:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    path = settings.state_dir / "runtime.json"
    fresh = path.with_name(".runtime.json.new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps({**asdict(settings), "state_dir": str(settings.state_dir)}, indent=2), encoding="utf-8")
    fresh.replace(path)


def _sip_port(held: ExitStack, environment: Mapping[str, str], address: str, usual: int, mistakes: list[str]) -> int:
    """SIP's port on ``address``; none is looked for on an address that is a mistake already."""
    if not address:
        return 0
    return _port(held, environment, "IVR_SIP_PORT", usual, socket.SOCK_DGRAM, mistakes, address)


def _sip_address(text: str, mistakes: list[str]) -> str:
    """An address of this machine; empty with a mistake noted. 0.0.0.0 would not say where sound is to be sent."""
    try:
        address = ipaddress.IPv4Address(text)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((text, 0))
    except (ValueError, OSError):
        address = ipaddress.IPv4Address(0)
    if address.is_unspecified or address.is_multicast:
        mistakes.append(f"environment: IVR_SIP_ADDRESS: found {text!r}, expected one IPv4 address of this machine")
        return ""
    return text


def _port(
    held: ExitStack,
    environment: Mapping[str, str],
    variable: str,
    usual: int,
    kind: socket.SocketKind,
    mistakes: list[str],
    address: str = LOOPBACK,
) -> int:
    """The given port if it is free; ``usual`` or any free one when none is given. 0 with a mistake noted."""
    given = environment.get(variable)
    if given is None:
        return _bind(held, usual, kind, address) or _free_port(held, kind, address)
    if not given.isdigit() or int(given) not in _PORTS:
        mistakes.append(f"environment: {variable}: found {given!r}, expected a port number from 1 to 65535")
        return 0
    port = _bind(held, int(given), kind, address)
    if port is None:
        mistakes.append(f"environment: {variable}: port {given} is taken; name a free one, or none to have one chosen")
    return port or 0


def _yes_or_no(environment: Mapping[str, str], variable: str, mistakes: list[str]) -> bool | None:
    """None when it is not given."""
    given = environment.get(variable) or None
    if given not in {None, "yes", "no"}:
        mistakes.append(f"environment: {variable}: found {given!r}, expected yes or no")
    return None if given is None else given == "yes"


def _file(environment: Mapping[str, str], variable: str) -> str:
    """The given file's whole path; empty when none is given."""
    given = environment.get(variable)
    return str(Path(given).resolve()) if given else ""


def _log_level(environment: Mapping[str, str], mistakes: list[str]) -> str:
    """What is given, or ``info``."""
    given = environment.get("IVR_LOG_LEVEL") or LOG_LEVELS[0]
    if given not in LOG_LEVELS:
        mistakes.append(f"environment: IVR_LOG_LEVEL: found {given!r}, expected info or debug")
    return given


def _address(environment: Mapping[str, str], variable: str, mistakes: list[str]) -> str:
    """The given address, or loopback when none is given."""
    given = environment.get(variable) or LOOPBACK
    try:
        ipaddress.IPv4Address(given)
    except ValueError:
        mistakes.append(f"environment: {variable}: found {given!r}, expected an IPv4 address, e.g. 0.0.0.0")
    return given


def _free_port(held: ExitStack, kind: socket.SocketKind, address: str = LOOPBACK) -> int:
    return _bind(held, 0, kind, address) or 0


def _bind(held: ExitStack, port: int, kind: socket.SocketKind, address: str = LOOPBACK) -> int | None:
    """The port bound on ``address`` until ``held`` closes, so that it is not given out twice; ``None`` when taken."""
    probe = held.enter_context(socket.socket(socket.AF_INET, kind))
    if kind is socket.SOCK_STREAM:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: not blocked by TIME_WAIT
    try:
        probe.bind((address, port))
    except OSError:
        return None
    bound: int = probe.getsockname()[1]
    return bound


def _rtp_ports(text: str, mistakes: list[str]) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if first.isdigit() and last.isdigit():
        low, high = int(first), int(last)
        if low in _PORTS and high in _PORTS and high - low + 1 >= _FEWEST_RTP_PORTS:
            return low, high
    mistakes.append(f"environment: IVR_RTP_PORTS: found {text!r}, expected first-last, e.g. {DEFAULT_RTP_PORTS}")
    return 0, 0
