"""A talk's room: its bridge, the far end, the agent, and whether the far end is on hold with music.

Whoever is held is taken out of the bridge and hears music on their own channel; who talks is in the bridge. So a later
process sees from the PBX alone who hears whom. Runs in the call's own task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from ivr.acd import toolbar
from ivr.acd.limits import Limits
from ivr.acd.offer import Ringing, RingTimes
from ivr.acd.outside_leg import Outbound
from ivr.domain.agents import by_agent
from ivr.domain.events import PhoneChanged
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.phones import PhoneKind, kind_of
from ivr.domain.recordings import RecordedNow
from ivr.domain.routes import Segments
from ivr.domain.talking import PartyRole, PartyRow, TalkNow
from ivr.errors import Conflict, NotFound, PbxError
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.session import AriSession
from ivr.store.ports import Store

if TYPE_CHECKING:
    from ivr.acd.recording import Recorded

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
    outbound: Outbound = field(default_factory=Outbound)
    cli: str = ""
    """The national number that somebody outside sees who is rung for the call."""
    recorded: Recorded | None = None
    """None: talks of this line are not recorded."""


@dataclass(frozen=True, slots=True)
class LeftParty:
    """Somebody whom another process has left in a talk, rung or in it. ``leg``: None when it is gone."""

    row: PartyRow
    staff_number: str
    leg: Channel | None
    is_in: bool
    """In the bridge."""

    @property
    def is_consulted(self) -> bool:
        """Whether the call's agent consults them."""
        return self.row.role is PartyRole.CONSULTED


class LeftTalk(Protocol):
    """What a room is told of a talk that another process has left (`ivr.acd.recovery.Left`)."""

    @property
    def is_held(self) -> bool:
        """The far end is on hold, by the service."""

    @property
    def is_on_hold(self) -> bool:
        """The agent's state says so."""

    @property
    def parties(self) -> tuple[LeftParty, ...]:
        """Who takes part besides the agent."""


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
    is_held: bool = False
    """Out of the bridge, with music; of the agent themselves never."""
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

    def found_again(self, leg: Channel) -> None:
        """They are on another leg now, and nothing is doubtful about it."""
        self.leg, self.is_anew, self.phone_lost, self._silence = leg, False, False, None

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
        return self._silence.lasts_s(heard) >= self._silent_s(holds=holds)

    def _silent_s(self, *, holds: bool) -> float:
        """A browser sends all the time, whatever it holds, so it is missed soon."""
        if kind_of(self.endpoint) is PhoneKind.BROWSER and not self.leg.is_held:
            return SILENT_S
        if holds:
            return SILENT_ON_HOLD_S
        return SILENT_S if self.phone_lost else SILENT_ANEW_S


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
        self.company: list[Person] = []
        """Who takes part besides the agent, and whose phones the talk keeps an eye on."""
        self.left: tuple[LeftParty, ...] = ()
        """What another process has left of the talk; each part takes up its own."""
        self.far_is_held = False
        """By the service, with music; a phone's own hold is ``agent.leg.is_held``."""
        self.agent_has_company = False
        """The agent talks with somebody else meanwhile, or rings them: On call, not On hold (R-STATE-12)."""
        self.shows_hold = agent.leg.is_held
        """What the store was last told of the agent."""
        self.recorded = RecordedNow()
        """What the talk's recording does (`ivr.acd.recording`)."""
        self._sends_silence = False
        self._listening: dict[str, Callable[[], None]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self.watch(far)
        self.watch(agent.leg)

    @property
    def now(self) -> TalkNow:
        """Who hears whom."""
        held = (person.party_id for person in self.company if person.is_held)
        return TalkNow(
            self.far_is_held, frozenset(one for one in held if one is not None), self.agent.is_muted, self.recorded
        )

    def take_up(self, left: LeftTalk) -> None:
        """How another process has left the talk; before its parts are made."""
        self.far_is_held, self.shows_hold, self.left = left.is_held, left.is_on_hold, left.parties
        self._sends_silence = left.is_held

    @property
    def holds(self) -> bool:
        """Nobody hears the agent: the far end is on hold, and they have no other company."""
        return self.agent.leg.is_held or (self.far_is_held and not self.agent_has_company)

    @property
    def is_doubtful(self) -> bool:
        """Somebody may be there no more: whether they are still heard must be looked at."""
        return any(person.is_doubtful for person in (self.agent, *self.company))

    def watch(self, channel: Channel) -> None:
        """Have its events wake the talk."""
        if channel.id not in self._listening:
            self._listening[channel.id] = channel.add_listener(lambda _event, _seq: self.news.set())

    def begin(self, errand: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Have something run beside the talk, at the latest until its end."""
        task = asyncio.create_task(errand, name=name)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        return task

    def close(self) -> None:
        """Watch nobody any more, and end what runs beside the talk; the PBX keeps what there is."""
        for errand in self._errands:
            errand.cancel()
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

    async def hold_far(self, *, alone: bool = True) -> None:
        """The far end leaves the bridge and hears music; ``alone``: nobody is left with the agent."""
        self.far_is_held = True
        await self.send_out(self.far)
        if alone:
            await self.leave_alone()

    async def leave_alone(self) -> None:
        """The agent is alone in the bridge: silence is sent, so that their phone does not take the line for dead, and
        that they hear whoever whispers. One who has gone is fine.
        """
        if self._sends_silence:
            return
        self._sends_silence = True
        try:
            await self.agent.leg.start_silence()
        except NotFound:
            log.info("talk.agent_gone")

    async def join_agent(self) -> None:
        """Somebody is about to be in the bridge with the agent: they hear them, not silence."""
        if not self._sends_silence:
            return
        self._sends_silence = False
        try:
            await self.agent.leg.stop_silence()
        except NotFound:
            log.info("talk.agent_gone")

    async def take_far(self) -> None:
        """The far end is back in the bridge."""
        self.far_is_held = False
        await self.bring_in(self.far)

    async def send_out(self, channel: Channel) -> None:
        """It leaves the bridge and hears music; one that has gone is fine."""
        try:
            await self.bridge.remove(channel)
            await channel.start_moh(self.acd.music)
        except NotFound:
            log.info("talk.party_gone", channel_id=channel.id)

    async def bring_in(self, channel: Channel) -> None:
        """It is in the bridge, and hears no music any more; one that has gone is fine."""
        try:
            await self.join_agent()
            await channel.stop_moh()
            await self.bridge.add(channel)
        except (NotFound, Conflict):
            if not channel.is_gone:
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

    def has_again(self, leg: Channel) -> None:
        """The agent is back, on another leg of the same id (`ivr.acd.coming_back`)."""
        stop = self._listening.pop(leg.id, None)
        if stop is not None:
            stop()
        self.agent.found_again(leg)
        self._sends_silence = False
        self.watch(leg)

    def belongs_to(self, person: Person) -> None:
        """The call is theirs from now on; the store knows (`ivr.acd.parties.hand_over`)."""
        person.party_id = person.role = None
        self.agent = person
        self.company = [other for other in self.company if other is not person]
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
