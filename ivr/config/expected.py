"""What may stand at a place of a file, in words, read off the shapes: "a whole number from 1 to 120".

Enters: a shape and where in it a mistake is. Leaves: words for a person; nothing of the validating library's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Location = Sequence[int | str]
KEY: Final = "[key]"
"""How the library marks, after a name, that the name itself is what is wrong."""
_WORDS: Final[Mapping[object, str]] = MappingProxyType(
    {str: "a text", bool: "true or false", date: "a date such as 2026-12-24", int: "a whole number", float: "a number"}
)


def at(shape: type[BaseModel], where: Location) -> str:
    """What is expected at ``where`` in ``shape``."""
    kind, limits = _kind_at(shape, where)
    return _words(kind, limits)


def choices_at(shape: type[BaseModel], where: Location) -> list[str]:
    """The values that may stand there, where they can be counted."""
    return _choices(_kind_at(shape, where)[0])


def _kind_at(shape: type[BaseModel], where: Location) -> tuple[Any, list[Any]]:
    """The type that belongs at ``where``, and what limits it."""
    kind: Any = shape
    limits: list[Any] = []
    of_a_key = bool(where) and where[-1] == KEY
    for part in where[:-2] if of_a_key else where:
        kind, limits = _inside(kind, part)
    return _bare(get_args(kind)[0]) if of_a_key else (kind, limits)


def _inside(kind: Any, part: int | str) -> tuple[Any, list[Any]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return (Any, []) if field is None else _bare(field.annotation, field.metadata)
    inner = get_args(kind)
    return _bare(inner[-1]) if inner else (Any, [])


def _bare(kind: Any, limits: Sequence[Any] = ()) -> tuple[Any, list[Any]]:
    """A type without ``Annotated`` and ``| None`` round it, and all that limits it."""
    found = list(limits)
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            for one in more:
                found += one.metadata if isinstance(one, FieldInfo) else [one]
        elif get_origin(kind) in {Union, UnionType}:
            kind = next(one for one in get_args(kind) if one is not NoneType)
        else:
            return kind, found


def _words(kind: Any, limits: Sequence[Any]) -> str:
    choices = _choices(kind)
    if choices:
        return "one of " + ", ".join(repr(choice) for choice in choices)
    if get_origin(kind) in {list, tuple}:
        least = ", at least one" if any(isinstance(limit, MinLen) for limit in limits) else ""
        return f"a list, each {_words(*_bare(get_args(kind)[0]))}{least}"
    if get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return "a table"
    patterns = [limit.pattern for limit in limits if getattr(limit, "pattern", None)]
    form = f" of the form {patterns[0]}" if patterns else ""
    return _WORDS.get(kind, "another value") + form + _bounds(limits)


def _choices(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        return [str(value) for value in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    return []


def _bounds(limits: Sequence[Any]) -> str:
    """`` from 1 to 120``, `` above 0 and up to 86400``."""
    words = []
    for limit in limits:
        if isinstance(limit, Ge):
            words.append(f"from {limit.ge}")
        elif isinstance(limit, Gt):
            words.append(f"above {limit.gt}")
    for limit in limits:
        if isinstance(limit, Le):
            words.append(f"to {limit.le}" if words and words[0].startswith("from") else f"up to {limit.le}")
        elif isinstance(limit, Lt):
            words.append(f"below {limit.lt}")
    joined = " and ".join(words) if words and words[0].startswith("above") else " ".join(words)
    return f" {joined}" if joined else ""
