"""Digest authentication as PBXs ask for it of phones: MD5, with or without ``qop=auth``.

Enters: a 401 or 407 response's challenge. Leaves: the value of (Proxy-)Authorization. Source: RFC 3261 §22, RFC 2617.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from ivr.softphone.sip_message import Response

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^,\s]+))')
UNAUTHORIZED = 401
PROXY_AUTHENTICATION = 407


class UnusableChallenge(ValueError):
    """A challenge in a scheme or algorithm that this phone does not speak."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who a phone is to the PBX; the password never shows in a repr."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, …)"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the server wants to see answered."""

    realm: str
    nonce: str
    opaque: str | None
    with_qop: bool


def challenge_in(response: Response) -> Challenge:
    """The first MD5 challenge of a 401 or 407; ``UnusableChallenge`` if there is none."""
    name = "www-authenticate" if response.status == UNAUTHORIZED else "proxy-authenticate"
    for value in response.headers.all(name):
        scheme, _, rest = value.partition(" ")
        found = {key.lower(): quoted or plain for key, quoted, plain in _PARAMETER.findall(rest)}
        if scheme.lower() == "digest" and found.get("algorithm", "MD5").upper() == "MD5" and "nonce" in found:
            with_qop = "auth" in found.get("qop", "").replace(" ", "").split(",")
            return Challenge(found.get("realm", ""), found["nonce"], found.get("opaque"), with_qop)
    raise UnusableChallenge(f"{response.status} without an MD5 digest challenge")


def answer_to(
    challenge: Challenge, who: Credentials, method: str, uri: str, *, cnonce: str | None = None, count: int = 1
) -> str:
    """The header's value; ``count`` is how often this nonce has been answered, this time included."""
    secret = _md5(f"{who.username}:{challenge.realm}:{who.password}")
    asked = _md5(f"{method}:{uri}")
    fields = [f'username="{who.username}"', f'realm="{challenge.realm}"', f'nonce="{challenge.nonce}"', f'uri="{uri}"']
    if challenge.with_qop:
        cnonce = cnonce or secrets.token_hex(8)
        response = _md5(f"{secret}:{challenge.nonce}:{count:08x}:{cnonce}:auth:{asked}")
        fields += ["qop=auth", f"nc={count:08x}", f'cnonce="{cnonce}"']
    else:
        response = _md5(f"{secret}:{challenge.nonce}:{asked}")
    fields += [f'response="{response}"', "algorithm=MD5"]
    if challenge.opaque is not None:
        fields.append(f'opaque="{challenge.opaque}"')
    return "Digest " + ", ".join(fields)


def introduction(who: Credentials, method: str, uri: str) -> tuple[str, str]:
    """A header that says who asks before any challenge came: it can't be right, and brings the challenge.

    A PBX that takes an INVITE without credentials for a stranger's call tells its own phones by this.
    """
    unasked = Challenge(realm="", nonce="none", opaque=None, with_qop=False)
    return "Authorization", answer_to(unasked, who, method, uri)


def header_for(status: int) -> str:
    """The header that answers a 401, or a 407."""
    return "Authorization" if status == UNAUTHORIZED else "Proxy-Authorization"


def _md5(text: str) -> str:
    """MD5 in hexadecimal, as RFC 2617 names it ``H()``."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
