"""Carriers' trunks: where calls come from and go to, and what ``pjsip_trunks.conf`` says of each. Pure.

Enters: what trunks.toml has (``ivr.config.trunks``), and the logins that some carriers ask for. Leaves: rows for the
template, and the endpoint that a leg to a number outside is made with.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from ivr.errors import ConfigError

NumberForm = Literal["0", "44", "+44", "0044"]
DtmfMode = Literal["auto", "rfc4733", "info", "inband"]
LOGINS_FILE: Final = "trunk-logins.toml"
_KEYS: Final = ("user", "password")


@dataclass(frozen=True, slots=True)
class Trunk:
    """One carrier. ``addresses``: IPv4 addresses and networks it calls from; ``server``: ``host:port`` that calls to it
    go to, None when it only brings calls. ``cli``: the national number shown on every call to it, None: the caller's
    own choice. ``qualify_s``: how often it is asked whether it is there; 0: never.
    """

    name: str
    addresses: tuple[str, ...]
    server: str | None = None
    authenticate: bool = False
    codecs: tuple[str, ...] = ("alaw", "ulaw")
    dtmf: DtmfMode = "auto"
    number_form: NumberForm = "0"
    cli: str | None = None
    qualify_s: int = 0

    @property
    def endpoint(self) -> str:
        """Its name in Asterisk; no staff number looks like it."""
        return f"trunk-{self.name}"

    def written(self, number: str) -> str:
        """A national number in the form the carrier wants: ``03069990100`` as ``+443069990100``."""
        return self.number_form + number.removeprefix("0")

    def dial(self, number: str) -> str:
        """What a leg to the national ``number`` is made with, e.g. ``PJSIP/+443069990100@trunk-one``."""
        return f"PJSIP/{self.written(number)}@{self.endpoint}"

    def shown(self, own: str) -> str:
        """The number that whom we call sees; ``own``: the one to show unless the carrier has one of its own."""
        return self.written(self.cli or own)


@dataclass(frozen=True, slots=True)
class Login:
    """What a carrier's challenge is answered with."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TrunkRow:
    """A carrier as the template reads it: every value as it stands in the file."""

    endpoint: str
    addresses: tuple[str, ...]
    contact: str
    codecs: str
    dtmf: str
    qualify_s: int
    user: str
    password: str


def trunk_rows(trunks: Iterable[Trunk], logins: Mapping[str, Login]) -> tuple[TrunkRow, ...]:
    """Every carrier's row; ``logins`` by the carrier's name."""
    return tuple(_row(trunk, logins.get(trunk.name)) for trunk in trunks)


def _row(trunk: Trunk, login: Login | None) -> TrunkRow:
    return TrunkRow(
        endpoint=trunk.endpoint,
        addresses=trunk.addresses,
        contact=f"sip:{trunk.server}" if trunk.server else "",
        codecs=",".join(trunk.codecs),
        dtmf=trunk.dtmf,
        qualify_s=trunk.qualify_s,
        user=_escaped(login.user) if login else "",
        password=_escaped(login.password) if login else "",
    )


def _escaped(value: str) -> str:
    """As Asterisk's files want it: a semicolon would begin a comment."""
    return value.replace(";", r"\;")


# --- logins, which are never in version control ---------------------------------------------------------------------


def read_logins(trunks: Iterable[Trunk], environment: Mapping[str, str], file: Path) -> dict[str, Login]:
    """User and password of every carrier that asks for them: from the environment, else from ``file``.

    Raises ConfigError with every mistake: one that is missing, a value that no file of Asterisk's can hold, a ``file``
    that others than its owner can read.
    """
    mistakes: list[str] = []
    asked = [trunk for trunk in trunks if trunk.authenticate]
    kept = _read_file(file, mistakes) if asked else {}
    found = {trunk.name: _login(trunk.name, environment, kept.get(trunk.name, {}), mistakes) for trunk in asked}
    if mistakes:
        raise ConfigError(mistakes)
    return {name: login for name, login in found.items() if login is not None}


def variable(name: str, key: str) -> str:
    """The environment's variable for a carrier's ``user`` or ``password``: ``IVR_TRUNK_CARRIER_ONE_USER``."""
    return f"IVR_TRUNK_{name}_{key}".replace("-", "_").upper()


def _login(name: str, environment: Mapping[str, str], kept: Mapping[str, object], mistakes: list[str]) -> Login | None:
    values = [environment.get(variable(name, key)) or kept.get(key) for key in _KEYS]
    if not all(isinstance(value, str) and value for value in values):
        where = " and ".join(variable(name, key) for key in _KEYS)
        mistakes.append(
            f"trunks.toml: {name}.authenticate: found no user and password, expected {where} in the environment, "
            f"or [{name}] with user and password in {LOGINS_FILE} of the state folder"
        )
        return None
    for key, value in zip(_KEYS, values, strict=True):
        if not _fits(str(value)):
            mistakes.append(f"{name}: its {key} has a backslash, a space at an end, or a sign that is not printable")
            return None
    return Login(str(values[0]), str(values[1]))


def _fits(value: str) -> bool:
    return value.isprintable() and "\\" not in value and value == value.strip()


def _read_file(file: Path, mistakes: list[str]) -> dict[str, dict[str, object]]:
    if not file.is_file():
        return {}
    if file.stat().st_mode & 0o077:
        mistakes.append(f"{file.name}: others can read it, expected a file for its owner alone (chmod 600)")
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{file.name}: not valid TOML: {error}")
        return {}
    return {name: table for name, table in tables.items() if isinstance(table, dict)}
