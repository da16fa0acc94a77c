"""The keys that PINs, passwords and answers are kept under (R-SEC). They stand in a file, never in the database.

Enters: the file, one key a line in hexadecimal, the one in use first. Leaves: `SecretKeys`. A key is known in the
database by its id alone, so that whoever was set up under an older one is still checked while that one is kept.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivr.errors import ConfigError

KEY_BYTES: Final = 32
_LINE: Final = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")
_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class SecretKey:
    """One key. ``repr`` does not show it."""

    value: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """What it is known by; tells nothing of it."""
        return self._mac("key id")[:_ID_LENGTH]

    def mac(self, *parts: str) -> str:
        """The keyed HMAC-SHA256 of these words together, in hexadecimal."""
        return self._mac("\x1f".join(parts))

    def _mac(self, text: str) -> str:
        return hmac.new(self.value, text.encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class SecretKeys:
    """The keys of an installation: what is set up anew is kept under the first."""

    keys: tuple[SecretKey, ...]

    @property
    def current(self) -> SecretKey:
        """The key in use."""
        return self.keys[0]

    def of(self, key_id: str) -> SecretKey | None:
        """The key with this id; None: it is not here any more."""
        return next((key for key in self.keys if key.key_id == key_id), None)


def fresh() -> SecretKeys:
    """One new key, kept nowhere."""
    return SecretKeys((SecretKey(secrets.token_bytes(KEY_BYTES)),))


def read(path: Path) -> SecretKeys:
    """The keys in a file. Raises ConfigError, which shows nothing of what the file holds."""
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: the keys of PINs and passwords cannot be read ({type(error).__name__})"]) from None
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not found or not all(_LINE.fullmatch(line) for line in found):
        raise ConfigError([f"{path}: expected keys of {2 * KEY_BYTES} hexadecimal digits (0-9, a-f), one a line"])
    return SecretKeys(tuple(SecretKey(bytes.fromhex(line)) for line in found))


def ensure(path: Path) -> None:
    """Make the file with a new key, for its owner alone, unless it is there. Raises ConfigError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
    except OSError as error:
        raise ConfigError([f"{path}: the keys of PINs and passwords cannot be made ({type(error).__name__})"]) from None


def _make(path: Path) -> None:
    """Written beside it first: whoever starts at the same moment finds one whole file, the same for both."""
    fresh_file = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fresh_file.touch(mode=0o600)
    fresh_file.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
    try:
        path.hardlink_to(fresh_file)
    except FileExistsError:
        return
    finally:
        fresh_file.unlink()
