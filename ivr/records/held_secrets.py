"""What is held of a caller's PIN, password and answers: kept at first contact, compared, never read back (R-SEC-1).

A PIN is one keyed HMAC for each position, the password argon2id of a keyed HMAC, an answer a keyed HMAC of its plain
words. `seal` and `compare` take tens of milliseconds: run them in a thread, outside any transaction.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, bindparam, delete, insert, select

from ivr.domain.oversight import Deed
from ivr.domain.security import Drawn, Question, SecretKind, Secrets, same_password, same_words
from ivr.records.deeds import By, To, hold, note
from ivr.records.secret_keys import SecretKey
from ivr.store import tables as t

_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the database holds of somebody's secrets, and under which key."""

    key_id: str
    salt: str
    pin: tuple[str, ...] = field(repr=False)
    password_hash: str = field(repr=False)
    answers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller has said: the PIN's digits in the order asked, the password, the answers in the order asked."""

    pin: tuple[str, ...] = field(repr=False)
    password: str = field(repr=False)
    answers: tuple[str, ...] = field(repr=False)


def seal(wanted: Secrets, key: SecretKey, hasher: PasswordHasher) -> Sealed:
    """Make what is kept of ``wanted``; each record has a salt of its own."""
    salt = secrets.token_hex(_SALT_BYTES)
    return Sealed(
        key.key_id,
        salt,
        tuple(_pin_mac(key, salt, position, digit) for position, digit in enumerate(wanted.pin, start=1)),
        hasher.hash(_password_mac(key, salt, wanted.password)),
        {question.value: _answer_mac(key, salt, question, text) for question, text in wanted.answers.items()},
    )


def compare(held: Sealed, key: SecretKey, drawn: Drawn, given: Given, hasher: PasswordHasher) -> tuple[bool, ...]:
    """Which are right: the PIN's digits, the password, the answers. All are compared, whatever comes of the first."""
    salt = held.salt
    digits = [
        _is_same(held.pin[position - 1], _pin_mac(key, salt, position, digit))
        for position, digit in zip(drawn.positions, given.pin, strict=True)
    ]
    answers = [
        _is_same(held.answers.get(question.value, ""), _answer_mac(key, salt, question, text))
        for question, text in zip(drawn.questions, given.answers, strict=True)
    ]
    password = _is_password(hasher, held.password_hash, _password_mac(key, salt, given.password))
    return (*digits, password, *answers)


def held_of(sql: Connection, kind: str, record_id: int) -> Sealed | None:
    """What is held of a record's secrets; None: nothing was set up yet."""
    table = t.security_secret
    row = sql.execute(select(table).where(table.c.kind == kind, table.c.record_id == record_id)).first()
    return None if row is None else Sealed(row.key_id, row.salt, tuple(row.pin), row.password_hash, row.answers)


def keep(sql: Connection, kind: SecretKind, record_id: int, sealed: Sealed, by: By, now: datetime) -> bool:
    """Keep them instead of any before. False: there is no such record. Audited."""
    if not hold(sql, kind, record_id):
        return False
    put(sql, kind, record_id, sealed, by.agent_id, now)
    note(sql, by, Deed.SECRETS_SET, To(kind, record_id), now)
    return True


def put(sql: Connection, kind: SecretKind, record_id: int, sealed: Sealed, by: int | None, now: datetime) -> None:
    """Keep them instead of any before; ``by`` None: the sample's."""
    forget_secrets(sql, kind, [record_id])
    values = {
        "kind": kind,
        "record_id": record_id,
        "key_id": sealed.key_id,
        "salt": sealed.salt,
        "pin": list(sealed.pin),
        "password_hash": sealed.password_hash,
        "answers": dict(sealed.answers),
        "set_at": now,
        "set_by": by,
    }
    sql.execute(insert(t.security_secret).values(values))


_FORGET: Final = delete(t.security_secret).where(
    t.security_secret.c.kind == bindparam("b_kind"), t.security_secret.c.record_id == bindparam("b_record_id")
)


def forget_secrets(sql: Connection, kind: str, record_ids: Sequence[int]) -> None:
    """Nothing is held of these records any more: they are removed, or it is set up anew."""
    if record_ids:
        sql.execute(_FORGET, [{"b_kind": kind, "b_record_id": record_id} for record_id in record_ids])


def _pin_mac(key: SecretKey, salt: str, position: int, digit: str) -> str:
    return key.mac("pin", salt, str(position), digit)


def _password_mac(key: SecretKey, salt: str, password: str) -> str:
    return key.mac("password", salt, same_password(password))


def _answer_mac(key: SecretKey, salt: str, question: Question, text: str) -> str:
    return key.mac("answer", salt, question.value, same_words(text))


def _is_same(held: str, made: str) -> bool:
    return hmac.compare_digest(held, made)


def _is_password(hasher: PasswordHasher, held: str, made: str) -> bool:
    try:
        return hasher.verify(held, made)
    except (Argon2Error, InvalidHashError):
        return False
