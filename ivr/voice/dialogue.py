"""What is said to a caller and what the caller keys: ``play``, ``ask_digits``, ``menu``.

Enters: a :class:`Party` (the caller's channel) and media URIs. Leaves: what the caller did, as a value: keying nothing
is one of them. A caller who hangs up ends every verb with :class:`ivr.errors.NotFound`. The verbs run in the call's own
task, start none, and never log a key. Time is the event loop's.

Keys pressed before a prompt starts are there already when its verb begins (type-ahead): the prompt is then not played.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import structlog

log = structlog.get_logger()

_GONE: Final = "gone"

FIRST_DIGIT_TIMEOUT_S: Final = 6.0
INTER_DIGIT_TIMEOUT_S: Final = 4.0
LONE_KEY_PAUSE_S: Final = 2.0
"""After this long nothing more follows a lone key. Source: R-LINE-6."""
LEFT_OVER_PAUSE_S: Final = 0.5
"""Keys that follow each other faster than this belong to the same entry."""
SETTLE_S: Final = 0.4
"""From the answer until the first word: a caller's media path opens later than the answer is sent."""


class KeyPressed(Protocol):
    """One key and the loop time at which it was let go."""

    @property
    def digit(self) -> str:
        """``0`` to ``9``, ``*`` or ``#``."""
        ...

    @property
    def at(self) -> float:
        """Loop time in seconds."""
        ...


class Keys(Protocol):
    """The keys pressed and not yet taken."""

    def __bool__(self) -> bool: ...

    def take(self) -> KeyPressed:
        """The oldest."""
        ...

    def drop(self) -> None:
        """Forget all."""
        ...

    def swallow_hash(self, until: float) -> None:
        """A ``#`` pressed next, up to that loop time, is not kept."""
        ...


class Prompting(Protocol):
    """Media being played."""

    @property
    def is_over(self) -> bool:
        """Whether it has ended, for whatever reason."""
        ...

    @property
    def end(self) -> str | None:
        """``finished``, ``failed``, ``stopped``, ``gone``; None while it plays."""
        ...

    async def stop(self) -> None:
        """Silence it at once; over already is fine."""
        ...


class Party(Protocol):
    """Whom we talk to; :class:`ivr.pbx.handles.Channel` is one, and a test's stand-in another."""

    @property
    def digits(self) -> Keys:
        """What was keyed and nobody has taken yet."""
        ...

    async def play(self, media: Sequence[str]) -> Prompting:
        """Start playing, one URI after another, and return at once. Raises NotFound."""
        ...

    async def keep_quiet(self, sound: str) -> None:
        """Play a silent sound until something else is to be heard. Raises NotFound."""
        ...

    async def until(self, met: Callable[[], bool], limit_s: float | None = None) -> bool:
        """Wait until ``met()``: True; False when the limit ran out. Raises NotFound when the party goes."""
        ...


class Answering(Party, Protocol):
    """A caller not yet answered."""

    async def answer(self) -> None:
        """Answer; returns before media flows."""
        ...


class Played(StrEnum):
    """How a prompt ended."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    """By a key, which is still there for the next verb."""
    FAILED = "failed"
    """Asterisk could not play it; the caller heard nothing of it."""


class EndedBy(StrEnum):
    """What ended an entry."""

    COMPLETE = "complete"
    HASH = "hash"
    TIMEOUT = "timeout"
    SKIPPED = "skipped"
    """``#`` alone, where that is offered."""
    LONE_KEY = "lone_key"
    """The lone key, followed by nothing."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """What was keyed; ``repr`` hides it, so that no log shows it by accident."""

    digits: str
    ended_by: EndedBy

    def __repr__(self) -> str:
        return f"Keyed({len(self.digits)} digits, {self.ended_by})"


@dataclass(frozen=True, slots=True)
class WrongKey:
    """A key that is no choice of the menu; it may be the start of a reference, so ``repr`` hides it."""

    key: str

    def __repr__(self) -> str:
        return "WrongKey()"


@dataclass(frozen=True, slots=True)
class EntryRules:
    """What ends an entry. Source: R-DTMF-1."""

    length: int
    first_digit_timeout_s: float = FIRST_DIGIT_TIMEOUT_S
    """From the prompt's end."""
    inter_digit_timeout_s: float = INTER_DIGIT_TIMEOUT_S
    skip_with_hash: bool = False
    lone_key: str | None = None
    """A key that is a choice of its own when nothing follows it for ``LONE_KEY_PAUSE_S``."""

    def limit_s(self, typed: str) -> float:
        """How long the next key may take after ``typed``; after ``*`` the caller starts afresh."""
        if not typed:
            return self.first_digit_timeout_s
        return LONE_KEY_PAUSE_S if typed == self.lone_key else self.inter_digit_timeout_s

    def ran_out(self, typed: str) -> Keyed:
        """No key came within the limit."""
        return Keyed(typed, EndedBy.LONE_KEY if typed == self.lone_key else EndedBy.TIMEOUT)

    def hashed(self, typed: str) -> Keyed:
        """``#`` came."""
        skipped = self.skip_with_hash and not typed
        return Keyed(typed, EndedBy.SKIPPED if skipped else EndedBy.HASH)


