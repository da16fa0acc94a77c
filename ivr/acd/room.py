"""A talk's room: its bridge, the far end, the agent, and whether the far end is on hold with music.

Whoever is held is taken out of the bridge and hears music on their own channel; who talks is in the bridge. So a later
process sees from the PBX alone who hears whom. Runs in the call's own task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from ivr.acd import toolbar
from ivr.acd.limits import Limits
from ivr.acd.offer import Ringing, RingTimes
from ivr.domain.agents import by_agent
from ivr.domain.events import PhoneChanged
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.routes import Segments
from ivr.domain.talking import PartyRole
from ivr.errors import Conflict, NotFound, PbxError
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.session import AriSession
from ivr.store.ports import Store

log = structlog.get_logger()

SILENT_S: Final = 1.0
SILENT_ON_HOLD_S: Final = 12.0
SILENT_ANEW_S: Final = 5.0
"""A phone that has registered from another address can be reached, so its talk is given longer: it may be the same."""
TALK: Final = "talk-"
"""How the ids of calls' bridges begin."""


def bridge_id(call_id: CallId) -> str:
    """The bridge of a call, so that a later process finds it again."""
    return f"{TALK}{call_id}"


@dataclass(frozen=True, slots=True)
class Acd:
    """What a call works with; ``now`` is the wall clock, aware UTC; ``music`` a class of musiconhold.conf."""

    session: AriSession
    store: Store
    limits: Limits
    times: RingTimes
    now: Callable[[], datetime]
    music: str | None = None
    names: Segments = field(default_factory=Segments)


@dataclass(slots=True)
class _Silence:
    """Since when nothing has come from a phone."""

    heard: int = -1
    since_s: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def lasts_s(self, heard: int) -> float:
        """So long the count of packets has been ``heard``."""
        now_s = asyncio.get_running_loop().time()
        if heard != self.heard:
            self.heard, self.since_s = heard, now_s
        return now_s - self.since_s


