"""The part of the settings that names another system of record: ``IVR_RECORDS_…``, each mistake noted."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypedDict
from urllib.parse import urlsplit

LONGEST_TIMEOUT_S: Final = 10.0
"""A caller hears nothing while a reference is looked up."""


class RecordsSettings(TypedDict):
    """As fields of `ivr.settings.Settings`."""

    records_url: str
    records_token_file: str
    records_timeout_s: float
    records_failures: int
    records_rest_s: float


def records(environment: Mapping[str, str], mistakes: list[str]) -> RecordsSettings:
    """What is given, and the usual figures for what is not."""
    return {
        "records_url": _url(environment.get("IVR_RECORDS_URL", ""), mistakes),
        "records_token_file": _token_file(environment.get("IVR_RECORDS_TOKEN_FILE", ""), mistakes),
        "records_timeout_s": _seconds(environment, "IVR_RECORDS_TIMEOUT_S", 1.5, LONGEST_TIMEOUT_S, mistakes),
        "records_failures": _count(environment, "IVR_RECORDS_FAILURES", 5, mistakes),
        "records_rest_s": _seconds(environment, "IVR_RECORDS_REST_S", 10.0, 3600.0, mistakes),
    }


def _url(given: str, mistakes: list[str]) -> str:
    """Without a slash at its end; empty when none is given, or with a mistake noted."""
    if not given:
        return ""
    try:
        parts = urlsplit(given)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))
    if not host or not safe or parts.username or parts.query or parts.fragment:
        expected = "https://host/path without a user or question mark, or http:// to this machine's loopback"
        shown = "an address with a user in it" if "@" in given else repr(given)
        mistakes.append(f"environment: IVR_RECORDS_URL: found {shown}, expected {expected}")
        return ""
    return given.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _token_file(given: str, mistakes: list[str]) -> str:
    if not given:
        return ""
    try:
        if Path(given).read_text(encoding="utf-8").strip():
            return str(Path(given).resolve())
        why = "an empty file"
    except (OSError, ValueError) as error:
        why = type(error).__name__
    mistakes.append(f"environment: IVR_RECORDS_TOKEN_FILE: found {given!r} ({why}), expected a file with a token in it")
    return ""


def _seconds(environment: Mapping[str, str], variable: str, usual: float, most: float, mistakes: list[str]) -> float:
    given = environment.get(variable) or str(usual)
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= most:
        mistakes.append(f"environment: {variable}: found {given!r}, expected seconds, above 0 and at most {most:g}")
        return usual
    return seconds


def _count(environment: Mapping[str, str], variable: str, usual: int, mistakes: list[str]) -> int:
    given = environment.get(variable) or str(usual)
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:9]) <= 1000:
        mistakes.append(f"environment: {variable}: found {given!r}, expected a number from 1 to 1000")
        return usual
    return int(given)
