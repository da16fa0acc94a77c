"""A phone that dialled a feature code: what it keys, and what is said to it."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ivr.pbx.agi import AgiCall
    from ivr.voice.prompts import Prompts


class FakePhone:
    """``keys`` are keyed one after another when digits are asked for; nothing when there are none left."""

    def __init__(self, *arguments: str, keys: tuple[str, ...] = ()) -> None:
        self.arguments = arguments
        self.said: list[str] = []
        self.is_answered = False
        self.variables: dict[str, str] = {}
        self._keys = deque(keys)

    @property
    def call(self) -> AgiCall:
        """What the service has of it."""
        return cast("AgiCall", self)

    async def answer(self) -> None:
        """The call is answered."""
        self.is_answered = True

    async def play(self, *sounds: Path) -> None:
        """Prompts are said."""
        assert self.is_answered
        self.said.extend(sound.name for sound in sounds)

    async def ask_digits(self, sound: Path, most: int, wait_s: float) -> str:
        """Digits are asked for."""
        assert self.is_answered
        assert wait_s > 0
        self.said.append(sound.name)
        keyed = self._keys.popleft() if self._keys else ""
        assert len(keyed) <= most
        return keyed

    async def set_variable(self, name: str, value: str) -> None:
        """The dialplan is told."""
        self.variables[name] = value


class _NamedPrompts:
    def path(self, language: str, name: str) -> Path:
        """Each prompt is a file of its own name."""
        assert language == "en", "agents' prompts are English"
        return Path(name)


def prompts() -> Prompts:
    """Every prompt there is."""
    return cast("Prompts", _NamedPrompts())