async def answer_and_settle(party: Answering) -> None:
    """Answer, and let the media path open, so that the first syllable is heard; a key cuts the pause short."""
    await party.answer()
    await party.until(lambda: bool(party.digits), SETTLE_S)


async def play(party: Party, media: Sequence[str], *, barge_in: bool = True) -> Played:
    """Play ``media`` in one request and wait for its end; with ``barge_in`` a key ends it, or spares it altogether.

    Example: ``await play(caller, ["sound:/…/greeting"], barge_in=False)``. Source: R-MENU-3.
    """
    if barge_in and party.digits:
        return Played.INTERRUPTED
    prompt = await party.play(media)
    await party.until(lambda: _ended(prompt) or (barge_in and bool(party.digits)))
    if prompt.end == Played.FAILED:
        log.error("prompt.failed", first=media[0])
        return Played.FAILED
    if prompt.is_over:
        return Played.FINISHED
    await prompt.stop()
    return Played.INTERRUPTED


async def ask_digits(
    party: Party,
    media: Sequence[str],
    *,
    length: int,
    first_digit_timeout_s: float = FIRST_DIGIT_TIMEOUT_S,
    inter_digit_timeout_s: float = INTER_DIGIT_TIMEOUT_S,
    skip_with_hash: bool = False,
    lone_key: str | None = None,
    quiet: str | None = None,
) -> Keyed:
    """Ask for ``length`` digits: one attempt. Returns at the last digit, at ``#``, or when a time-out runs out.

    ``quiet``: a silent sound, played while digits are awaited. While anything plays Asterisk takes each digit at its
    end; otherwise it times them by its own clock, and doubles or loses digits that a stalled network delivers together.

    Example: ``keyed = await ask_digits(caller, ["sound:/…/ask-scin"], length=12)``. Source: R-DTMF-1.
    """
    await play(party, media)
    if quiet is not None:
        await party.keep_quiet(quiet)
    rules = EntryRules(length, first_digit_timeout_s, inter_digit_timeout_s, skip_with_hash, lone_key)
    return await _collect(party, rules)


async def menu(
    party: Party,
    media: Sequence[str],
    choices: Collection[str],
    *,
    timeout_s: float = FIRST_DIGIT_TIMEOUT_S,
) -> str | WrongKey | None:
    """Ask for one key: one of ``choices``, a WrongKey, or None when none came within ``timeout_s`` of the prompt's end.

    Example: ``choice = await menu(caller, ["sound:/…/main-menu"], {"1", "2", "3", "4"})``. Source: R-MENU-2..4.
    """
    await play(party, media)
    if not await party.until(lambda: bool(party.digits), timeout_s):
        return None
    key = party.digits.take().digit
    return key if key in choices else WrongKey(key)


def drop_typed_ahead(party: Party) -> None:
    """Forget what is left over from a failed attempt. Source: R-DTMF-1."""
    party.digits.drop()


async def drop_left_over(party: Party) -> None:
    """Forget what is left over from a failed attempt, and what is still being keyed of it without a pause.

    A caller who keys one digit too many has not begun the next attempt with it. Source: R-DTMF-1.
    """
    party.digits.drop()
    while await party.until(lambda: bool(party.digits), LEFT_OVER_PAUSE_S):
        party.digits.drop()


async def _collect(party: Party, rules: EntryRules) -> Keyed:
    typed = ""
    while len(typed) < rules.length:
        if not await party.until(lambda: bool(party.digits), rules.limit_s(typed)):
            return rules.ran_out(typed)
        key = party.digits.take()
        if key.digit == "#":
            return rules.hashed(typed)
        typed = "" if key.digit == "*" else typed + key.digit
        if len(typed) == rules.length:
            party.digits.swallow_hash(key.at + rules.inter_digit_timeout_s)
    return Keyed(typed, EndedBy.COMPLETE)


def _ended(prompt: Prompting) -> bool:
    """A prompt that ended because its party went is left to ``until``, which says so."""
    return prompt.is_over and prompt.end != _GONE
