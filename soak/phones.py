"""Agents' phones: each ring is answered, late or at once, refused, or not at all; phones die and register anew.

`Handset.run` is one task for each phone; each ring that is followed has a task of its own, which ends with the call.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final

from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.incoming import IncomingCall
from ivr.softphone.journal import CallEnded
from ivr.softphone.media import MediaOptions
from ivr.softphone.registration import RegistrationRefused
from ivr.softphone.transaction import Address
from soak.callers import CROSSING_S, Moment, Party
from soak.lab import STAFF
from soak.plan import RING_TIMEOUT_S, Tally, choose
from tests.e2e.helpline import PASSWORD

MOUTH: Final = MediaOptions(record=False, send_audio=True)
TONE_HZ: Final = 437
"""No whole number of periods fits in a packet: it has many different octets, and sounds to an `Ear`."""
ANSWERED: Final = "answered"
REGISTER_AGAIN_S: Final = 2.0
HANG_UP_LIMIT_S: Final = 10.0


class Handset:
    """One agent's phone through all its lives."""

    def __init__(
        self, staff: str, registrar: Address, parties: Mapping[str, Party], tally: Tally, dice: random.Random
    ) -> None:
        """``parties``: the callers, by the number that the phone shows."""
        self.staff = staff
        self.dice = dice
        self.tally = tally
        self.is_kind = False
        """From here on every ring is answered soon, and no phone dies."""
        self.registrar = registrar
        self._parties = parties
        self._phone: AgentPhone | None = None
        self._on = asyncio.Event()
        self._rings: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Register, and follow each ring, again after each death, until cancelled."""
        try:
            while True:
                await self._live()
                if not self.is_kind:
                    await asyncio.sleep(self.dice.uniform(1, 10))
        finally:
            for task in self._rings:
                task.cancel()
            await asyncio.gather(*self._rings, return_exceptions=True)

    async def registered(self) -> None:
        """Wait until the phone is there."""
        await self._on.wait()

    @property
    def talk(self) -> IncomingCall | None:
        """The call that this phone is in, the latest if there are several."""
        rings = () if self._phone is None else self._phone.rings
        return next((ring for ring in reversed(rings) if ring.is_answered and ring.ending is None), None)

    def vanish(self) -> None:
        """The phone's plug is pulled."""
        self._on.clear()
        if self._phone is not None:
            self._phone.vanish()

    async def _live(self) -> None:
        """One life of the phone: from its registration to its death."""
        phone = AgentPhone(self.staff, PASSWORD, self.registrar, media=MOUTH)
        try:
            async with phone:
                self._phone = phone
                self._on.set()
                await self._follow(phone)
        except RegistrationRefused as error:
            self.tally.note("phone: register", str(error.status))
            await asyncio.sleep(REGISTER_AGAIN_S)

    async def _follow(self, phone: AgentPhone) -> None:
        seen = 0
        phone.follow(self._before_it_rings())
        while self._on.is_set():
            with suppress(TimeoutError):
                ring = await phone.rung(1.0)
                seen += 1
                phone.follow(self._before_it_rings())
                self._own(ring)

    def _own(self, ring: IncomingCall) -> None:
        task = asyncio.create_task(self._serve(ring), name=f"ring {self.staff}")
        self._rings.add(task)
        task.add_done_callback(self._rings.discard)

    def _before_it_rings(self) -> Script:
        """What the phone itself does with the next ring, before anybody looks at it."""
        kind = "ring" if self.is_kind else choose(self.dice, {"ring": 94, "reject": 4, "ignore": 1, "trying": 1})
        scripts = {"reject": Script.reject(), "ignore": Script.ignore(), "trying": Script.ignore(trying=True)}
        return scripts.get(kind, Script.ring())

    async def _serve(self, ring: IncomingCall) -> None:
        """One ring, to its end."""
        party = self._parties.get(ring.cli)
        if not ring.has_rung:
            self.tally.note("phone: silent or engaged", "rang" if ring.ending is None else "refused")
            return
        if party is not None:
            party.meet(Moment.RINGS)
        deed = answer_soon if self.is_kind else choose(self.dice, RINGS)
        outcome = await deed(self, ring, party)
        if ring.is_answered and outcome != ANSWERED:
            outcome = "answered at the desk"
        self.tally.note(f"phone: {deed.__name__}", outcome)
        if ring.is_answered:
            await self._speak(ring, party)

    async def _speak(self, ring: IncomingCall, party: Party | None) -> None:
        if party is not None:
            party.answered_by.append(self.staff)
            party.meet(Moment.TALKS)
        if ring.ending is None:
            ring.say_tone(TONE_HZ)
        with suppress(CallEnded, TimeoutError):
            await _talk(self, ring)


async def _still_rings(ring: IncomingCall, for_s: float) -> bool:
    """False when the caller gives up, or the call is answered from the desk."""
    with suppress(TimeoutError, CallEnded):
        await ring.until(lambda: not ring.is_ringing, for_s, "the caller gives up")
    return ring.is_ringing


