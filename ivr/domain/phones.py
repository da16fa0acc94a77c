"""Agents' phones as SIP accounts: an agent's own and their browser's, the realm, the digest a password is stored as."""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Final

SIP_REALM: Final = "helpline"
"""The realm phones are asked to authenticate in; the stored digest holds for this realm only."""


def sip_ha1(account: str, password: str) -> str:
    """The MD5 digest of ``account:realm:password`` that Asterisk compares with (RFC 2617, HA1)."""
    return hashlib.md5(f"{account}:{SIP_REALM}:{password}".encode(), usedforsecurity=False).hexdigest()


TECHNOLOGY: Final = "PJSIP/"
WEB: Final = "-web"
"""What the account of an agent's browser has behind their staff number."""


class PhoneKind(Enum):
    """Which of their phones rings for an agent."""

    OWN = "own"
    BROWSER = "browser"


def endpoint_of(staff_number: str, kind: PhoneKind) -> str:
    """What is dialled: ``PJSIP/7001``, or ``PJSIP/7001-web``."""
    return f"{TECHNOLOGY}{staff_number}" + (WEB if kind is PhoneKind.BROWSER else "")


def kind_of(endpoint: str) -> PhoneKind:
    """Which phone an endpoint is."""
    return PhoneKind.BROWSER if endpoint.endswith(WEB) else PhoneKind.OWN


def account_of(endpoint: str) -> str:
    """The account behind what is dialled: ``7001`` of ``PJSIP/7001``."""
    return endpoint.removeprefix(TECHNOLOGY)


def staff_of(endpoint: str) -> str:
    """Whose phone an endpoint is: ``PJSIP/7101`` and ``PJSIP/7101-web`` are 7101's."""
    return account_of(endpoint).partition("-")[0]
