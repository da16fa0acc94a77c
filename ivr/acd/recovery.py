"""Taking calls over from a process that is no more: what its rows say against what the PBX still holds.

A talk goes on; a ringing is taken back and offered anew; who waits keeps their place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ivr.acd.direct_state import after_talk, leave
from ivr.acd.ledger import Limits, match, withdraw_offer
from ivr.acd.offer import leg_id, outside_leg_id
from ivr.acd.room import LeftParty, Person
from ivr.acd.roster import available_again, become, present
from ivr.domain.agents import AgentState
from ivr.domain.events import CallState, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.queueing import AgentRow, CallRow, DirectRing, OfferRow
from ivr.domain.routes import CallKind
from ivr.domain.talking import PartyRow
from ivr.pbx.handles import Bridge, Channel
from ivr.store.ports import Tx


@dataclass(frozen=True, slots=True)
class Standing:
    """One call as the store has it: its row, and the offer and agent it is with, if any. The agent's leg is named by
    ``call.offer_id``: an offer's or, of a call that was handed over, a party's.

    ``rings``: of a direct call, the ringings that go on or were answered.
    """

    call: CallRow
    offer: OfferRow | None
    agent: AgentRow | None
    rings: tuple[DirectRing, ...] = ()
    parties: tuple[PartyRow, ...] = ()
    """Who rings for the talk or takes part in it besides its agent."""
    staff: Mapping[AgentId, str] = field(default_factory=dict)
    """Staff numbers of the agents among them."""

    @property
    def is_direct(self) -> bool:
        """A direct call that has begun to ring (R-LINE-4)."""
        return self.call.kind == CallKind.DIRECT

    @property
    def leg_ids(self) -> list[str]:
        """The channels that may be there for it besides the caller's and its parties'."""
        offers = [] if self.call.offer_id is None else [self.call.offer_id]
        outside = [outside_leg_id(self.call.call_id)] if self.call.state is CallState.OUTSIDE else []
        if self.call.kind == CallKind.OUTBOUND:
            outside.append(self.call.agent_channel_id)
        return outside + [leg_id(one) for one in (*offers, *(ring.ring_id for ring in self.rings))]


@dataclass(frozen=True, slots=True)
class Left:
    """One call of a process that is no more: its rows, and what the PBX still holds of it besides the caller."""

    standing: Standing
    leg: Channel | None = None
    bridge: Bridge | None = None
    connected: bool = False
    """The caller and somebody who talks are in the bridge."""
    is_held: bool = False
    """Somebody who talks is in the bridge, and the caller is not: on hold, with music."""
    spare: tuple[Channel, ...] = ()
    """Further legs: phones that a direct call rang too."""
    parties: tuple[LeftParty, ...] = ()

    @property
    def is_in_talk(self) -> bool:
        """An agent was connected with the caller, whom they may have on hold now."""
        return self.connected or (self.is_held and self.state is CallState.TALKING)

    @property
    def is_on_hold(self) -> bool:
        """Its agent has the caller on hold."""
        agent = self.standing.agent
        if agent is None or agent.call_id != self.standing.call.call_id:
            return False
        return agent.state is AgentState.ON_HOLD

    @property
    def person(self) -> Person | None:
        """Whose call it is in talk: its agent, or somebody outside to whom it was handed over."""
        agent = self.standing.agent
        if self.leg is None:
            return None
        if agent is None:
            return Person(self.leg, None, "", "")
        return Person(self.leg, agent.agent_id, agent.staff_number, agent.endpoint)

    @property
    def state(self) -> CallState:
        """The state of the call's row."""
        return self.standing.call.state


def standing_calls(tx: Tx, node: str) -> list[Standing]:
    """Every call of ``node`` that has not ended."""
    return [standing(tx, call) for call in tx.calls_up() if call.node == node]


def standing(tx: Tx, call: CallRow) -> Standing:
    """One of them."""
    offer = None if call.offer_id is None else tx.offer(call.offer_id)
    talks = call.state is CallState.TALKING
    whose = call.agent_id if offer is None or talks else offer.agent_id
    agent = None if whose is None else tx.agent(whose)
    rings = tx.direct_rings(call.call_id) if call.kind == CallKind.DIRECT else ()
    parties = tuple(tx.parties(call.call_id)) if talks else ()
    staff = {row.agent_id: present(tx, row.agent_id).staff_number for row in parties if row.agent_id is not None}
    return Standing(call, offer, agent, tuple(rings), parties, staff)


def take_back(tx: Tx, call_id: CallId, now: datetime) -> None:
    """Nobody knows how long a phone has rung for the call: its agent is Available with their idle time, the call is
    matched anew. A call for which no phone rings stays as it is.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.RINGING or call.offer_id is None:
        return
    _free_agent(tx, call.offer_id, now)
    withdraw_offer(tx, call.offer_id, now)


def _free_agent(tx: Tx, offer_id: OfferId, now: datetime) -> None:
    offer = tx.offer(offer_id)
    agent = None if offer is None else tx.agent(offer.agent_id)
    if agent is not None and agent.state is AgentState.RESERVED and agent.offer_id == offer_id:
        become(tx, agent, available_again(agent, now), "taken over", now)


def stray_calls(tx: Tx, node: str, carried: Collection[CallId]) -> list[CallRow]:
    """Calls of ``node`` that have not ended and that no task carries any more."""
    return [call for call in tx.calls_up() if call.node == node and call.call_id not in carried]


def free_stuck_agents(tx: Tx, now: datetime, limits: Limits) -> list[AgentRow]:
    """Agents whom a call or offer holds that is over already: set free, and each one is a defect of ours."""
    stuck = [agent for agent in tx.agents_at_work() if not _is_held(tx, agent)]
    for agent in stuck:
        if agent.state is AgentState.RESERVED:
            become(tx, agent, available_again(agent, now), "set free", now)
        else:
            after = after_talk(agent, now, limits.after_call_work_s, limits.idle_logout_s)
            leave(tx, agent, after, "set free", now)
    if stuck:
        match(tx, now)
    return stuck


def _is_held(tx: Tx, agent: AgentRow) -> bool:
    if agent.state is AgentState.RESERVED and agent.offer_id is None:
        return tx.rung_directly(agent.agent_id) is not None
    if agent.state is AgentState.RESERVED:
        offer = None if agent.offer_id is None else tx.offer(agent.offer_id)
        return offer is not None and offer.state is OfferState.RINGING
    party = tx.party_of(agent.agent_id)
    if party is not None and party.is_in and party.call_id == agent.call_id:
        return True
    call = None if agent.call_id is None else tx.call(agent.call_id)
    with_agent = {CallState.TALKING, CallState.DIALLING}
    return call is not None and call.state in with_agent and call.agent_id == agent.agent_id
