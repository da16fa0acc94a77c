"""What must stand in no log: of everybody in a helpline's database, of the sample people, and what callers keyed.

Each test process gathers its own (`OF_THIS_RUN`) and writes it into a file; `read` has those of all processes of a run.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import JSON, Column, Date, String, Table

from ivr.records import sample
from ivr.store import tables

FILES: Final = "personal-data-*.jsonl"
FEWEST_DIGITS: Final = 6
"""Fewer are a choice in a menu, a staff number or a port; the shortest secret is a PIN of six."""
SHORTEST_TEXT: Final = 8
SHORTEST_WORD: Final = 3
EARLIEST_BIRTH: Final = 1900
_PERSONAL_COLUMN: Final = re.compile(
    r"(.*_)?(name|scin|ern|earn|trn|number|phone|cli|to|e?mail|address(_line)?|postcode|paye_reference|subject|body|text|"
    r"notes?|reason|lifted_why|description|born_on|date_of_birth|keyed|answers?|words?|fields)"
)
_NO_PEOPLE: Final = frozenset(
    {"segment", "team", "call_scope", "configuration", "record_word", "switch", "program_token"}
)
"""Tables whose names and texts are nobody's."""
_SIGNS: Final = re.compile(r"[\s()+./-]")
_PREFIX: Final = re.compile(r"^(0044|44|0)(?=\d{9,10}$)")


@dataclass(frozen=True, slots=True, order=True)
class Datum:
    """One thing that must not be found. ``form``: ``digits``, ``word`` or ``text``; ``kind``: in words."""

    form: str
    kind: str
    value: str


class Gathered:
    """What one test process has learnt of people."""

    def __init__(self) -> None:
        self._data: set[Datum] = set()

    def keep(self, data: Iterable[Datum]) -> None:
        """Remember until `write`."""
        self._data.update(data)

    def keep_digits(self, keyed: str) -> None:
        """What a caller keyed; a reference and a date of birth also where they follow a menu's key."""
        digits = re.sub(r"\D", "", keyed)
        endings = {digits, digits[-12:]} | ({digits[-8:]} if _is_day(digits[-8:]) else set())
        self.keep(number("digits keyed", ending) for ending in endings if len(ending) >= FEWEST_DIGITS)

    def keep_rows(self, rows: Callable[[str], list[Any]]) -> None:
        """Everything personal in a database; ``rows`` asks it."""
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.columns if _is_personal(table, column)]
            if not columns:
                continue
            names = ", ".join(f'"{column.name}"' for column in columns)
            for row in rows(f'SELECT {names} FROM "{table.name}"'):  # noqa: S608 - our own tables' names
                for column, value in zip(columns, row, strict=True):
                    self.keep(of_column(f"{table.name}.{column.name}", value))

    def write(self, folder: Path) -> None:
        """Write it into a file of this process's own."""
        if self._data:
            lines = (json.dumps(asdict(datum)) for datum in sorted(self._data))
            (folder / FILES.replace("*", str(os.getpid()))).write_text("\n".join(lines), encoding="utf-8")


OF_THIS_RUN: Final = Gathered()
"""Of everybody on this process's helplines."""


def of_sample(password: str) -> Iterator[Datum]:
    """The sample people, their numbers, days of birth and secrets."""
    yield Datum("text", "a password", password)
    yield number("a PIN", sample.pin(password))
    for staff in sample.AGENTS:
        yield from name("an agent's name", staff[1])
    for _, scin, who, _ in sample.CLIENTS:
        yield from (number("a SCIN", scin), *name("a client's name", who))
    for case in sample.CASES:
        yield number("a case number", case[1])
        for child, born in case[7]:
            yield from (*name("a child's name", child), *day("a date of birth", born))
    for _, ern, company, paye, phone, _, *where in sample.EMPLOYERS:
        yield from (number("an ERN", ern), Datum("text", "an employer's name", company))
        yield from (Datum("text", "a PAYE reference", paye), number("a telephone number", phone))
        yield from (Datum("text", "an employer's address", one) for one in where if one is not None)
    for _, _, pin, said_password, answers in sample.SECRETS:
        yield from (number("a PIN", pin), Datum("text", "a password", said_password))
        yield from (Datum("text", "an answer", one) for one in answers if " " in one)


def of_column(where: str, value: object) -> Iterator[Datum]:
    """What one value of a row is; nothing where it says nothing about a person."""
    if value is None or value == "":
        return
    if where.endswith(("born_on", "date_of_birth")):
        yield from day(where, value if isinstance(value, date) else date.fromisoformat(str(value)))
        return
    if where.endswith("fields"):
        yield from _of_fields(where, value)
        return
    text = str(value)
    digits = _SIGNS.sub("", text)
    if digits.isdigit():
        if len(digits) >= FEWEST_DIGITS:
            yield number(where, text)
    elif where.endswith("name") and where != "employer.name":
        yield from name(where, text)
    elif (len(text) >= SHORTEST_TEXT and " " in text) or "@" in text:
        yield Datum("text", where, max(text.splitlines(), key=len))


def _of_fields(where: str, value: object) -> Iterator[Datum]:
    """What a letter or form is filled with: JSON, or its text where a driver leaves it so."""
    filled = json.loads(value) if isinstance(value, str) else value
    if isinstance(filled, dict):
        for one in filled.values():
            yield from of_column(f"{where} of it", one) if isinstance(one, str | int | None) else ()


def number(kind: str, text: str) -> Datum:
    """A reference, telephone number or PIN, however it is written; of a telephone number what every form has."""
    return Datum("digits", kind, significant(_SIGNS.sub("", text)))


def significant(digits: str) -> str:
    """A telephone number without what stands for the country or trunk."""
    return _PREFIX.sub("", digits)


def day(kind: str, born: date) -> Iterator[Datum]:
    """A date of birth as keyed, as a database has it, and in words."""
    yield Datum("digits", kind, f"{born:%d%m%Y}")
    yield Datum("digits", kind, f"{born:%Y%m%d}")
    yield Datum("text", kind, f"{born.day} {born:%B %Y}")


def name(kind: str, full: str) -> Iterator[Datum]:
    """A name, and each of its words that is not an everyday one."""
    if " " in full:
        yield Datum("text", kind, full)
    yield from (Datum("word", kind, word) for word in full.split() if word[:1].isupper() and len(word) >= SHORTEST_WORD)


def read(folder: Path) -> set[Datum]:
    """What all processes wrote into ``folder`` and below it."""
    files = sorted(folder.rglob(FILES))
    return {Datum(**json.loads(line)) for file in files for line in file.read_text(encoding="utf-8").splitlines()}


def _is_day(keyed: str) -> bool:
    with suppress(ValueError):
        return datetime.strptime(f"{keyed} +0000", "%d%m%Y %z").year > EARLIEST_BIRTH
    return False


def _is_personal(table: Table, column: Column[Any]) -> bool:
    is_text = isinstance(column.type, String | Date | JSON)
    named = _PERSONAL_COLUMN.fullmatch(column.name) is not None and column.name != "staff_number"
    return is_text and named and table.name not in _NO_PEOPLE
