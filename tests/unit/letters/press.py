"""Prints sheets for tests by the service's own printing process, and reads back what a reader of the PDF gets."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, Final

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from ivr.letters import templates
from ivr.letters.printer import LIBRARIES, environment
from ivr.letters.render import Done, Request, part, read_part
from ivr.letters.templates import Sheet, Texts
from ivr.settings import PROJECT

FOLDER: Final = PROJECT / "letters"


@dataclass
class Press:
    """The process, and the templates as they are shipped."""

    source: IO[bytes]
    sink: IO[bytes]
    texts: Texts
    kept: dict[str, bytes] = field(default_factory=dict)

    def pdf(self, sheet: Sheet) -> bytes:
        """The sheet as PDF; one that was printed before is not printed again."""
        key = repr(sheet)
        if key not in self.kept:
            self.kept[key] = self._print(sheet)
        return self.kept[key]

    def _print(self, sheet: Sheet) -> bytes:
        self.source.write(part(Request(do="print", texts=dict(self.texts), sheet=sheet).model_dump_json().encode()))
        self.source.flush()
        done, pdf = Done.model_validate_json(read_part(self.sink)), read_part(self.sink)  # type: ignore[arg-type]
        assert done.why is None, done.why
        return pdf

    def read(self, sheet: Sheet) -> PdfReader:
        """The sheet, printed and opened."""
        return PdfReader(io.BytesIO(self.pdf(sheet)))


@contextmanager
def printing() -> Iterator[Press]:
    """A printing process of its own, with the libraries that `make run` brings."""
    command = [sys.executable, "-m", "ivr.letters.render"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=PROJECT, env=environment(LIBRARIES)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Press(process.stdin, process.stdout, templates.read(FOLDER))
        process.stdin.close()


def text_of(reader: PdfReader) -> str:
    """Every word of the PDF, in the order in which it is read."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def sizes_of(reader: PdfReader) -> dict[str, float]:
    """Each piece of text with its size in points, as it comes out on paper."""
    found: dict[str, float] = {}

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            found[text.strip()] = round(abs(size * tm[3] * cm[3]), 1)

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    return found


def tags_of(reader: PdfReader) -> list[tuple[str, str | None]]:
    """Every tag with its alternative text, in reading order."""
    return list(_walk(reader.root_object["/StructTreeRoot"]))


def _walk(node: Any) -> Iterator[tuple[str, str | None]]:
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from _walk(one)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]), node.get("/Alt")
        if "/K" in node:
            yield from _walk(node["/K"])
