"""`ivr check`, `ivr hours`, `ivr prompts`: what operations write, checked before it is live, and what callers hear.

Enters: ``dialplan/`` and ``prompts/``. Leaves: words for a person, or ``ConfigError`` with every mistake of all files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from ivr import config, settings
from ivr.domain.ids import Brand, Language
from ivr.domain.opening import doors
from ivr.errors import ConfigError, RequestError
from ivr.letters import checking as letters
from ivr.letters import templates
from ivr.voice import catalogue
from ivr.voice.catalogue import BRANDS, FILES
from ivr.voice.names import SLOTS
from ivr.voice.prompt_build import check_recordings
from ivr.voice.prompts import Prompts

T = TypeVar("T")
NEXT_DAYS: Final = 3
EXAMPLES: Final[Mapping[str, int | str]] = {"key": "4", "position": 3, "minutes": 5, "digits": "07700900123"}
"""What a placeholder stands for where no call gives it a value."""


def check(
    dialplan_folder: Path,
    prompts_folder: Path,
    standing: config.Standing | None = None,
    letters_folder: Path | None = None,
) -> str:
    """A sentence that says all is well. Raises ``ConfigError`` with every mistake found in any file.

    ``standing``: names on record and calls that are up, to which the files are held; without a database they are not.
    """
    mistakes: list[str] = []
    dialplan = _tried(mistakes, lambda: config.load(dialplan_folder))
    texts = _tried(mistakes, lambda: catalogue.load(prompts_folder))
    if texts is not None:
        _tried(mistakes, lambda: check_recordings(prompts_folder, texts))
    if dialplan is not None and texts is not None:
        mistakes += config.unspoken(dialplan, set.intersection(*(set(one.texts) for one in texts.values())))
    if dialplan is not None and standing is not None:
        mistakes += config.conflicts(dialplan, standing)
    if letters_folder is not None:
        mistakes += letter_mistakes(letters_folder)
    if mistakes:
        raise ConfigError(mistakes)
    prompts = 0 if texts is None else len(texts["en"].texts)
    return f"The configuration is sound: {len(dialplan.lines) if dialplan else 0} lines, {prompts} prompts."


def letter_mistakes(folder: Path) -> list[str]:
    """What is wrong in the templates of letters and forms, a line each with file and line."""
    try:
        return letters.check(templates.read(folder))
    except (OSError, UnicodeDecodeError) as error:
        return [f"{folder.name}: {error}"]


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


def hours_lines(dialplan_folder: Path, now: datetime | None = None) -> Iterator[str]:
    """For each opening hours: their nation, whether they hold at ``now`` (aware), the next whole closed days."""
    at = (now or datetime.now(UTC)).astimezone(config.LONDON)
    dialplan = config.load(dialplan_folder)
    for name, hours in dialplan.hours.items():
        closed = dialplan.closed_days(name, (at.year, at.year + 1))
        coming = [f"{day:%a %d %b %Y} ({why})" for day, why in sorted(closed.items()) if day >= at.date()]
        held = doors(hours, at, closed.keys())
        yield f"{name} ({hours.nation}): {held.value} now; closed next on {', '.join(coming[:NEXT_DAYS]) or 'no day'}"


def _tried(mistakes: list[str], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except ConfigError as error:
        mistakes += error.mistakes
        return None


def _text(prompts: Prompts, language: Language, name: str, brand: Brand) -> str:
    return prompts.text(language, name, brand=brand, **_values(name))


def _values(name: str) -> dict[str, int | str]:
    slot = SLOTS.get(name)
    return {} if slot is None else {slot: EXAMPLES[slot]}


def _language(text: str) -> Language:
    for code in FILES:
        if code == text:
            return code
    raise RequestError(f"--language: found {text!r}, expected one of {', '.join(FILES)}{config.nearest(text, FILES)}")


def _brand(text: str) -> Brand:
    for brand in BRANDS:
        if brand == text:
            return brand
    raise RequestError(f"--brand: found {text!r}, expected one of {', '.join(BRANDS)}{config.nearest(text, BRANDS)}")
