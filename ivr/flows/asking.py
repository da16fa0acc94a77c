"""Asking for something of fixed length: a reference, a date of birth. Two attempts, each with its kind (R-DTMF).

Enters: how to ask and how to judge a complete entry. Leaves: what was found, and how the final attempt ended.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

import structlog

from ivr.domain.birth import DATE_DIGITS
from ivr.domain.numbers import masked
from ivr.flows.services import DigitRules
from ivr.flows.speech import Sayable
from ivr.pbx.handles import Channel
from ivr.records.source import WhyUnanswered
from ivr.voice import dialogue
from ivr.voice.dialogue import EndedBy
from ivr.voice.names import Prompt

log = structlog.get_logger()

T = TypeVar("T")
NOTED: Final = "noted"
"""How an entry ends that nobody looked up: the case system is down (R-MON-4)."""
UNANSWERED: Final = frozenset(why.value for why in WhyUnanswered)
"""How an entry ends that the system of record did not judge: it is not asked for again, and nobody waits twice."""
SKIPPED, WELSH = "skipped", "welsh"
"""Two more ways an entry can end: ``#`` alone where that is offered, a lone 4 where the line has no menu (R-LINE-6)."""

POP_AFTER = {
    "recognised": "record",
    "invalid": "search",
    "incomplete": "blank",
    "none": "blank",
    NOTED: "blank",
    SKIPPED: "blank",
    WELSH: "blank",
    **{why.value: "blank" for why in WhyUnanswered},
}
"""R-POP-1: what opens on the agent's screen, by how the final attempt ended."""


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """What a complete entry is: ``recognised`` with what was found, else ``invalid`` or ``ambiguous``."""

    outcome: str
    found: T | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """How one thing is asked for: ``again`` is said after each kind of failed attempt. ``length``: digits."""

    what: str
    length: int
    ask: Prompt
    again: Mapping[str, Prompt]
    skippable: bool = False
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What came of asking: the thing found, or None and how the final attempt ended (R-DTMF-2)."""

    found: T | None
    outcome: str


def _again(stem: str, *kinds: str) -> Mapping[str, Prompt]:
    return MappingProxyType({kind: Prompt[f"{stem}_{kind.upper()}_AGAIN"] for kind in kinds})


def scin(rules: DigitRules) -> Asking:
    """R-CASE-1."""
    again = _again("SCIN", "invalid", "incomplete", "none")
    return Asking("scin", rules.scin_digits, Prompt.ASK_SCIN, again)


def employer_reference(rules: DigitRules) -> Asking:
    """R-EMP-1: ERN or EARN, one name space."""
    return Asking("ern", rules.ern_digits, Prompt.ASK_ERN, _again("ERN", "invalid", "incomplete", "none"))


def representative_reference(rules: DigitRules) -> Asking:
    """R-MENU-7: skipped with ``#`` alone."""
    again = _again("TRN", "invalid", "incomplete", "none")
    return Asking("trn", rules.trn_digits, Prompt.ASK_TRN, again, skippable=True)


def date_of_birth() -> Asking:
    """R-CASE-3: DDMMYYYY."""
    again = _again("DATE_OF_BIRTH", "invalid", "incomplete", "none", "ambiguous")
    return Asking("date_of_birth", DATE_DIGITS, Prompt.ASK_DATE_OF_BIRTH, again, is_date=True)


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one caller. ``media``: what to play for prompts, which it notes; ``attempted`` takes what, number, outcome
    and what was keyed; ``quiet``: a silent sound; ``is_down``: the case system is, so that each thing is asked for once
    and not judged (R-MON-4).
    """

    channel: Channel
    rules: DigitRules
    media: Callable[[Sequence[Sayable]], Sequence[str]]
    attempted: Callable[[str, int, str, str], None]
    quiet: str
    is_down: Callable[[], bool] = lambda: False

    async def ask(
        self,
        asking: Asking,
        judge: Callable[[str], Awaitable[Judged[T]]],
        *,
        opening: Sequence[Sayable] = (),
        lone_key: str | None = None,
    ) -> Answer[T]:
        """Ask as often as the rules allow. ``opening`` is said before the first question; ``lone_key``: R-LINE-6."""
        prompts: list[Sayable] = [*opening, asking.ask]
        outcome, is_down = "none", self.is_down()
        for number in range(1, (1 if is_down else self.rules.attempts) + 1):
            keyed = await dialogue.ask_digits(
                self.channel,
                self.media(prompts),
                length=asking.length,
                first_digit_timeout_s=self.rules.first_digit_s,
                inter_digit_timeout_s=self.rules.between_digits_s,
                skip_with_hash=asking.skippable,
                lone_key=lone_key,
                quiet=self.quiet,
            )
            if keyed.ended_by is EndedBy.LONE_KEY:
                return Answer(None, WELSH)
            if keyed.ended_by is EndedBy.SKIPPED:
                return Answer(None, SKIPPED)
            judged = _noted(keyed.digits) if is_down else await self._judged(asking, keyed.digits, judge)
            outcome = judged.outcome
            self._note(asking, number, outcome, keyed.digits)
            if judged.found is not None or outcome in UNANSWERED:
                return Answer(judged.found, outcome)
            await dialogue.drop_left_over(self.channel)
            prompts = [asking.again.get(outcome, asking.ask)]
        return Answer(None, outcome)

    async def _judged(self, asking: Asking, digits: str, judge: Callable[[str], Awaitable[Judged[T]]]) -> Judged[T]:
        """R-DTMF-2."""
        if len(digits) == asking.length:
            return await judge(digits)
        return Judged("incomplete" if digits else "none")

    def _note(self, asking: Asking, number: int, outcome: str, digits: str) -> None:
        shown = "…" if asking.is_date else masked(digits)
        log.info("reference.keyed", what=asking.what, attempt=number, outcome=outcome, keyed=shown)
        self.attempted(asking.what, number, outcome, digits)


def _noted(digits: str) -> Judged[Any]:
    """Whatever was keyed while nothing can be looked up."""
    return Judged(NOTED if digits else "none")
