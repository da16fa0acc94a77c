"""Sessions: a password once, then a token (for programs in a header, for pages in a cookie); its SHA-256 is stored.

A session lives 12 hours. An unknown staff number takes as long as a wrong password; failed log-ins are limited.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, delete, insert, select

from ivr.domain.failures import FailureWindow
from ivr.store import oversight
from ivr.store import tables as t
from ivr.web.identity import TOKEN_MARK, Identity, Person, Program
from ivr.web.problems import Refusal
from ivr.web.services import LogInLimits, WebServices

_TOKEN_BYTES: Final = 32
_HASHING_THREADS: Final = 2
"""Each password check takes 64 MiB for a moment; so many run at once, the others queue."""


@dataclass(frozen=True, slots=True)
class _Known:
    agent_id: int
    password_hash: str


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


class LogInGate:
    """R-STATE-1's door: refuses with 429 whoever failed too often, by staff number and by address."""

    def __init__(self, limits: LogInLimits, clock: Callable[[], float] = monotonic) -> None:
        self._by_staff = FailureWindow(limits.window_s, limits.per_staff_number, clock)
        self._by_address = FailureWindow(limits.window_s, limits.per_address, clock)

    def enter(self, staff_number: str, address: str) -> None:
        """Begin an attempt, or raise 429 with ``Retry-After``."""
        wait_s = max(self._by_staff.wait_s(staff_number), self._by_address.wait_s(address))
        if wait_s > 0:
            seconds = str(math.ceil(wait_s))
            raise Refusal(
                429,
                "session.too_many_attempts",
                f"too many failed log-ins; try again in {seconds} s",
                headers={"Retry-After": seconds},
            )
        self._by_staff.count(staff_number)
        self._by_address.count(address)

    def take_back(self, staff_number: str, address: str) -> None:
        """The attempt succeeded, or could not be judged: it does not count."""
        self._by_staff.take_back(staff_number)
        self._by_address.take_back(address)


class Sessions:
    """Opens, finds and ends sessions. One for the whole application; `close` ends its threads."""

    def __init__(self, services: WebServices, clock: Callable[[], float] = monotonic) -> None:
        self._services = services
        self._gate = LogInGate(services.log_in_limits, clock)
        self._hashing = ThreadPoolExecutor(_HASHING_THREADS, "password-check")
        self._decoy = services.passwords.hash(secrets.token_urlsafe(_TOKEN_BYTES))

    async def open(self, staff_number: str, password: str, address: str) -> tuple[str, Person]:
        """A new token and who it stands for. Raises Refusal: 401 for wrong credentials, 429 for too many."""
        self._gate.enter(staff_number, address)
        try:
            known = await self._checked(staff_number, password)
        except BaseException:
            self._gate.take_back(staff_number, address)
            raise
        if known is None:
            raise _wrong()
        self._gate.take_back(staff_number, address)
        return await self._begin(known)

    async def who(self, token: str) -> Identity | None:
        """Who a token stands for; None when it is unknown or over."""
        if token.startswith(TOKEN_MARK):
            return await self._services.store.read(_program, token_hash(token))
        return await self._services.store.read(_person, token_hash(token), self._services.now())

    async def end(self, person: Person) -> None:
        """The session is over; its token is worth nothing from now on."""
        await self._services.store.write(_forget, person.token_hash)

    def close(self) -> None:
        """Let go of the threads."""
        self._hashing.shutdown(wait=False)

    async def _checked(self, staff_number: str, password: str) -> _Known | None:
        """Whose password this is; None when it is nobody's. An unknown number takes as long as a wrong password."""
        known = await self._services.store.read(_credentials, staff_number)
        stored = self._decoy if known is None else known.password_hash
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._hashing, _verified, self._services.passwords, stored, password)
        return known if right else None

    async def _begin(self, known: _Known) -> tuple[str, Person]:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._services.now()
        ends_at = now + self._services.session_life
        await self._services.store.write(_remember, token_hash(token), known.agent_id, now, ends_at)
        person = await self._services.store.read(_person, token_hash(token), now)
        if person is None:
            raise _wrong()
        return token, person


def _wrong() -> Refusal:
    return Refusal(401, "session.wrong_credentials", "staff number or password is wrong")


def _verified(hasher: PasswordHasher, stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def _credentials(sql: Connection, staff_number: str) -> _Known | None:
    query = select(t.agent.c.agent_id, t.agent.c.password_hash).where(t.agent.c.staff_number == staff_number)
    row = sql.execute(query).first()
    return None if row is None else _Known(row.agent_id, row.password_hash)


def _remember(sql: Connection, hashed: str, agent_id: int, now: datetime, ends_at: datetime) -> None:
    sql.execute(delete(t.session).where(t.session.c.ends_at <= now))
    sql.execute(insert(t.session).values(token_hash=hashed, agent_id=agent_id, made_at=now, ends_at=ends_at))


def _forget(sql: Connection, hashed: str) -> None:
    sql.execute(delete(t.session).where(t.session.c.token_hash == hashed))


def _person(sql: Connection, hashed: str, now: datetime) -> Person | None:
    agent, live, session = t.agent, t.agent_live, t.session
    row = sql.execute(
        select(
            agent.c.agent_id,
            agent.c.staff_number,
            agent.c.name,
            agent.c.role,
            live.c.team,
            live.c.segment,
            session.c.token_hash,
            session.c.ends_at,
        )
        .join(live, live.c.agent_id == agent.c.agent_id)
        .join(session, session.c.agent_id == agent.c.agent_id)
        .where(session.c.token_hash == hashed, session.c.ends_at > now)
    ).first()
    return None if row is None else Person(*row)


def _program(sql: Connection, hashed: str) -> Program | None:
    table = oversight.program_token
    query = select(table.c.name, table.c.role, table.c.token_hash)
    row = sql.execute(query.where(table.c.token_hash == hashed, table.c.revoked_at.is_(None))).first()
    return None if row is None else Program(*row)
