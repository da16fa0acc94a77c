"""Finding a contact by what somebody knows of them: name, reference, PAYE reference, telephone number (R-POP-3).

Plain reads on one connection, each by an index. Of each way of looking at most one contact more than asked for is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, null, select

from ivr.domain.words import RecordKind, paye_word, phone_word, words
from ivr.records.index import FOUND
from ivr.store import tables as t

By = Literal["reference", "paye_reference", "phone", "name"]
REFERENCE: Final = {"client": "scin", "representative": "trn", "employer": "ern", "employer_agent": "earn"}
"""The column that holds each kind's own reference."""
FEWEST_LETTERS: Final = 2
FEWEST_DIGITS: Final = 4
_SEPARATORS: Final = re.compile(r"[\s./()-]")
_PHONE: Final = re.compile(r"\+?\d{6,}")
_AFTER: Final = "\U0010ffff"
"""Sorts after every word that goes on."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who was found, and ``by`` what. PAYE reference and telephone number are an employer's."""

    kind: RecordKind
    record_id: int
    name: str
    reference: str
    paye_reference: str | None
    phone: str | None
    by: By


@dataclass(frozen=True, slots=True)
class Found:
    """The contacts, the surest first; ``more``: there are others, and more words would tell them apart."""

    contacts: tuple[Contact, ...]
    more: bool


def is_enough(text: str) -> bool:
    """Whether there is anything to look for: two letters of a name, or four digits."""
    return any(_ways(text))


def search(sql: Connection, text: str, kinds: Sequence[RecordKind], limit: int) -> Found:
    """Contacts of these kinds that ``text`` may mean, at most ``limit``."""
    found: dict[tuple[str, int], Contact] = {}
    for by, start in _ways(text):
        for kind in kinds:
            if by in {"paye_reference", "phone"} and kind != "employer":
                continue
            for row in sql.execute(_query(kind, by, start).limit(limit + 1)):
                found.setdefault((kind, row.record_id), _contact(kind, by, row))
    contacts = tuple(found.values())
    return Found(contacts[:limit], len(contacts) > limit)


def _ways(text: str) -> Iterator[tuple[By, tuple[str, ...]]]:
    """The ways to look for what somebody typed, the surest first, each with what its words must begin with."""
    bare = _SEPARATORS.sub("", text)
    if bare.isascii() and bare.isdigit() and len(bare) >= FEWEST_DIGITS:
        yield "reference", (bare,)
    if any(letter.isdigit() for letter in bare) and len(bare) >= FEWEST_DIGITS:
        yield "paye_reference", (paye_word(text),)
    if _PHONE.fullmatch(bare):
        yield "phone", (phone_word(text),)
    named = words(text)
    if max(map(len, named), default=0) >= FEWEST_LETTERS:
        yield "name", named


def _query(kind: RecordKind, by: By, starts: tuple[str, ...]) -> Select[Any]:
    table = FOUND[kind]
    key, reference = table.c[f"{kind}_id"], table.c[REFERENCE[kind]]
    more = (table.c.paye_reference, table.c.phone) if kind == "employer" else (null(), null())
    paye, phone = (column.label(name) for column, name in zip(more, ("paye_reference", "phone"), strict=True))
    query = select(key.label("record_id"), table.c.name, reference.label("reference"), paye, phone)
    if by == "reference":
        return query.where(_begins(reference, starts[0])).order_by(reference)
    return query.where(*(key.in_(_with_word(kind, start)) for start in starts)).order_by(table.c.name, reference)


def _with_word(kind: RecordKind, start: str) -> Select[tuple[int]]:
    table = t.record_word
    return select(table.c.record_id).where(table.c.kind == kind, _begins(table.c.word, start))


def _begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return and_(column >= start, column < start + _AFTER)


def _contact(kind: RecordKind, by: By, row: Row[Any]) -> Contact:
    return Contact(kind, row.record_id, row.name, row.reference, row.paye_reference, row.phone, by)
