"""Which SMTP server mail goes to, as the environment says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

Tls = Literal["none", "starttls", "tls"]
USUAL_PORTS: Final[Mapping[Tls, int]] = {"none": 25, "starttls": 587, "tls": 465}
_PORTS: Final = range(1, 65536)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """An SMTP server. ``tls``: on after a word in clear (starttls), from the beginning, or none. ``password_file`` is
    read at each connection, so that a new password wants no restart.
    """

    host: str
    port: int
    tls: Tls = "starttls"
    user: str | None = None
    password_file: str | None = None

    def password(self) -> str | None:
        """What stands in the file, without the line's end. Raises OSError."""
        if self.password_file is None:
            return None
        return Path(self.password_file).read_text(encoding="utf-8").rstrip("\r\n")


def read_server(environment: Mapping[str, str], mistakes: list[str]) -> SmtpServer | None:
    """The server that ``IVR_SMTP_*`` name; None: no host is given. Mistakes are noted."""
    host = environment.get("IVR_SMTP_HOST") or None
    tls = _tls(environment.get("IVR_SMTP_TLS") or "starttls", mistakes)
    port = _port(environment.get("IVR_SMTP_PORT") or None, USUAL_PORTS[tls], mistakes)
    user = environment.get("IVR_SMTP_USER") or None
    file = environment.get("IVR_SMTP_PASSWORD_FILE") or None
    if (user is None) != (file is None):
        mistakes.append("environment: IVR_SMTP_USER and IVR_SMTP_PASSWORD_FILE: found one of them, expected both")
    elif file is not None and not Path(file).is_file():
        mistakes.append(f"environment: IVR_SMTP_PASSWORD_FILE: found {file!r}, expected a file that is there")
    if user is not None and tls == "none":
        mistakes.append("environment: IVR_SMTP_TLS: found 'none' with IVR_SMTP_USER, expected starttls or tls")
    return None if host is None else SmtpServer(host, port, tls, user, file)


def _tls(text: str, mistakes: list[str]) -> Tls:
    for mode in get_args(Tls):
        if mode == text:
            found: Tls = mode
            return found
    mistakes.append(f"environment: IVR_SMTP_TLS: found {text!r}, expected starttls, tls or none")
    return "starttls"


def _port(text: str | None, usual: int, mistakes: list[str]) -> int:
    if text is None:
        return usual
    if not text.isdigit() or int(text) not in _PORTS:
        mistakes.append(f"environment: IVR_SMTP_PORT: found {text!r}, expected a port number from 1 to 65535")
        return usual
    return int(text)
