"""`ivr check` and `ivr prompts`: what operations write, checked whole before it is live, and what callers hear.

Enters: ``dialplan/`` and ``prompts/``. Leaves: words for a person, or ``ConfigError`` with every mistake of all files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

from ivr import config, settings
from ivr.config import Dialplan
from ivr.domain.ids import Brand, Language
from ivr.errors import ConfigError, RequestError
from ivr.settings import PROJECT
from ivr.voice import catalogue
from ivr.voice.catalogue import BRANDS, FILES, Catalogue
from ivr.voice.names import SLOTS
from ivr.voice.prompt_build import check_recordings
from ivr.voice.prompts import Prompts

T = TypeVar("T")
PROMPTS: Final = PROJECT / "prompts"
EXAMPLES: Final[Mapping[str, int | str]] = {"key": "4", "position": 3, "minutes": 5, "digits": "07700900123"}
"""What a placeholder stands for where no call gives it a value."""


def check(dialplan_folder: Path, prompts_folder: Path = PROMPTS, known: config.OnRecord | None = None) -> str:
    """A sentence that says all is well. Raises ``ConfigError`` with every mistake found in any file.

    ``known``: names on record, to which those of the files are held; without a database they are not.
    """
    mistakes: list[str] = []
    dialplan = _tried(mistakes, lambda: config.load(dialplan_folder))
    texts = _tried(mistakes, lambda: catalogue.load(prompts_folder))
    if texts is not None:
        _tried(mistakes, lambda: check_recordings(prompts_folder, texts))
    if dialplan is not None and texts is not None:
        mistakes += _line_mistakes(dialplan, texts)
    if dialplan is not None and known is not None:
        mistakes += config.not_on_record(dialplan, known)
    if mistakes:
        raise ConfigError(mistakes)
    prompts = 0 if texts is None else len(texts["en"].texts)
    return f"The configuration is sound: {len(dialplan.lines) if dialplan else 0} lines, {prompts} prompts."


def prompt_lines(name: str | None, language: str, brand: str) -> Iterator[str]:
    """Every prompt with its words, or one with its sound files too. ``RequestError`` for a name that is none."""
    code, of = _language(language), _brand(brand)
    prompts = Prompts.load(settings.load().prompts_dir)
    if name is None:
        yield from (f"{known:32}{_text(prompts, code, known, of)}" for known in sorted(prompts.names()))
        return
    if name not in prompts.names():
        raise RequestError(f"No prompt is called {name!r}{config.nearest(name, prompts.names())}.")
    yield _text(prompts, code, name, of)
    yield from map(str, prompts.files(code, name, brand=of, **_values(name)))


def _tried(mistakes: list[str], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except ConfigError as error:
        mistakes += error.mistakes
        return None


def _line_mistakes(dialplan: Dialplan, texts: Mapping[Language, Catalogue]) -> Iterator[str]:
    """A line for each prompt that a line names and that nothing says."""
    known = set.intersection(*(set(one.texts) for one in texts.values()))
    for line in dialplan.lines.values():
        for key, prompt in (("greeting", line.greeting), ("closed", line.closed)):
            if prompt not in known:
                hint = config.nearest(prompt, known)
                yield f"lines.toml: {line.name}.{key}: found {prompt!r}, expected a prompt in both languages{hint}"


def _text(prompts: Prompts, language: Language, name: str, brand: Brand) -> str:
    return prompts.text(language, name, brand=brand, **_values(name))


def _values(name: str) -> dict[str, int | str]:
    slot = SLOTS.get(name)
    return {} if slot is None else {slot: EXAMPLES[slot]}


def _language(text: str) -> Language:
    for code in FILES:
        if code == text:
            return code
    raise RequestError(f"--language: found {text!r}, expected one of {', '.join(FILES)}")


def _brand(text: str) -> Brand:
    for brand in BRANDS:
        if brand == text:
            return brand
    raise RequestError(f"--brand: found {text!r}, expected one of {', '.join(BRANDS)}")
