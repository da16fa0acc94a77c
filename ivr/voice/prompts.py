"""The built prompts, by name: what to play for a prompt in a language, a brand, and the values of this call.

Loaded from the build's index; a running call keeps the object, and so the files, that it started with. Nothing here
reads or writes sound.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from ivr.domain.ids import Brand, Language
from ivr.errors import ConfigError
from ivr.voice import spoken
from ivr.voice.catalogue import EVERY_BRAND
from ivr.voice.names import REQUIRED, Prompt

INDEX_FILE = "index.json"
QUIET: Final = "quiet"
FORMAT: Final = 1


class BuiltUnit(BaseModel):
    """One sound: ``stem`` is its path below the folder, without suffix; ``seconds`` its length, silence included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stem: str
    text: str
    seconds: float
    source: Literal["voice", "recording"]


class BuiltLanguage(BaseModel):
    """Every sound of a language by name, and for each prompt and brand (``*``: any) its parts in playing order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    units: dict[str, BuiltUnit]
    templates: dict[str, dict[str, tuple[str, ...]]]


class Index(BaseModel):
    """What the build leaves behind in ``index.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    languages: dict[Language, BuiltLanguage]


class Prompts:
    """Every prompt that can be played.

    >>> prompts = Prompts.load(Path("state/prompts"))                              # doctest: +SKIP
    >>> prompts.media("en", Prompt.WAITING_POSITION, position=3)                   # doctest: +SKIP
    ('sound:/…/en/waiting-position-1-5d0c…', 'sound:/…/en/number-3-91ab…', 'sound:/…/en/waiting-position-2-77f0…')
    """

    def __init__(self, folder: Path, index: Index) -> None:
        """``folder``: where the build put its files; ``index``: what it says of them."""
        self._folder = folder.absolute()
        self._index = index
        self._languages = MappingProxyType(index.languages)

    @classmethod
    def load(cls, folder: Path, digest: str | None = None) -> Self:
        """The prompts of the newest build in ``folder``, or of the one with ``digest``.

        ``ConfigError`` names everything that is missing: the index, a prompt that the service plays, a file.
        """
        path = folder / (INDEX_FILE if digest is None else index_name(digest))
        try:
            index = Index.model_validate_json(path.read_bytes())
        except (OSError, ValidationError, json.JSONDecodeError) as fault:
            raise ConfigError([f"{path.name}: found: {fault}; expected: the index of a prompt build"]) from fault
        return cls.of(folder, index)

    @classmethod
    def of(cls, folder: Path, index: Index) -> Self:
        """The prompts of a build whose index was kept elsewhere. ``ConfigError`` names everything that is missing."""
        if mistakes := _missing(folder, index):
            raise ConfigError(mistakes)
        return cls(folder, index)

    @property
    def index(self) -> Index:
        """What the build says of these prompts: enough, with the sounds, to have them again."""
        return self._index

    @property
    def quiet(self) -> str:
        """The media URI of a minute of silence."""
        return f"sound:{self._folder / QUIET}"

    def names(self) -> frozenset[str]:
        """What configuration may name: the prompts that both languages have."""
        return frozenset.intersection(*(frozenset(language.templates) for language in self._languages.values()))

    def media(self, language: Language, name: str, *, brand: Brand = "cmg", **values: int | str) -> tuple[str, ...]:
        """The media URIs of a prompt, to be played one after another.

        ``values`` has what the text's placeholders stand for: ``position``, ``minutes``, ``digits``, ``key``.
        ``KeyError`` for a name that nothing was built for, or a value that is not given.
        """
        return tuple(f"sound:{path.with_suffix('')}" for path in self.files(language, name, brand=brand, **values))

    def files(self, language: Language, name: str, *, brand: Brand = "cmg", **values: int | str) -> tuple[Path, ...]:
        """As ``media``, but the ``.wav`` files themselves."""
        return tuple(self._file(unit) for unit in self._units(language, name, brand, values))

    def path(self, language: Language, name: str, *, brand: Brand = "cmg") -> Path:
        """The one ``.wav`` file of a prompt without values, or of a number (``number-7``); else ``KeyError``."""
        units = self._languages[language].units
        if name not in self._languages[language].templates and name in units:
            return self._file(units[name])
        only, *more = self.files(language, name, brand=brand)
        if more:
            raise KeyError(f"{language}/{name}: has several files")
        return only

    def text(self, language: Language, name: str, *, brand: Brand = "cmg", **values: int | str) -> str:
        """What is said, in words; for logs, transcripts and rehearsals."""
        return " ".join(unit.text for unit in self._units(language, name, brand, values))

    def seconds(self, language: Language, name: str, *, brand: Brand = "cmg", **values: int | str) -> float:
        """How long the prompt lasts when nobody interrupts it."""
        return sum(unit.seconds for unit in self._units(language, name, brand, values))

    def number(self, language: Language, value: int) -> tuple[str, ...]:
        """The media URIs of a number of 0 to 999, said as a number."""
        return self._media(language, spoken.number(language, value))

    def digits(self, language: Language, value: str) -> tuple[str, ...]:
        """The media URIs of ``value``, said digit by digit."""
        return self._media(language, spoken.digits(value))

    def greeting(
        self,
        language: Language,
        *,
        brand: Brand,
        name: str = Prompt.GREETING,
        key: str = "4",
        welsh_first: bool = False,
    ) -> tuple[str, ...]:
        """The bilingual greeting: ``name`` in the line's language, and the Welsh sentence that offers Welsh on ``key``.

        The Welsh sentence is the Welsh voice's in every line. Source: R-MENU-1, R-LINE-6.
        """
        greeting = self.media(language, name, brand=brand)
        offer = self.media("cy", Prompt.WELSH_OFFER, key=key)
        return (*offer, *greeting) if welsh_first else (*greeting, *offer)

    def _media(self, language: Language, names: tuple[str, ...]) -> tuple[str, ...]:
        units = self._languages[language].units
        return tuple(f"sound:{self._file(units[name]).with_suffix('')}" for name in names)

    def _file(self, unit: BuiltUnit) -> Path:
        return self._folder / f"{unit.stem}.wav"

    def _units(self, language: Language, name: str, brand: Brand, values: dict[str, int | str]) -> list[BuiltUnit]:
        """The sounds of a prompt, its placeholders filled."""
        built = self._languages[language]
        variants = built.templates[name]
        found: list[BuiltUnit] = []
        for part in variants.get(brand) or variants[EVERY_BRAND]:
            names = spoken.slot(language, part[1:-1], values[part[1:-1]]) if part.startswith("{") else (part,)
            found += [built.units[unit] for unit in names]
        return found


def index_name(digest: str) -> str:
    """The file in which the index of one build is kept, for calls that began with it."""
    return f"index-{digest}.json"


def _missing(folder: Path, index: Index) -> list[str]:
    """A line for each prompt or file that a complete build would have."""
    lines = []
    for language, built in index.languages.items():
        needed = [name for name in REQUIRED if name not in built.templates]
        lines += [f"{INDEX_FILE}: {language}/{name}: found: nothing; expected: a built prompt" for name in needed]
        for name, unit in built.units.items():
            lines += [
                f"{unit.stem}{suffix}: found: no such file; expected: the sound of {language}/{name}"
                for suffix in (".wav", ".alaw")
                if not (folder / f"{unit.stem}{suffix}").exists()
            ]
    return lines + [
        f"{INDEX_FILE}: found: no {code}; expected: en and cy" for code in {"en", "cy"} - index.languages.keys()
    ]
