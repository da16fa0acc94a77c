"""Whose PIN was keyed: checked like a password, and refused after too many wrong ones, by staff number and by phone.

Counted in memory: a new process begins at none. An unknown staff number takes as long as a wrong PIN.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from time import monotonic
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, select

from ivr.domain.failures import FailureWindow
from ivr.domain.ids import AgentId
from ivr.store import tables as t
from ivr.store.engine import SqlStore

PIN_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class PinLimits:
    """So many wrong PINs within ``window_s`` seconds: for one staff number, and from one phone."""

    wrong: int = 4
    window_s: float = 600.0


class NotLetIn(Enum):
    """Why nobody is let in."""

    WRONG = auto()
    TOO_MANY = auto()


@dataclass(frozen=True, slots=True)
class _Known:
    agent_id: AgentId
    pin_hash: str | None


class Pins:
    """The check of PINs. One for the service; `close` ends its thread."""

    def __init__(
        self,
        store: SqlStore,
        limits: PinLimits | None = None,
        hasher: PasswordHasher | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """``clock`` gives monotonic seconds."""
        limits = limits or PinLimits()
        self._store = store
        self._hasher = hasher or PasswordHasher()
        self._decoy = self._hasher.hash(secrets.token_urlsafe())
        self._windows = tuple(FailureWindow(limits.window_s, limits.wrong, clock) for _ in range(2))
        self._hashing = ThreadPoolExecutor(1, "pin-check")

    def may_try(self, staff_number: str, phone: str) -> bool:
        """Whether a PIN may be keyed for this staff number, on this phone, now."""
        pairs = zip(self._windows, (staff_number, phone), strict=True)
        return all(window.wait_s(key) <= 0 for window, key in pairs)

    async def admit(self, staff_number: str, phone: str, pin: str) -> AgentId | NotLetIn:
        """Who has this staff number and PIN. Raises StoreError."""
        if not self.may_try(staff_number, phone):
            return NotLetIn.TOO_MANY
        self._count(staff_number, phone)
        try:
            found = await self._checked(staff_number, pin)
        except BaseException:
            self._take_back(staff_number, phone)
            raise
        if found is None:
            return NotLetIn.WRONG
        self._take_back(staff_number, phone)
        return found

    def close(self) -> None:
        """Let go of the thread."""
        self._hashing.shutdown(wait=False)

    async def _checked(self, staff_number: str, pin: str) -> AgentId | None:
        known = await self._store.read(_known, staff_number)
        stored = self._decoy if known is None or known.pin_hash is None else known.pin_hash
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._hashing, _verified, self._hasher, stored, pin)
        return known.agent_id if known is not None and right else None

    def _count(self, *keys: str) -> None:
        for window, key in zip(self._windows, keys, strict=True):
            window.count(key)

    def _take_back(self, *keys: str) -> None:
        for window, key in zip(self._windows, keys, strict=True):
            window.take_back(key)


def _verified(hasher: PasswordHasher, stored: str, pin: str) -> bool:
    try:
        return hasher.verify(stored, pin)
    except (Argon2Error, InvalidHashError):
        return False


def _known(sql: Connection, staff_number: str) -> _Known | None:
    query = select(t.agent.c.agent_id, t.agent.c.pin_hash).where(t.agent.c.staff_number == staff_number)
    row = sql.execute(query).first()
    return None if row is None else _Known(AgentId(row.agent_id), row.pin_hash)
