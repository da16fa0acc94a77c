"""Taking calls over from a process that is no more: what its rows say against what the PBX still holds.

A talk goes on; a ringing is taken back and offered anew; who waits keeps their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.acd.ledger import withdraw_offer
from ivr.acd.roster import available_again, become
from ivr.domain.agents import AgentState
from ivr.domain.ids import OfferId
from ivr.domain.queueing import AgentRow, CallRow, OfferRow
from ivr.store.ports import Tx


@dataclass(frozen=True, slots=True)
class Standing:
    """One call as the store has it: its row, and the offer and agent it is with, if any."""

    call: CallRow
    offer: OfferRow | None
    agent: AgentRow | None


def standing_calls(tx: Tx, node: str) -> list[Standing]:
    """Every call of ``node`` that has not ended."""
    found: list[Standing] = []
    for call in tx.calls_up():
        if call.node == node:
            offer = None if call.offer_id is None else tx.offer(call.offer_id)
            agent = None if offer is None else tx.agent(offer.agent_id)
            found.append(Standing(call, offer, agent))
    return found


def take_back(tx: Tx, offer_id: OfferId, now: datetime) -> None:
    """Nobody knows how long the phone has rung: the agent is Available with their idle time, the call matched anew."""
    offer = tx.offer(offer_id)
    agent = None if offer is None else tx.agent(offer.agent_id)
    if agent is not None and agent.state is AgentState.RESERVED and agent.offer_id == offer_id:
        become(tx, agent, available_again(agent, now), "taken over", now)
    withdraw_offer(tx, offer_id, now)
