"""The catalogues ``prompts/en-GB.toml`` and ``cy-GB.toml``: read, checked, and cut into what has to be spoken.

What enters is a folder of text files, what leaves is a ``Catalogue`` for each language, or one ``ConfigError`` with
every mistake found. A text that has ``{brand}`` becomes one variant for each brand; one that has a placeholder for a
value of the call (``{position}``) is cut there, and the value's own prompts are played in the gap.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from ivr.domain.ids import Brand, Language
from ivr.errors import ConfigError
from ivr.voice import spoken
from ivr.voice.names import REQUIRED, SLOTS

FILES: Mapping[Language, str] = MappingProxyType({"en": "en-GB.toml", "cy": "cy-GB.toml"})
BRANDS: tuple[Brand, ...] = get_args(Brand)
EVERY_BRAND = "*"
"""The key of the template that is the same whatever the brand."""

_TABLES = ("voice", "brands", "prompts")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"{([^{}]*)}")
_SLOT = re.compile(r"({(?:" + "|".join(sorted(spoken.SLOT_NAMES)) + r")})")
_MAKES_SOUND = re.compile(r"\w")
_WORDS_PER_MINUTE = range(80, 301)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's texts and the voice that speaks them; ``voice`` is a voice of espeak-ng."""

    language: Language
    voice: str
    words_per_minute: int
    brands: Mapping[str, str]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unit:
    """One sound to be made. ``final`` is False where more of the same sentence follows it."""

    language: Language
    name: str
    text: str
    voice: str
    words_per_minute: int
    final: bool = True


@dataclass(frozen=True, slots=True)
class Script:
    """A language cut into sounds: ``units`` by name, and for each prompt and brand the parts in playing order.

    A part is a unit's name, or a placeholder in its braces: ``("waiting-position-1", "{position}", …)``.
    """

    units: Mapping[str, Unit]
    templates: Mapping[str, Mapping[str, tuple[str, ...]]]


def load(prompts_dir: Path) -> dict[Language, Catalogue]:
    """Both catalogues; ``ConfigError`` holds every mistake of both: file, key, found, expected."""
    mistakes: list[str] = []
    raw = {language: _tables(prompts_dir / file, mistakes) for language, file in FILES.items()}
    for language, tables in raw.items():
        if tables is not None:
            other = next((other for code, other in raw.items() if code != language), None)
            mistakes += _mistakes(language, tables, set(REQUIRED) | set((other or {}).get("prompts", {})))
    if mistakes:
        raise ConfigError(mistakes)
    return {language: _catalogue(language, tables) for language, tables in raw.items() if tables is not None}


Tables = dict[str, dict[str, object]]
"""A catalogue's tables as read: ``voice``, ``brands`` and ``prompts``."""


