"""That a call is recorded, said to its caller before the talk (R-REC-1).

It comes with the greeting, where a key spares the caller prompts as everywhere (R-MENU-3); who has not heard it to its
end, or speaks Welsh since, hears it while they wait, before anything else; and who is connected sooner hears it at the
beginning of the talk, with the agent (`ivr.acd.recording`). Nothing of it comes between the last digit and the ring.
"""

from __future__ import annotations

from collections.abc import Sequence

from ivr.acd.recording import Notice
from ivr.domain.ids import Language
from ivr.domain.lines import Line
from ivr.flows.services import Services
from ivr.flows.speech import Sayable, Speech, Spoken
from ivr.voice.dialogue import Played
from ivr.voice.names import Prompt


class Announcement:
    """What one call's caller has heard of it. ``notice``: for the talk; None where it is not recorded."""

    def __init__(self, services: Services, line: Line, speech: Speech) -> None:
        self._speech = speech
        self._heard: set[Language] = set()
        self.notice: Notice | None = None
        if services.is_recorded(line):
            self.notice = Notice(lambda: speech.media([Prompt.RECORDING_ANNOUNCEMENT]))

    async def greet(self, opening: Sequence[Sayable]) -> Sequence[Sayable]:
        """Say what of ``opening`` comes up to the greeting, and that the call is recorded; returns the rest of it."""
        greetings = [n for n, one in enumerate(opening) if isinstance(one, Spoken)]
        if self.notice is None or not greetings:
            return opening
        end = greetings[-1] + 1
        languages = list(dict.fromkeys(one.language for one in opening if isinstance(one, Spoken)))
        said = [Spoken(Prompt.RECORDING_ANNOUNCEMENT.value, language) for language in languages]
        if await self._speech.play([*opening[:end], *said]) is Played.FINISHED:
            self._heard.update(languages)
        self._settle()
        return opening[end:]

    async def say_while_waiting(self) -> None:
        """To a caller who has not heard it in their language."""
        self._settle()
        if self.notice is not None and self.notice.is_due:
            await self._speech.say(Prompt.RECORDING_ANNOUNCEMENT, barge_in=False)
            self._heard.add(self._speech.language)
            self._settle()

    def _settle(self) -> None:
        if self.notice is not None:
            self.notice.is_due = self._speech.language not in self._heard


def to_called(services: Services, line: Line) -> Notice | None:
    """For a call that an agent makes: whom they called hears it at the beginning of the talk."""
    if not services.is_recorded(line):
        return None
    return Notice(lambda: services.prompts.media("en", Prompt.RECORDING_ANNOUNCEMENT, brand=line.brand))
