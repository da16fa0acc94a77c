"""Answering from the desk: the agent's phone that rings is asked to answer by itself, as if they had lifted it.

Enters: who asks. Leaves: the phone was asked, or why not. That it did answer is told as any answer is: a phone that
does not know ``Event: talk`` rings on, and is answered by hand.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from ivr.acd.offer import leg_id
from ivr.domain.events import OfferState
from ivr.domain.ids import AgentId
from ivr.domain.phones import PhoneKind, kind_of
from ivr.domain.talking import Done, Impossible, Outcome
from ivr.errors import PbxUnavailable, Refused
from ivr.pbx.session import AriSession
from ivr.store.ports import Store, Tx

log = structlog.get_logger()

NOTHING_RINGS: Final = Impossible("call.not_ringing", "no call rings")
ANSWERS_ITSELF: Final = Impossible("phone.answers_itself", "your phone is in the browser: answer on the desk's page")
NOT_HEARD: Final = Impossible("phone.not_reached", "your phone could not be asked to answer: answer on the phone")


class Answering:
    """Answers for the agents of one process. ``ask``: has a phone answer, by its channel's name; may raise PbxError."""

    def __init__(self, store: Store, session: AriSession, ask: Callable[[str], Awaitable[None]]) -> None:
        self._store = store
        self._session = session
        self._ask = ask

    async def answer(self, agent_id: AgentId) -> Outcome:
        """Ask the phone that rings for the agent to answer."""
        for one in await self._store.run(legs_that_ring, agent_id):
            leg = self._session.channel(one)
            if leg is not None and leg.info is not None and not leg.is_up:
                if kind_of(leg.info.name.rpartition("-")[0]) is PhoneKind.BROWSER:
                    return ANSWERS_ITSELF
                try:
                    await self._ask(leg.info.name)
                except (Refused, PbxUnavailable) as error:
                    log.warning("phone.not_asked_to_answer", error=str(error))
                    return NOT_HEARD
                return Done()
        return NOTHING_RINGS


def legs_that_ring(tx: Tx, agent_id: AgentId) -> list[str]:
    """The ids of the legs that may ring for an agent: the queue's offer, a talk, a direct call."""
    agent, party = tx.agent(agent_id), tx.party_of(agent_id)
    found = [] if agent is None or agent.offer_id is None else [agent.offer_id]
    if party is not None and party.state is OfferState.RINGING:
        found.append(party.party_id)
    call_id = tx.rung_directly(agent_id)
    if call_id is not None:
        found += [ring.ring_id for ring in tx.direct_rings(call_id) if ring.agent_id == agent_id]
    return [leg_id(one) for one in found]