async def answer_soon(phone: Handset, ring: IncomingCall, party: Party | None) -> str:
    """Answer within a moment, and talk."""
    return await _answer(phone, ring, party, phone.dice.uniform(0.05, 1.2))


async def answer_late(phone: Handset, ring: IncomingCall, party: Party | None) -> str:
    """Answer about when the ringing ends: before, after, or in that moment."""
    return await _answer(phone, ring, party, phone.dice.gauss(RING_TIMEOUT_S, 0.4))


async def let_it_ring(_phone: Handset, ring: IncomingCall, _party: Party | None) -> str:
    """RONA."""
    await _still_rings(ring, 2.0 * RING_TIMEOUT_S)
    return "rings on" if ring.is_ringing else "taken back"


async def refuse(phone: Handset, ring: IncomingCall, _party: Party | None) -> str:
    """Press the red key: busy, declined or not there."""
    if await _still_rings(ring, phone.dice.uniform(0.1, 2)):
        status = phone.dice.choice([486, 603, 480])
        ring.reject(status)
        return str(status)
    return "too late"


async def die_ringing(phone: Handset, ring: IncomingCall, _party: Party | None) -> str:
    """The phone loses its power while it rings."""
    if await _still_rings(ring, phone.dice.uniform(0.1, 1)):
        phone.vanish()
        return "dead"
    return "too late"


Ring = Callable[[Handset, IncomingCall, "Party | None"], Awaitable[str]]
RINGS: Final[Mapping[Ring, float]] = {answer_soon: 82, answer_late: 6, let_it_ring: 4, refuse: 6, die_ringing: 1}


async def _answer(phone: Handset, ring: IncomingCall, party: Party | None, after_s: float) -> str:
    if not await _still_rings(ring, max(0.0, after_s)):
        return "too late"
    if party is not None:
        party.meet(Moment.IS_BEING_ANSWERED)
        await asyncio.sleep(phone.dice.uniform(0, CROSSING_S))
    ring.answer()
    return ANSWERED if ring.is_answered else "crossed"


# --- in a talk ------------------------------------------------------------------------------------------------------


async def talk_and_hang_up(phone: Handset, ring: IncomingCall) -> str:
    """Talk a while."""
    await _pass(ring, phone.dice.uniform(0.5, 8))
    return "hung up"


async def hang_up_at_once(_phone: Handset, _ring: IncomingCall) -> str:
    """A wrong key."""
    return "hung up"


async def hold_on_the_phone(phone: Handset, ring: IncomingCall) -> str:
    """Hold by re-INVITE, and take the caller back, or hang up with the caller on hold."""
    await _pass(ring, phone.dice.uniform(0.3, 2))
    await ring.hold(phone.dice.choice(["sendonly", "inactive"]))
    await _pass(ring, phone.dice.uniform(0.3, 4))
    if phone.dice.random() < 0.8:
        await ring.resume()
        ring.say_tone(TONE_HZ)
        await _pass(ring, phone.dice.uniform(0.5, 3))
    return "hung up"


async def die_talking(phone: Handset, ring: IncomingCall) -> str:
    """The phone loses its power in the talk."""
    await _pass(ring, phone.dice.uniform(0.2, 4))
    phone.vanish()
    return "dead"


async def transfer_on_the_phone(phone: Handset, ring: IncomingCall) -> str:
    """The phone's own transfer key: REFER to a colleague, who may be anything, and hang up."""
    await _pass(ring, phone.dice.uniform(0.3, 3))
    try:
        async with asyncio.timeout(HANG_UP_LIMIT_S):
            referral = await ring.refer(f"sip:{phone.dice.choice(STAFF)}@{phone.registrar[0]}:{phone.registrar[1]}")
    except TimeoutError:
        return "REFER not answered"
    await _pass(ring, phone.dice.uniform(0.2, 4))
    return f"REFER {referral.status}"


async def wait_for_the_caller(_phone: Handset, ring: IncomingCall) -> str:
    """Whoever else ends the talk, this phone does not."""
    await _pass(ring, 20)
    return "hung up"


Talk = Callable[[Handset, IncomingCall], Awaitable[str]]
TALKS: Final[Mapping[Talk, float]] = {
    talk_and_hang_up: 60,
    hang_up_at_once: 5,
    hold_on_the_phone: 15,
    transfer_on_the_phone: 4,
    die_talking: 3,
    wait_for_the_caller: 17,
}


async def _pass(ring: IncomingCall, seconds: float) -> None:
    with suppress(TimeoutError):
        await ring.until(lambda: False, seconds, "time passes")


async def _talk(phone: Handset, ring: IncomingCall) -> None:
    """Do something in the talk, and hang up if nobody else has."""
    deed = talk_and_hang_up if phone.is_kind else choose(phone.dice, TALKS)
    try:
        done = await deed(phone, ring)
    except CallEnded:
        done = "ended by the other side"
    except ValueError:
        done = "refused"
    phone.tally.note(f"phone: {deed.__name__}", done)
    if ring.ending is None:
        async with asyncio.timeout(HANG_UP_LIMIT_S):
            await ring.hang_up()
