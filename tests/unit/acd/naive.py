"""The ACD's promises, checked by brute force on whole snapshots; written apart from `ivr.acd.matching`.

`check` looks at the rows before and after one commit and at what was told. It knows nothing of how a match is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.events import CallState, Change, OfferState
from ivr.domain.ids import AgentId, CallId
from ivr.domain.queueing import AgentRow, CallRow, OfferRow, Reach
from ivr.domain.talking import PartyRole, PartyRow
from ivr.store.memory_rows import Rows

ON_A_CALL = (AgentState.ON_CALL, AgentState.ON_HOLD)


def check(before: Rows, after: Rows, changes: Sequence[Change]) -> None:
    """Every promise that holds at every commit. Raises AssertionError naming the one that is broken."""
    nobody_is_left_waiting_for_nothing(after)
    offers_and_states_agree(after)
    direct_rings_and_states_agree(after)
    direct_calls_redirect_nobody(before, after)
    talks_and_states_agree(after)
    parties_are_of_talks(after)
    whoever_takes_part_has_an_activity(after)
    nobody_else_closes_an_activity(before, after)
    reach_only_widens(before, after)
    places_are_kept(before, after)
    ends_once(before, after, changes)
    for offer in _made(before, after):
        nobody_is_overtaken(after, offer)
        the_longest_idle_was_chosen(before, after, offer)
        unrung_come_first(before, after, offer)


# --- each promise ---------------------------------------------------------------------------------------------------


def nobody_is_left_waiting_for_nothing(rows: Rows) -> None:
    """No commit leaves an Available agent and a waiting call that may go to them (R-WAIT-1)."""
    left = [(c.call_id, a.agent_id) for c in _waiting(rows) for a in _available(rows) if may_have(rows, c, a)]
    assert left == [], f"pairs left unmatched: {left}"


def offers_and_states_agree(rows: Rows) -> None:
    """R-RONA-1: an agent Reserved by the queue has one ringing offer, a ringing call of it has one, and both name each
    other.
    """
    ringing = [offer for offer in rows.offers.values() if offer.state is OfferState.RINGING]
    assert _twice(offer.agent_id for offer in ringing) == []
    assert _twice(offer.call_id for offer in ringing) == []
    reserved = {a.agent_id: (a.offer_id, a.call_id) for a in _reserved(rows) if a.offer_id is not None}
    assert reserved == {offer.agent_id: (offer.offer_id, offer.call_id) for offer in ringing}
    queued = [c for c in rows.calls.values() if c.state is CallState.RINGING and not _is_direct(c)]
    assert {c.call_id: (c.offer_id, c.agent_id) for c in queued} == {
        offer.call_id: (offer.offer_id, offer.agent_id) for offer in ringing
    }


def direct_rings_and_states_agree(rows: Rows) -> None:
    """R-LINE-4: whom a direct call rings is not Available; Reserved without an offer is who is rung by the direct call
    that their row names; and only a call that rings rings anybody.
    """
    ringing = {(r.agent_id, r.call_id) for r in rows.direct_rings.values() if r.state is OfferState.RINGING}
    asked = {(p.agent_id, p.call_id) for p in _parties(rows) if p.state is OfferState.RINGING}
    rung = {agent_id for agent_id, _call_id in ringing | asked}
    assert not [a for a in _available(rows) if a.agent_id in rung]
    assert {(a.agent_id, a.call_id) for a in _reserved(rows) if a.offer_id is None} <= ringing | asked
    for _agent_id, call_id in ringing:
        assert rows.calls[call_id].state is CallState.RINGING
        assert _is_direct(rows.calls[call_id])


def direct_calls_redirect_nobody(before: Rows, after: Rows) -> None:
    """R-LINE-4: never RONA: who becomes Not Ready by the system has had an offer of the queue, or was consulted."""
    consulted = {p.agent_id for p in _parties(before) if p.state is OfferState.RINGING}
    for agent_id, agent in after.agents.items():
        if agent.code == SystemReason.NO_ANSWER and before.agents[agent_id].state is AgentState.RESERVED:
            assert before.agents[agent_id].offer_id is not None or agent_id in consulted


def talks_and_states_agree(rows: Rows) -> None:
    """An agent who talks does so on one call of the queue at most; a call in talk has one agent, who is On call, or was
    handed to somebody outside; and their row names a call that they talk on or take part in, the queue's if there is
    one.
    """
    talking = [c for c in rows.calls.values() if c.state is CallState.TALKING]
    theirs = {(c.agent_id, c.call_id) for c in talking}
    guests = {(p.agent_id, p.call_id) for p in _parties(rows) if p.state is OfferState.ANSWERED}
    on_call = {a.agent_id: a.call_id for a in rows.agents.values() if a.state in ON_A_CALL}
    assert {agent_id for agent_id, _ in theirs | guests if agent_id is not None} == set(on_call)
    assert set(on_call.items()) <= theirs | guests
    for call in talking:
        assert call.agent_id is None or _is_direct(call) or on_call[call.agent_id] == call.call_id
    for agent in rows.agents.values():
        named = None if agent.call_id is None else rows.calls[agent.call_id]
        beside = named is not None and (_is_direct(named) or (agent.agent_id, agent.call_id) in guests)
        assert (agent.state in ON_A_CALL and beside) == (agent.back_state is not None)


def parties_are_of_talks(rows: Rows) -> None:
    """Who is rung for a talk or takes part in it does so while it is talked, in one at a time."""
    live = _parties(rows)
    assert all(rows.calls[p.call_id].state is CallState.TALKING for p in live)
    assert _twice(p.agent_id for p in live if p.agent_id is not None) == []


def whoever_takes_part_has_an_activity(rows: Rows) -> None:
    """R-ACT-1: who talks on a call, or is consulted on it, has one activity of it; who is only rung has one until then.
    R-RONA: who took no part has none.
    """
    found = {(a.agent_id, a.call_id): a.taken_at is not None for a in rows.activities.values()}
    assert len(found) == len(rows.activities)
    consulted = [p for p in _parties(rows) if p.role is PartyRole.CONSULTED]
    theirs = {(c.agent_id, c.call_id) for c in rows.calls.values() if c.state is CallState.TALKING}
    theirs |= {(p.agent_id, p.call_id) for p in consulted if p.state is OfferState.ANSWERED}
    rung = {(p.agent_id, p.call_id) for p in consulted if p.state is OfferState.RINGING}
    rung |= {(o.agent_id, o.call_id) for o in rows.offers.values() if o.state is OfferState.RINGING}
    rung |= {(r.agent_id, r.call_id) for r in rows.direct_rings.values() if r.state is OfferState.RINGING}
    assert {one for one in theirs if one[0] is not None} <= {one for one, taken in found.items() if taken}
    assert {one for one in rung if one[0] is not None} <= set(found)
    dialling = {(c.agent_id, c.call_id) for c in rows.calls.values() if c.state is CallState.DIALLING}
    assert {one for one, taken in found.items() if not taken} <= rung | dialling


def nobody_else_closes_an_activity(before: Rows, after: Rows) -> None:
    """R-ACT-3: the system never closes one, and takes none away of who has taken part."""
    assert all(row.closed_at is None for row in after.activities.values())
    assert {key for key, row in before.activities.items() if row.taken_at is not None} <= set(after.activities)


def reach_only_widens(before: Rows, after: Rows) -> None:
    """R-WAIT-1: what was open stays open; nothing half open is ever committed."""
    for call_id in after.scopes:
        assert all(s.reach is not Reach.ARMING for s in after.scopes[call_id])
        assert _open_keys(before, call_id) <= _open_keys(after, call_id)


def places_are_kept(before: Rows, after: Rows) -> None:
    """R-WAIT-1: the time a call first began to wait never changes."""
    for call_id, call in before.calls.items():
        if call.first_waiting_at is not None:
            assert after.calls[call_id].first_waiting_at == call.first_waiting_at


def ends_once(before: Rows, after: Rows, changes: Sequence[Change]) -> None:
    """A call ends exactly once, and says so exactly then."""
    told = [getattr(change, "call_id", None) for change in changes if getattr(change, "end", None) is not None]
    ended = [c.call_id for c in after.calls.values() if c.state is CallState.ENDED]
    newly = [call_id for call_id in ended if _state(before, call_id) is not CallState.ENDED]
    assert sorted(map(str, told)) == sorted(newly)
    for call_id, call in before.calls.items():
        if call.state is CallState.ENDED:
            assert after.calls[call_id] == call


def nobody_is_overtaken(after: Rows, offer: OfferRow) -> None:
    """At this commit, for this agent, no eligible call of the same preference that began to wait earlier, and no
    own-case call, was passed over for the one they were given.
    """
    agent, given = after.agents[offer.agent_id], after.calls[offer.call_id]
    for call in _waiting(after):
        if may_have(after, call, agent):
            assert _rank(after, given, agent) < _rank(after, call, agent), f"{call.call_id} was overtaken by {given}"


def the_longest_idle_was_chosen(before: Rows, after: Rows, offer: OfferRow) -> None:
    """R-CASE-8: of those who could have had it through the same scope, the one Available longest."""
    chosen, call = after.agents[offer.agent_id], after.calls[offer.call_id]
    for other in _available(after):
        same = offer.scope in keys_of(other) and not is_blocked(after, call.call_id, other.agent_id)
        if same and has_rung(before, call, other) == has_rung(before, call, chosen):
            assert _idle(chosen) <= _idle(other), f"{other.agent_id} was Available longer than {chosen.agent_id}"


def unrung_come_first(before: Rows, after: Rows, offer: OfferRow) -> None:
    """R-RONA-2: whoever has rung for a call in vain gets it again only behind every eligible agent who has not."""
    call, chosen = after.calls[offer.call_id], after.agents[offer.agent_id]
    if not has_rung(before, call, chosen):
        return
    assert not is_blocked(after, call.call_id, chosen.agent_id)
    fresh = [a.agent_id for a in _available(after) if not has_rung(after, call, a) and _reaches(after, call, a)]
    assert fresh == [], f"{chosen.agent_id} was rung again before {fresh}"


# --- what the words mean --------------------------------------------------------------------------------------------


def keys_of(agent: AgentRow) -> set[str]:
    """The scopes an agent belongs to."""
    return {f"agent:{agent.agent_id}", f"team:{agent.team}", f"segment:{agent.segment}"}


def may_have(rows: Rows, call: CallRow, agent: AgentRow) -> bool:
    """Whether the agent is eligible for the call: in an open scope of it, and not blocked for it."""
    return _reaches(rows, call, agent) and not is_blocked(rows, call.call_id, agent.agent_id)


def is_blocked(rows: Rows, call_id: CallId, agent_id: AgentId) -> bool:
    """Whether the agent rang for the call in vain less than the set time ago."""
    rung = rows.rung.get((call_id, agent_id))
    return rung is not None and rung.blocked


def has_rung(rows: Rows, call: CallRow, agent: AgentRow) -> bool:
    """Whether the agent has ever rung for the call in vain."""
    return (call.call_id, agent.agent_id) in rows.rung


def _reaches(rows: Rows, call: CallRow, agent: AgentRow) -> bool:
    return bool(_open_keys(rows, call.call_id) & keys_of(agent))


def _open_keys(rows: Rows, call_id: CallId) -> set[str]:
    return {s.key for s in rows.scopes.get(call_id, ()) if s.reach is Reach.OPEN}


def _rank(rows: Rows, call: CallRow, agent: AgentRow) -> tuple[bool, float, str]:
    own = f"agent:{agent.agent_id}" in _open_keys(rows, call.call_id)
    assert call.first_waiting_at is not None
    return (not own, call.first_waiting_at.timestamp(), call.call_id)


def _idle(agent: AgentRow) -> tuple[float, int]:
    assert agent.idle_since is not None
    return (agent.idle_since.timestamp(), agent.agent_id)


def _waiting(rows: Rows) -> list[CallRow]:
    return [call for call in rows.calls.values() if call.state is CallState.WAITING]


def _available(rows: Rows) -> list[AgentRow]:
    return [agent for agent in rows.agents.values() if agent.state is AgentState.AVAILABLE]


def _reserved(rows: Rows) -> list[AgentRow]:
    return [agent for agent in rows.agents.values() if agent.state is AgentState.RESERVED]


def _parties(rows: Rows) -> list[PartyRow]:
    return [party for party in rows.parties.values() if party.ended_at is None]


def _is_direct(call: CallRow) -> bool:
    return call.kind == "direct"


def _made(before: Rows, after: Rows) -> list[OfferRow]:
    return [offer for offer_id, offer in after.offers.items() if offer_id not in before.offers]


def _state(rows: Rows, call_id: CallId) -> CallState | None:
    call = rows.calls.get(call_id)
    return None if call is None else call.state


def _twice(ids: Iterable[object]) -> list[object]:
    return [thing for thing, count in Counter(ids).items() if count > 1]
