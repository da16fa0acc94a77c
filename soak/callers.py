"""Callers who dial, key and hang up as their dice say; each knows afterwards what they did and how it ended."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from ivr.records.sample import CLIENTS, EMPLOYERS
from ivr.softphone.caller import Caller
from ivr.softphone.journal import CallEnded, Ending
from ivr.softphone.media import MediaOptions
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.watch import Watch
from soak.ear import Ear
from soak.plan import choose

GENERAL: Final = "03069990100"
APPLICATIONS: Final = "03069990101"
NORTHERN_IRELAND: Final = "03069990102"
EMPLOYER: Final = "03069990200"
DIRECT: Final = ("03069990301", "03069990302")
UNKNOWN: Final = "03069990999"
EARS: Final = MediaOptions(record=True, send_audio=False)
HANGING_UP_LIMIT_S: Final = 40.0
"""A hang-up that the PBX takes so long to confirm is given up."""
CROSSING_S: Final = 0.03
"""A hang-up in the moment of an answer crosses it within this."""


class Wish(Enum):
    """When the caller hangs up."""

    BEFORE_THE_ANSWER = "before the answer"
    IN_THE_MENU = "in the menu"
    WAITING = "waiting"
    RINGING = "while a phone rings"
    AT_THE_ANSWER = "in the moment of an answer"
    TALKING = "talking"
    STAY = "stays"


class Moment(Enum):
    """What an agent's phone does with a caller's call."""

    RINGS = "rings"
    IS_BEING_ANSWERED = "is being answered"
    TALKS = "talks"


WISHES: Final[Mapping[Wish, float]] = {
    Wish.BEFORE_THE_ANSWER: 3,
    Wish.IN_THE_MENU: 9,
    Wish.WAITING: 10,
    Wish.RINGING: 8,
    Wish.AT_THE_ANSWER: 10,
    Wish.TALKING: 20,
    Wish.STAY: 40,
}
NUMBERS: Final[Mapping[str, float]] = {
    GENERAL: 75,
    APPLICATIONS: 6,
    NORTHERN_IRELAND: 2,
    EMPLOYER: 9,
    DIRECT[0]: 3,
    DIRECT[1]: 3,
    UNKNOWN: 2,
}
SCINS: Final = tuple(scin for _, scin, _, _ in CLIENTS)


# --- what is keyed --------------------------------------------------------------------------------------------------


def _known_client(dice: random.Random) -> list[str]:
    return ["1", dice.choice(SCINS), dice.choice(["09092011", "14032012", "31129999", ""])]


def _unknown_client(dice: random.Random) -> list[str]:
    return ["1", f"{dice.randrange(10**12):012}", "12#", ""]


def _new_application(_dice: random.Random) -> list[str]:
    return ["2"]


def _third_party(dice: random.Random) -> list[str]:
    return ["3", dice.choice(["560000000013", "#", "5600"])]


def _welsh(dice: random.Random) -> list[str]:
    return ["4", "1", dice.choice(SCINS)]


def _nothing(_dice: random.Random) -> list[str]:
    return []


def _nonsense(dice: random.Random) -> list[str]:
    return ["".join(dice.choices("0123456789*#", k=dice.randint(1, 20))) for _ in range(dice.randint(1, 4))]


KEYS: Final[Mapping[Callable[[random.Random], list[str]], float]] = {
    _known_client: 60,
    _unknown_client: 6,
    _new_application: 8,
    _third_party: 8,
    _welsh: 6,
    _nothing: 5,
    _nonsense: 7,
}


def _keys_for(number: str, dice: random.Random) -> list[str]:
    if number == EMPLOYER:
        return [dice.choice([EMPLOYERS[0][1], EMPLOYERS[1][1], "340000000037", "4", "9#"])]
    return choose(dice, KEYS)(dice)


# --- one caller -----------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Party:
    """A caller, as they planned it, as agents' phones meet them, and as it went."""

    order: int
    cli: str
    number: str
    wish: Wish
    keys: list[str]
    dice: random.Random
    met: set[Moment] = field(default_factory=set)
    answered_by: list[str] = field(default_factory=list)
    watch: Watch | None = None
    ending: Ending | None = None
    went: bool = False
    """They hung up of their own will."""
    given_up: bool = False
    """They stayed until the soak itself was over."""
    longest_silence_s: float = 0.0

    def meet(self, moment: Moment) -> None:
        """An agent's phone has come so far with this caller."""
        self.met.add(moment)
        if self.watch is not None:
            self.watch.changed()

    def __str__(self) -> str:
        return f"call {self.order} ({self.cli[-3:]} to {self.number[-3:]}, {self.wish.value})"


