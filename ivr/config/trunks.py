"""trunks.toml, and the Welsh Language Unit's number outside: their shapes, read and checked whole.

Enters: tables of TOML. Leaves: `Trunk` by carrier, the unit as a call rings it, and a mistake for each fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ivr.acd.offer import RingTimes
from ivr.acd.outside_leg import Unit
from ivr.config.mistakes import Mistakes, nearest
from ivr.config.shapes import WelshEntry
from ivr.domain.numbers import national
from ivr.pbx.trunks import DtmfMode, NumberForm, Trunk

FILE: Final = "trunks.toml"
PHONES: Final = IPv4Address("127.0.0.1")
"""Where this machine's own phones call from; a carrier is told apart by its address alone."""
WIDEST_PREFIX: Final = 16
"""A carrier has some networks, not a share of the internet: whoever is in one of them may call without a password."""
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SERVER: Final = re.compile(r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(?P<port>\d{1,5}))?")
_NUMBER: Final = re.compile(r"0\d{9,10}")
_LAST_PORT: Final = 65_535
_SIP_PORT: Final = 5060


class TrunkEntry(BaseModel):
    """A table of trunks.toml, named after the carrier."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    addresses: Annotated[list[str], Field(min_length=1)]
    server: str | None = None
    authenticate: bool = False
    codecs: Annotated[list[Literal["alaw", "ulaw"]], Field(min_length=1)] = ["alaw", "ulaw"]
    dtmf: DtmfMode = "auto"
    number_form: NumberForm = "0"
    cli: str | None = None
    qualify_s: Annotated[int, Field(ge=0, le=3600)] = 0


def read_trunks(mistakes: Mistakes) -> dict[str, Trunk]:
    """Every carrier of trunks.toml whose table has its shape."""
    trunks: dict[str, Trunk] = {}
    networks: dict[str, tuple[IPv4Network, ...]] = {}
    for name, value in mistakes.table(FILE).items():
        entry = mistakes.model(FILE, name, TrunkEntry, value)
        if entry is not None:
            networks[name] = tuple(_networks(mistakes, name, entry))
            trunks[name] = _trunk(mistakes, name, entry)
    _check_overlaps(mistakes, networks)
    return trunks


def check_welsh(mistakes: Mistakes, entry: WelshEntry, trunks: Mapping[str, Trunk]) -> None:
    """[welsh] of queues.toml: a number and a trunk that calls can go to, or neither."""
    file, number, trunk = "queues.toml", entry.external_number, entry.trunk
    if (number is None) != (trunk is None):
        missing = "trunk" if trunk is None else "external_number"
        mistakes.lines.append(f"{file}: welsh.{missing}: missing, expected external_number and trunk, or neither")
    if number is not None and _NUMBER.fullmatch(national(number)) is None:
        mistakes.add(file, "welsh.external_number", number, "a UK number of ten or eleven digits")
    check_trunk(mistakes, file, "welsh.trunk", trunk, trunks)


def check_trunk(mistakes: Mistakes, file: str, key: str, trunk: str | None, trunks: Mapping[str, Trunk]) -> None:
    """A carrier that calls go to, or none."""
    if trunk is None:
        return
    known = mistakes.table(FILE).keys() if FILE in mistakes.texts else None
    if known is not None and trunk not in known:
        mistakes.add(file, key, trunk, f"a carrier of {FILE}" + nearest(trunk, known))
    elif trunk in trunks and trunks[trunk].server is None:
        mistakes.add(file, key, trunk, f"a carrier that calls go to, with a server in {FILE}")


def welsh_unit(entry: WelshEntry, trunks: Mapping[str, Trunk]) -> Unit | None:
    """The unit as a call rings it; None when it has no number outside."""
    if entry.external_number is None or entry.trunk is None:
        return None
    times = RingTimes(entry.ring_timeout_s, entry.no_ringing_timeout_s)
    return Unit(trunks[entry.trunk], national(entry.external_number), times)


def _trunk(mistakes: Mistakes, name: str, entry: TrunkEntry) -> Trunk:
    if _NAME.fullmatch(name) is None:
        mistakes.add(FILE, name, name, "a name of small letters, digits and single hyphens between them")
    if entry.cli is not None and _NUMBER.fullmatch(national(entry.cli)) is None:
        mistakes.add(FILE, f"{name}.cli", entry.cli, "a UK number of ten or eleven digits")
    if entry.authenticate and entry.server is None:
        mistakes.add(FILE, f"{name}.authenticate", found=True, expected="a server to authenticate to")
    return Trunk(
        name=name,
        addresses=tuple(entry.addresses),
        server=_server(mistakes, name, entry.server),
        authenticate=entry.authenticate,
        codecs=tuple(entry.codecs),
        dtmf=entry.dtmf,
        number_form=entry.number_form,
        cli=None if entry.cli is None else national(entry.cli),
        qualify_s=entry.qualify_s,
    )


def _server(mistakes: Mistakes, name: str, text: str | None) -> str | None:
    """``host:port``, with SIP's own port where none is given."""
    if text is None:
        return None
    found = _SERVER.fullmatch(text)
    port = int(found["port"] or _SIP_PORT) if found else 0
    if found is None or not 0 < port <= _LAST_PORT:
        mistakes.add(FILE, f"{name}.server", text, "a host and port such as 'sip.carrier.example:5060'")
        return None
    return f"{found['host']}:{port}"


def _networks(mistakes: Mistakes, name: str, entry: TrunkEntry) -> Iterator[IPv4Network]:
    """The addresses that can be read; who calls from this machine's own phones' address is no carrier."""
    for text in entry.addresses:
        try:
            network = IPv4Network(text)
        except ValueError:
            mistakes.add(FILE, f"{name}.addresses", text, "an IPv4 address or network such as '192.0.2.16/29'")
            continue
        if PHONES in network:
            expected = f"addresses without {PHONES}, where this machine's own phones call from"
            mistakes.add(FILE, f"{name}.addresses", text, expected)
        elif network.prefixlen < WIDEST_PREFIX:
            mistakes.add(FILE, f"{name}.addresses", text, f"a network of at most /{WIDEST_PREFIX}")
        yield network


def _check_overlaps(mistakes: Mistakes, networks: Mapping[str, Iterable[IPv4Network]]) -> None:
    """An address tells one carrier from the other."""
    for (one, theirs), (other, others) in combinations(networks.items(), 2):
        for network in others:
            clash = next((known for known in theirs if known.overlaps(network)), None)
            if clash is not None:
                expected = f"addresses that no other carrier has ({one} has {clash})"
                mistakes.add(FILE, f"{other}.addresses", str(network), expected)
