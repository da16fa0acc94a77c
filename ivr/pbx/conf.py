"""Asterisk's configuration: the templates of ``asterisk-conf/`` filled with one instance's ports, secrets and phones.

Enters: where an instance lives and listens (``PbxInstance``), agents' accounts, the fallback's lines. Leaves: files
under ``<folder>/etc``, each written whole, so that a reload never reads half of one.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import secrets
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import jinja2

from ivr.domain.phones import SIP_REALM, WEB
from ivr.errors import ConfigError
from ivr.pbx.addresses import candidates
from ivr.pbx.fallback import Fallback, announcement, line_rows
from ivr.pbx.trunks import Login, Trunk, trunk_rows

RING_S: Final = 15
QUEUE_ROUND_S: Final = 300
QUALIFY_INTERVAL_S: Final = 5
ENTRY_PATIENCE_S: Final = 4.0
_ENTRY_TRY_S: Final = 0.5
_LONGEST_SOCKET_PATH: Final = 100
_PROJECT: Final = Path(__file__).resolve().parents[2]
_FOLDERS: Final = ("etc", "db", "keys/keys", "spool/recording", "cache", "log")


@dataclass(frozen=True, slots=True)
class PbxInstance:
    """One Asterisk: ``folder`` holds all it writes; SIP and sound are on ``sip_address``, all else on ``bind_address``.

    ``name`` differs between instances of one machine; it gives the entity id too. ``agi_port``: where the service
    listens for feature codes; 0 where it does not. ``phone_transfers``: whether an agent's phone may ask for a transfer
    by itself; None: as it is safe.
    """

    folder: Path
    name: str
    sip_port: int
    http_port: int
    ami_port: int
    rtp_first: int
    rtp_last: int
    ari_password: str = field(repr=False)
    ami_password: str = field(repr=False)
    ari_user: str = "ivr"
    ami_user: str = "ivr"
    bind_address: str = "127.0.0.1"
    sip_address: str = "127.0.0.1"
    agi_port: int = 0
    phone_transfers: bool | None = None

    @property
    def etc(self) -> Path:
        """Where the rendered files are."""
        return self.folder / "etc"

    @property
    def configuration(self) -> Path:
        """What ``asterisk -C`` is given."""
        return self.etc / "asterisk.conf"

    @property
    def recordings(self) -> Path:
        """Where it writes recordings."""
        return self.folder / "spool" / "recording"

    @property
    def run_folder(self) -> Path:
        """Holds the control socket: in the folder, or where its path is short enough for a socket's name."""
        here = self.folder / "run"
        if len(str(here / "asterisk.ctl")) <= _LONGEST_SOCKET_PATH:
            return here
        digest = hashlib.sha256(str(here).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"ivr-{os.getuid()}-{digest}"

    @property
    def entity_id(self) -> str:
        """Six bytes in hexadecimal, derived from the folder; the first says that no maker assigned it."""
        digest = hashlib.sha256(f"{self.folder}{self.name}".encode()).hexdigest()
        return ":".join(["02", *(digest[at : at + 2] for at in range(0, 10, 2))])

    @property
    def agi_secret(self) -> str:
        """What the dialplan shows the service, which takes feature codes from nobody else on this machine."""
        return hashlib.sha256(f"FastAGI {self.ari_password}".encode()).hexdigest()[:32]

    @property
    def has_test_line(self) -> bool:
        """Whoever reaches SIP may call without an account: only while nobody but this machine does."""
        return ipaddress.ip_address(self.sip_address).is_loopback

    @property
    def ari_url(self) -> str:
        """The base of ARI's addresses, e.g. ``http://127.0.0.1:18088/ari``."""
        return f"http://{self.bind_address}:{self.http_port}/ari"

    @property
    def phones_url(self) -> str:
        """Where browsers' phones are relayed to, e.g. ``ws://127.0.0.1:18088/ws``."""
        return f"ws://{self.bind_address}:{self.http_port}/ws"


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """An account that a phone registers with: its staff number, and what ``sip_ha1`` made of its password."""

    name: str
    secret_ha1: str = field(repr=False)
    caller_name: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """Where an Asterisk that was not installed finds its own parts; ``None`` instead of it for an installed one."""

    modules: Path
    data: Path
    programs: Path


def new_secret() -> str:
    """A password for ARI or AMI, made anew for each installation."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Renderer:
    """Fills the templates for one instance.

    ``music``: a folder of sound files for callers on hold; ``logins``: by carrier, of those that ask for one.
    """

    pbx: PbxInstance
    parts: Parts | None
    music: Path
    templates: Path = _PROJECT / "asterisk-conf"
    dialplan: Path = _PROJECT / "dialplan"
    entry_patience_s: float = ENTRY_PATIENCE_S
    qualify_interval_s: int = QUALIFY_INTERVAL_S
    ring_s: int = RING_S
    trunks: tuple[Trunk, ...] = ()
    logins: Mapping[str, Login] = field(default_factory=dict)
    phone_transfers: bool = False

    def everything(self, phones: Iterable[PhoneAccount] = (), fallback: Fallback | None = None) -> None:
        """Write every file and make every folder that Asterisk needs before it starts."""
        for name in _FOLDERS:
            (self.pbx.folder / name).mkdir(parents=True, exist_ok=True)
        self.pbx.run_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for template in sorted(self.templates.glob("*.conf")):
            self._write(template.name, tuple(phones), fallback or Fallback())

    def phones(self, phones: Iterable[PhoneAccount]) -> None:
        """Write the accounts alone; ``module reload res_pjsip.so`` takes them over."""
        self._write("pjsip_phones.conf", tuple(phones), Fallback())

    def fallback(self, fallback: Fallback) -> None:
        """Write the fallback alone; ``dialplan reload`` and ``queue reload all`` take it over."""
        for name in ("fallback.conf", "queues.conf"):
            self._write(name, (), fallback)

    def _write(self, name: str, phones: tuple[PhoneAccount, ...], fallback: Fallback) -> None:
        text = (
            self._environment()
            .get_template(name)
            .render(
                pbx=self.pbx,
                etc=self.pbx.etc,
                parts=self.parts,
                music=self.music,
                dialplan=self.dialplan,
                realm=SIP_REALM,
                web=WEB,
                candidates=candidates(self.pbx.sip_address),
                phones=tuple(_checked(phone) for phone in phones),
                trunks=trunk_rows(self.trunks, self.logins),
                fallback=fallback,
                fallback_lines=line_rows(fallback),
                not_in_use=announcement(fallback.not_in_use),
                no_service=announcement(fallback.no_service),
                entry_tries=max(1, round(self.entry_patience_s / _ENTRY_TRY_S)),
                qualify_interval_s=self.qualify_interval_s,
                ring_s=self.ring_s,
                phone_transfers=self.phone_transfers,
                queue_round_s=QUEUE_ROUND_S,
            )
        )
        _replace(self.pbx.etc / name, text)

    def _environment(self) -> jinja2.Environment:
        return jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.templates),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - Asterisk's configuration is no HTML; values are checked instead
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )


def _checked(phone: PhoneAccount) -> PhoneAccount:
    """An account whose values cannot break out of their line in the file. Raises ``ConfigError``."""
    sound = phone.name.replace("-", "").isalnum() and phone.secret_ha1.isalnum() and phone.caller_name.isprintable()
    if not sound or any(mark in phone.caller_name for mark in '"<>;\\'):
        raise ConfigError([f"phone account {phone.name!r}: a name of letters, digits and hyphens was expected"])
    return phone


def _replace(path: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old file or the new one; only the owner may read it."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    fresh = path.with_name(f".{path.name}.{zlib.crc32(text.encode()):08x}")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