@dataclass(slots=True, eq=False)
class Person:
    """Somebody in a talk besides the far end: the call's agent (``role`` None), or a party of it.

    ``agent_id`` is None for somebody outside, whose ``staff_number`` is ''.
    """

    leg: Channel
    agent_id: AgentId | None
    staff_number: str
    endpoint: str
    party_id: OfferId | None = None
    role: PartyRole | None = None
    phone_lost: bool = False
    """Asterisk cannot reach the phone any more, whatever its leg still says (R-STATE-8)."""
    is_anew: bool = False
    """The phone has registered from another address since the talk began, as one that was restarted does."""
    is_muted: bool = False
    _silence: _Silence | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether it is to be listened to: somebody may be there no more."""
        return self.phone_lost or self.is_anew

    def phone_changed(self, change: PhoneChanged) -> None:
        """Word of a phone, if it is this one."""
        if change.endpoint == self.endpoint:
            self.phone_lost = not change.reachable
            self.is_anew = self.is_anew or change.anew

    async def is_lost(self, session: AriSession, *, holds: bool) -> bool:
        """Asterisk cannot reach the phone, or reaches another in its place, and nothing has come from it for long
        enough; one that ``holds`` may send nothing at all, so it is given longer.
        """
        if not self.is_doubtful or self.leg.is_gone:
            self._silence = None
            return False
        self._silence = self._silence or _Silence()
        try:
            heard = await session.packets_from(self.leg)
        except PbxError:
            return False  # it has just gone, or nobody knows: the next look tells
        if 0 <= self._silence.heard < heard:
            self.is_anew = False  # it has only moved
        limit_s = SILENT_S if self.phone_lost else SILENT_ANEW_S
        return self._silence.lasts_s(heard) >= (SILENT_ON_HOLD_S if holds else limit_s)


def agent_of(ringing: Ringing, leg: Channel) -> Person:
    """Who answered an offer."""
    offered = ringing.offered
    person = Person(leg, offered.agent_id, offered.staff_number, offered.endpoint)
    person.phone_lost = ringing.phone_lost
    return person


class Room:
    """Where one call is talked. ``news`` is set by whatever its task should look at."""

    def __init__(self, acd: Acd, call_id: CallId, far: Channel, bridge: Bridge, agent: Person) -> None:
        """``far``: the caller or, of a call that an agent makes, whom they called."""
        self.acd = acd
        self.call_id = call_id
        self.far = far
        self.bridge = bridge
        self.agent = agent
        self.news = asyncio.Event()
        self.far_is_held = False
        """By the service, with music; a phone's own hold is ``agent.leg.is_held``."""
        self.agent_has_company = False
        """The agent talks with somebody else meanwhile, or rings them: On call, not On hold (R-STATE-12)."""
        self.shows_hold = agent.leg.is_held
        """What the store was last told of the agent."""
        self._sends_silence = False
        self._listening: dict[str, Callable[[], None]] = {}
        self.watch(far)
        self.watch(agent.leg)

    @property
    def holds(self) -> bool:
        """Nobody hears the agent: the far end is on hold, and they have no other company."""
        return self.agent.leg.is_held or (self.far_is_held and not self.agent_has_company)

    def watch(self, channel: Channel) -> None:
        """Have its events wake the talk."""
        if channel.id not in self._listening:
            self._listening[channel.id] = channel.add_listener(lambda _event, _seq: self.news.set())

    def close(self) -> None:
        """Watch nobody any more."""
        for stop in self._listening.values():
            stop()
        self._listening.clear()

    async def connect(self) -> None:
        """Bring far end and agent together. A far end that is not answered yet is, and nothing plays to it any more."""
        far, leg = self.far, self.agent.leg
        try:
            await quieten(far)
            await self.bridge.add(far, leg)
        except (NotFound, Conflict):
            log.info("talk.party_gone", caller_gone=far.is_gone, leg_gone=leg.is_gone)
            if not leg.is_gone and not far.is_gone:
                raise

    async def hold_far(self) -> None:
        """The far end leaves the bridge and hears music."""
        self.far_is_held = True
        try:
            await self.bridge.remove(self.far)
            await self.far.start_moh(self.acd.music)
            await self.leave_alone()
        except NotFound:
            log.info("talk.party_gone", caller_gone=self.far.is_gone)

    async def leave_alone(self) -> None:
        """The agent is alone in the bridge: silence is sent, so that their phone does not take the line for dead, and
        that they hear whoever whispers. Raises NotFound when they have gone.
        """
        if not self._sends_silence:
            self._sends_silence = True
            await self.agent.leg.start_silence()

    async def join_agent(self) -> None:
        """Somebody is about to be in the bridge with the agent: they hear them, not silence."""
        if self._sends_silence:
            self._sends_silence = False
            await self.agent.leg.stop_silence()

    async def take_far(self) -> None:
        """The far end is back in the bridge."""
        self.far_is_held = False
        try:
            await self.join_agent()
            await self.far.stop_moh()
            await self.bridge.add(self.far)
        except (NotFound, Conflict):
            if not self.far.is_gone:
                raise

    async def show(self, cause: str | None = None) -> None:
        """Have the agent's state say whether they hold; ``cause``: who brought it about, if not their toolbar."""
        agent = self.agent
        if self.shows_hold is self.holds or agent.agent_id is None:
            return
        self.shows_hold = self.holds
        step = toolbar.hold if self.holds else toolbar.retrieve
        by = cause or by_agent(agent.staff_number)
        await self.acd.store.run(step, agent.agent_id, self.acd.now(), self.call_id, by)

    def belongs_to(self, person: Person) -> None:
        """The call is theirs from now on; the store knows (`ivr.acd.parties.hand_over`)."""
        person.party_id = person.role = None
        self.agent = person
        self.agent_has_company = False
        self.shows_hold = self._sends_silence = False
        self.watch(person.leg)


async def quieten(channel: Channel) -> None:
    """End what plays to a caller, the music too; one who is not answered yet is. Raises NotFound when gone."""
    if not channel.is_up:
        await channel.answer()
        return
    for playback in channel.playing:
        await playback.stop()
    await channel.stop_moh()