def _tables(path: Path, mistakes: list[str]) -> Tables | None:
    """The three tables of a file, each a table whatever the file has there; None when it cannot be read."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        mistakes.append(f"{path.name}: found: {fault}; expected: a catalogue in TOML, each key once")
        return None
    mistakes += [
        f"{path.name}: {key}: found: an unknown table; expected: one of {', '.join(_TABLES)}"
        for key in raw
        if key not in _TABLES
    ]
    return {key: value if isinstance(value := raw.get(key), dict) else {} for key in _TABLES}


def _mistakes(language: Language, tables: Tables, names: set[str]) -> Iterator[str]:
    """A line for each mistake of one catalogue; ``names`` are those that it must have."""
    found = _voice_mistakes(language, tables["voice"])
    found += _brand_mistakes(tables["brands"])
    texts = tables["prompts"]
    found += [
        f"prompts.{name}: found: nothing; expected: its text{_near(name, texts)}" for name in sorted(names - set(texts))
    ]
    for name, text in texts.items():
        found += [f"prompts.{name}: {fault}" for fault in _text_mistakes(name, text)]
    found += [f"prompts.{name}: found: made twice; expected: another name" for name in _made_twice(texts)]
    return (f"{FILES[language]}: {line}" for line in found)


def _voice_mistakes(language: Language, voice: Mapping[str, object]) -> list[str]:
    found = []
    if voice.get("language") != language:
        found.append(f"voice.language: found: {voice.get('language')!r}; expected: {language!r}")
    if not isinstance(voice.get("name"), str) or not voice["name"]:
        found.append(f"voice.name: found: {voice.get('name')!r}; expected: a voice of espeak-ng")
    if voice.get("words_per_minute") not in _WORDS_PER_MINUTE:
        found.append(f"voice.words_per_minute: found: {voice.get('words_per_minute')!r}; expected: 80 to 300")
    return found


def _brand_mistakes(brands: Mapping[str, object]) -> list[str]:
    missing = [brand for brand in BRANDS if not isinstance(brands.get(brand), str) or not brands[brand]]
    unknown = sorted(brands.keys() - set(BRANDS))
    return [
        *(f"brands.{brand}: found: {brands.get(brand)!r}; expected: the name as it is spoken" for brand in missing),
        *(f"brands.{brand}: found: an unknown brand; expected: one of {', '.join(BRANDS)}" for brand in unknown),
    ]


def _text_mistakes(name: str, text: object) -> list[str]:
    """What is wrong with one name and its text."""
    found = []
    if not _NAME.fullmatch(name):
        found.append("found: this name; expected: small letters, digits and single hyphens")
    if not isinstance(text, str) or not _MAKES_SOUND.search(_PLACEHOLDER.sub("", text)):
        return [*found, f"found: {text!r}; expected: a text to be spoken"]
    slot = SLOTS.get(name)
    allowed = {"brand", *([slot] if slot else [])}
    used = _PLACEHOLDER.findall(text)
    found += [f"found: {{{key}}}; expected: {_braced(allowed)}" for key in used if key not in allowed]
    if slot and used.count(slot) != 1:
        found.append(f"found: {{{slot}}} {used.count(slot)} times; expected: once")
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        found.append("found: a brace alone; expected: a placeholder between { and }")
    return found


def _made_twice(texts: Mapping[str, object]) -> list[str]:
    """Names that collide with what another text's variants, or the numbers, are called."""
    made = {f"{name}-{brand}" for name, text in texts.items() for brand in BRANDS if "{brand}" in str(text)}
    made |= {f"{name}-{count}" for name in texts if name in SLOTS for count in (1, 2)}
    made |= spoken.units("en").keys() | spoken.units("cy").keys()
    return sorted(made & texts.keys())


def _near(name: str, texts: Mapping[str, object]) -> str:
    near = get_close_matches(name, set(texts) - set(REQUIRED), n=1, cutoff=0.75)
    return f" (is {near[0]} meant?)" if near else ""


def _braced(keys: set[str]) -> str:
    return ", ".join(f"{{{key}}}" for key in sorted(keys))


def _catalogue(language: Language, tables: Tables) -> Catalogue:
    """The tables, already checked, as a ``Catalogue``."""
    voice = tables["voice"]
    return Catalogue(
        language=language,
        voice=str(voice["name"]),
        words_per_minute=int(str(voice["words_per_minute"])),
        brands={brand: str(name) for brand, name in tables["brands"].items()},
        texts={name: str(text) for name, text in tables["prompts"].items()},
    )


def script(catalogue: Catalogue) -> Script:
    """Everything that has to be spoken in one language, the numbers made by rule included."""
    units: dict[str, Unit] = {}
    templates: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, text in catalogue.texts.items():
        branded = "{brand}" in text
        templates[name] = {
            brand: _cut(catalogue, f"{name}-{brand}" if branded else name, _with_brand(catalogue, text, brand), units)
            for brand in (BRANDS if branded else (EVERY_BRAND,))
        }
    for name, text in spoken.units(catalogue.language).items():
        units[name] = _unit(catalogue, name, text, final=True)
    return Script(units, templates)


def _with_brand(catalogue: Catalogue, text: str, brand: str) -> str:
    return text.replace("{brand}", catalogue.brands.get(brand, ""))


def _cut(catalogue: Catalogue, name: str, text: str, units: dict[str, Unit]) -> tuple[str, ...]:
    """``text`` as parts; the units made for it are added to ``units``."""
    pieces = [piece.strip() for piece in _SLOT.split(text)]
    pieces = [piece for piece in pieces if _MAKES_SOUND.search(piece)]
    if len(pieces) == 1:
        units[name] = _unit(catalogue, name, text, final=True)
        return (name,)
    parts: list[str] = []
    count = 0
    for piece in pieces:
        if _SLOT.fullmatch(piece):
            parts.append(piece)
            continue
        count += 1
        parts.append(f"{name}-{count}")
        units[parts[-1]] = _unit(catalogue, parts[-1], piece, final=piece is pieces[-1])
    return tuple(parts)


def _unit(catalogue: Catalogue, name: str, text: str, *, final: bool) -> Unit:
    return Unit(catalogue.language, name, text, catalogue.voice, catalogue.words_per_minute, final)
