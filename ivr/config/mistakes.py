"""What is wrong in operations' files, collected while reading, so that all of it is told at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ivr.config import expected

M = TypeVar("M", bound=BaseModel)


class Mistakes:
    """What is wrong, collected while reading, so that all of it can be told at once.

    ``read`` gives a file's text; ``texts`` keeps that of every file that could be read and is TOML.
    """

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._tables: dict[str, dict[str, Any]] = {}
        self.texts: dict[str, str] = {}
        self.lines: list[str] = []

    def add(self, file: str, key: str, found: object, expected: str) -> None:
        """One mistake: where it is, what stands there, what should."""
        self.lines.append(f"{file}: {key}: found {found!r}, expected {expected}")

    def table(self, file: str) -> dict[str, Any]:
        """A file's content, read once; empty when it cannot be read."""
        if file not in self._tables:
            self._tables[file] = self._parsed(file)
        return self._tables[file]

    def _parsed(self, file: str) -> dict[str, Any]:
        try:
            text = self._read(file)
            found = tomllib.loads(text)
        except OSError as error:
            self.lines.append(f"{file}: {error.strerror} ({error.filename}), expected a readable file")
        except UnicodeDecodeError as error:
            self.lines.append(f"{file}: found a byte that is no UTF-8 ({error.reason}), expected text in UTF-8")
        except tomllib.TOMLDecodeError as error:
            self.lines.append(f"{file}: {_toml_mistake(str(error))}")
        else:
            self.texts[file] = text
            return found
        return {}

    def model(self, file: str, key: str, shape: type[M], value: object) -> M | None:
        """``value`` in its shape; None, and a mistake for each fault, when it has not that shape."""
        try:
            return shape.model_validate(value)
        except ValidationError as error:
            for fault in error.errors():
                self._fault(file, key, shape, fault)
        return None

    def _fault(self, file: str, key: str, shape: type[BaseModel], fault: ErrorDetails) -> None:
        where = ".".join(str(part) for part in (key, *fault["loc"]) if part not in {"", expected.KEY})
        if fault["type"] == "extra_forbidden":
            name = str(fault["loc"][-1])
            self.add(file, where, name, "no such key" + nearest(name, _keys(shape, fault["loc"][:-1])))
        elif fault["type"] == "missing":
            self.lines.append(f"{file}: {where}: missing, expected {expected.at(shape, fault['loc'])}")
        else:
            self.add(file, where, fault["input"], _expected(shape, fault))


def _expected(shape: type[BaseModel], fault: ErrorDetails) -> str:
    """What should stand there, with the nearest of the values that may."""
    words, choices = expected.at(shape, fault["loc"]), expected.choices_at(shape, fault["loc"])
    return words + (nearest(fault["input"], choices) if isinstance(fault["input"], str) else "")


def _toml_mistake(message: str) -> str:
    """What the TOML reader says, by line first: ``line 9: the key or table is there twice, expected it once``."""
    found = re.fullmatch(r"(.*?) \(at (?:line (\d+), column \d+|end of document)\)", message, re.DOTALL)
    what, line = (found[1], found[2]) if found else (message, None)
    where = f"line {line}" if line else "at the end"
    if what.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate")):
        return f"{where}: found a key or table a second time, expected it once"
    return f"{where}: not valid TOML: {what}"


def _keys(shape: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The keys of the table at ``path``; a table of tables (``[queues."…"]``) has one shape for all of them."""
    inner: Any = shape
    for part in path:
        inner = get_args(inner)[1] if get_origin(inner) is dict else inner.model_fields[str(part)].annotation
        if not (get_origin(inner) is dict or (isinstance(inner, type) and issubclass(inner, BaseModel))):
            return []
    return [] if get_origin(inner) is dict else list(inner.model_fields)


def nearest(found: str, known: Iterable[str]) -> str:
    """A hint at the known name most like ``found``, whatever its case, or nothing."""
    names = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(found.casefold(), list(names), 1)
    return f" (did you mean {names[close[0]]!r}?)" if close else ""
