"""One CSV file in, row by row: cells that fit, and a mistake for each that does not."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from ivr.records.importing.columns import Column, Kind

_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a file; ``line`` counts from 1, and is 0 for what concerns the whole file."""

    file: str
    line: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.column}: found {self.found}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file. A cell is None when it is empty, or does not fit: then there are ``mistakes``."""

    line: int
    cells: dict[str, str | None]
    lists: dict[str, tuple[str, ...]]
    mistakes: tuple[Mistake, ...]


def shown(text: str) -> str:
    """What was found, in quotes, harmless on a terminal, and not endless."""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")


def rows(path: Path, kind: Kind) -> Iterator[Row | Mistake]:
    """The file's rows; a mistake alone where there is no row to speak of. Bytes that are no UTF-8 fit nowhere."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        lines = _lines(reader, kind)
        first = next(lines, None)
        if first is None:
            yield Mistake(kind.file, 1, "header", "nothing", _header_words(kind))
            return
        if isinstance(first, Mistake):
            yield first
            return
        header = [name.strip() for name in first[1]]
        wrong = list(_header_mistakes(kind, header))
        yield from wrong
        if not wrong:
            yield from (line if isinstance(line, Mistake) else _row(kind, header, *line) for line in lines)


def _lines(reader: object, kind: Kind) -> Iterator[tuple[int, list[str]] | Mistake]:
    """The lines that are not empty, each with the number it begins at. What is no CSV ends the file."""
    source = reader  # the csv module's reader has no name for its type
    while True:
        begins = source.line_num + 1  # type: ignore[attr-defined]
        try:
            cells: list[str] = next(source)  # type: ignore[call-overload]
        except StopIteration:
            return
        except csv.Error as error:
            yield Mistake(kind.file, begins, "row", f"no CSV ({error})", "cells in double quotes, or without any")
            return
        if any(cell.strip() for cell in cells):
            yield begins, cells


def _header_words(kind: Kind) -> str:
    return "the columns " + ", ".join(c.name if c.required else f"[{c.name}]" for c in kind.columns)


def _header_mistakes(kind: Kind, header: list[str]) -> Iterator[Mistake]:
    known = [column.name for column in kind.columns]
    for name in dict.fromkeys(header):
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Mistake(kind.file, 1, "header", shown(name), f"{_header_words(kind)}{hint}")
        elif header.count(name) > 1:
            yield Mistake(kind.file, 1, "header", f"{shown(name)} {header.count(name)} times", "each column once")
    for column in kind.columns:
        if column.required and column.name not in header:
            yield Mistake(kind.file, 1, "header", f"no {column.name}", _header_words(kind))


def _row(kind: Kind, header: list[str], line: int, cells: list[str]) -> Row | Mistake:
    if len(cells) != len(header):
        return Mistake(kind.file, line, "row", f"{len(cells)} cells", f"{len(header)}, as the header has")
    given = dict(zip(header, cells, strict=True))
    mistakes: list[Mistake] = []
    single = {column.name: _cell(kind, line, column, given, mistakes) for column in kind.single}
    lists = {column.name: _list(kind, line, column, given, mistakes) for column in kind.several}
    return Row(line, single, lists, tuple(mistakes))


def _cell(kind: Kind, line: int, column: Column, given: dict[str, str], mistakes: list[Mistake]) -> str | None:
    text = given.get(column.name, "")
    text = text if column.secret else text.strip()
    if text and column.format.fits(text):
        return text
    if text or column.required:
        found = f"{len(text)} characters" if column.secret else shown(text)
        mistakes.append(Mistake(kind.file, line, column.name, found if text else "nothing", column.format.expected))
    return None


def _list(kind: Kind, line: int, column: Column, given: dict[str, str], mistakes: list[Mistake]) -> tuple[str, ...]:
    found = dict.fromkeys(given.get(column.name, "").split())
    for text in found:
        if not column.format.fits(text):
            expected = f"{column.format.expected} each, with spaces between"
            mistakes.append(Mistake(kind.file, line, column.name, shown(text), expected))
    return tuple(text for text in found if column.format.fits(text))
