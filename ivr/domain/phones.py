"""Agents' phones as SIP accounts: the realm, and the digest a password is stored as."""

from __future__ import annotations

import hashlib
from typing import Final

SIP_REALM: Final = "helpline"
"""The realm phones are asked to authenticate in; the stored digest holds for this realm only."""


def sip_ha1(account: str, password: str) -> str:
    """The MD5 digest of ``account:realm:password`` that Asterisk compares with (RFC 2617, HA1)."""
    return hashlib.md5(f"{account}:{SIP_REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
