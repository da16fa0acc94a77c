"""What is said to one caller: prompts in the call's language and brand, each noted in the call's journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ivr.domain.ids import Brand, CallId, Language
from ivr.flows.announcing import Sentence
from ivr.mi.recorder import Recorder
from ivr.pbx.handles import Channel
from ivr.voice import dialogue
from ivr.voice.names import Prompt
from ivr.voice.prompts import Prompts

WELSH_KEY: Final = "4"
"""The key of the Welsh option, where a line has no other (R-MENU-1)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A prompt that is said in one language whatever the call's is; operations may have named it."""

    name: str
    language: Language

    def __str__(self) -> str:
        return self.name


Sayable = Prompt | Spoken
NO_KEYS: Final[Mapping[Prompt, str]] = MappingProxyType({})


@dataclass(slots=True)
class Speech:
    """Speaks to ``channel``; ``language`` may change during the call (R-MENU-5)."""

    call_id: CallId
    channel: Channel
    prompts: Prompts
    recorder: Recorder
    brand: Brand
    language: Language
    welsh_key: str = WELSH_KEY

    async def say(self, *prompts: Prompt, barge_in: bool = True) -> None:
        """Play prompts; a key ends them."""
        if not (barge_in and self.channel.digits):
            self._note(*prompts)
        await dialogue.play(self.channel, self._uris(prompts, NO_KEYS), barge_in=barge_in)

    async def play(self, prompts: Sequence[Sayable]) -> dialogue.Played:
        """Play prompts; a key ends them. Returns how it went."""
        return await dialogue.play(self.channel, self.media(prompts))

    async def say_sentences(self, sentences: Sequence[Sentence]) -> None:
        """Say how a waiting call stands, one sentence after another; no key ends it."""
        media: list[str] = []
        for one in sentences:
            self._note(one.prompt, **{name: str(value) for name, value in one.values.items()})
            media += self.prompts.media(self.language, one.prompt, brand=self.brand, **one.values)
        await dialogue.play(self.channel, media, barge_in=False)

    async def say_in_both(self, message: str) -> None:
        """Say a message in both languages, the call's own first."""
        self._note(message)
        other: Language = "cy" if self.language == "en" else "en"
        media = [
            uri
            for language in (self.language, other)
            for uri in self.prompts.media(language, message, brand=self.brand)
        ]
        await dialogue.play(self.channel, media, barge_in=False)

    def media(self, prompts: Sequence[Sayable], keys: Mapping[Prompt, str] = NO_KEYS) -> list[str]:
        """What to play next for ``prompts``, noted as said unless a key spares the caller them (R-MENU-3).

        ``keys``: the key that each option of a menu speaks of.
        """
        if not self.channel.digits:
            self._note(*prompts)
        return self._uris(prompts, keys)

    def media_with_number(self, prompt: Prompt, number: str) -> list[str]:
        """A prompt that says a telephone number; the journey does not tell which."""
        if not self.channel.digits:
            self._note(prompt)
        digits = number.removeprefix("+")
        return list(self.prompts.media(self.language, prompt, brand=self.brand, digits=digits))

    def _uris(self, prompts: Sequence[Sayable], keys: Mapping[Prompt, str]) -> list[str]:
        return [uri for prompt in prompts for uri in self._media(prompt, keys)]

    def _media(self, prompt: Sayable, keys: Mapping[Prompt, str]) -> tuple[str, ...]:
        """The Welsh offer is always in Welsh, and speaks of the Welsh option's key (R-MENU-1)."""
        if isinstance(prompt, Spoken):
            return self.prompts.media(prompt.language, prompt.name, brand=self.brand)
        offer = prompt is Prompt.WELSH_OFFER
        named = Prompt.MENU_WELSH if offer else prompt
        key = keys.get(named, self.welsh_key if named is Prompt.MENU_WELSH else "")
        values = {"key": key} if key else {}
        return self.prompts.media("cy" if offer else self.language, prompt, brand=self.brand, **values)

    def _note(self, *prompts: str | Spoken, **values: str) -> None:
        if self.welsh_key != WELSH_KEY and {Prompt.WELSH_OFFER, Prompt.MENU_WELSH}.intersection(prompts):
            values["key"] = self.welsh_key
        names = ", ".join(str(prompt) for prompt in prompts)
        self.recorder.note(self.call_id, "played", prompts=names, language=self.language, **values)