def plan_party(order: int, dice: random.Random) -> Party:
    """Somebody who will call; no two at once have the same number."""
    number = choose(dice, NUMBERS)
    wish = choose(dice, WISHES)
    return Party(order, f"07700900{order % 1000:03}", number, wish, _keys_for(number, dice), dice)


async def travel(party: Party, phone: Caller, uri: str, over: asyncio.Event) -> None:
    """Call, and do as planned; returns when the call has ended. ``over``: nobody stays any longer."""
    call = await phone.call(uri, cli=party.cli, media=EARS)
    ear = call.media.heard = Ear(call.marks[0].at)
    party.watch = call.watch
    try:
        with suppress(CallEnded):
            await _as_planned(party, call, ear, over)
        await _leave(party, call)
    finally:
        ear.hang_up()
        party.ending, party.longest_silence_s = call.ending, ear.longest_silence_s


async def _as_planned(party: Party, call: OutgoingCall, ear: Ear, over: asyncio.Event) -> None:
    if party.wish is Wish.BEFORE_THE_ANSWER:
        await _pass(call, party.dice.uniform(0, 0.4))
        return
    await _until(call, lambda: call.is_answered, over)
    ear.listen_from(time.monotonic())
    if party.wish is Wish.IN_THE_MENU:
        await _pass(call, party.dice.uniform(0, 2.5))
        return
    keying = asyncio.create_task(_key(party, call), name=f"keys {party.cli}")
    try:
        await LEAVING[party.wish](party, call, over)
    finally:
        keying.cancel()
        await asyncio.gather(keying, return_exceptions=True)


async def _key(party: Party, call: OutgoingCall) -> None:
    for digits in party.keys:
        await asyncio.sleep(party.dice.uniform(0.1, 1.2))
        await call.key(digits, tone_ms=60, gap_ms=60)
        await asyncio.sleep(party.dice.uniform(0.2, 1.0))


async def _while_waiting(party: Party, call: OutgoingCall, _over: asyncio.Event) -> None:
    await _pass(call, party.dice.uniform(3, 12))


async def _while_it_rings(party: Party, call: OutgoingCall, over: asyncio.Event) -> None:
    await _until(call, lambda: Moment.RINGS in party.met, over)
    await _pass(call, party.dice.uniform(0, 0.5))


async def _at_the_answer(party: Party, call: OutgoingCall, over: asyncio.Event) -> None:
    await _until(call, lambda: Moment.IS_BEING_ANSWERED in party.met, over)
    await _pass(call, party.dice.uniform(0, CROSSING_S))


async def _in_the_talk(party: Party, call: OutgoingCall, over: asyncio.Event) -> None:
    await _until(call, lambda: Moment.TALKS in party.met, over)
    await _pass(call, party.dice.uniform(0.1, 6))


async def _not_at_all(party: Party, call: OutgoingCall, over: asyncio.Event) -> None:
    await _until(call, lambda: False, over)
    party.given_up = True


LEAVING: Final = {
    Wish.WAITING: _while_waiting,
    Wish.RINGING: _while_it_rings,
    Wish.AT_THE_ANSWER: _at_the_answer,
    Wish.TALKING: _in_the_talk,
    Wish.STAY: _not_at_all,
}
LOOK_S: Final = 0.5


async def _until(call: OutgoingCall, met: Callable[[], bool], over: asyncio.Event) -> None:
    """Wait for it, or until the soak is over. Raises CallEnded when the other side ends the call first."""
    while not met() and not over.is_set():
        with suppress(TimeoutError):
            await call.until(lambda: met() or over.is_set(), LOOK_S, "something happens")


async def _pass(call: OutgoingCall, seconds: float) -> None:
    with suppress(TimeoutError):
        await call.until(lambda: False, seconds, "time passes")


async def _leave(party: Party, call: OutgoingCall) -> None:
    if call.ending is None:
        party.went = not party.given_up
        with suppress(TimeoutError):
            async with asyncio.timeout(HANGING_UP_LIMIT_S):
                await call.hang_up()
