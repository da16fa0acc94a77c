"""What is wrong in operations' files, collected while reading, so that all of it is told at once."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)


class Mistakes:
    """What is wrong, collected while reading, so that all of it can be told at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lines: list[str] = []

    def add(self, file: str, key: str, found: object, expected: str) -> None:
        """One mistake: where it is, what stands there, what should."""
        self.lines.append(f"{file}: {key}: found {found!r}, expected {expected}")

    def table(self, file: str) -> dict[str, Any]:
        """A file's content, empty when it cannot be read."""
        try:
            return tomllib.loads((self._folder / file).read_text(encoding="utf-8"))
        except OSError as error:
            self.lines.append(f"{file}: {error.strerror} ({self._folder}), expected a readable file")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.lines.append(f"{file}: not valid TOML: {error}")
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
        where = ".".join(str(part) for part in (key, *fault["loc"]) if part != "")
        if fault["type"] == "extra_forbidden":
            name = str(fault["loc"][-1])
            self.add(file, where, name, "no such key" + nearest(name, _keys(shape, fault["loc"][:-1])))
        elif fault["type"] == "missing":
            self.lines.append(f"{file}: {where}: missing, expected a value")
        else:
            self.add(file, where, fault["input"], fault["msg"])


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
