"""What a process that is no more has left on the PBX: of one call, and of nobody.

Enters: what Asterisk lists after connecting, and a call's rows. Leaves: handles, fed from here on.
"""

from __future__ import annotations

from collections.abc import Collection

from ivr.acd.offer import leg_id
from ivr.acd.overseer import EAR
from ivr.acd.recovery import Left, Standing
from ivr.acd.room import TALK, LeftParty, bridge_id
from ivr.domain.ids import CallId
from ivr.domain.talking import PartyRow
from ivr.pbx.session import AriSession, Linked


def left_of(session: AriSession, standing: Standing, linked: Linked) -> Left:
    """What the PBX holds of a call besides the caller."""
    name = bridge_id(standing.call.call_id)
    there = (linked.ours(leg_id) for leg_id in standing.leg_ids)
    legs = sorted((session.adopt(info) for info in there if info is not None), key=lambda leg: not leg.is_up)
    inside = next((set(bridge.channel_ids) for bridge in linked.bridges if bridge.id == name), set[str]())
    parties = tuple(_left_party(session, standing, row, linked, inside) for row in standing.parties)
    confers = any(party.is_consulted and party.is_in for party in parties)
    if confers and not legs and standing.leg_ids:
        legs = [session.ended_leg(standing.leg_ids[0])]
    leg, spare = (legs[0], tuple(legs[1:])) if legs else (None, ())
    bridge = session.adopt_bridge(name) if inside else None
    caller_is_in = standing.call.channel_id in inside
    is_talked = confers or (leg is not None and leg.id in inside)
    return Left(standing, leg, bridge, is_talked and caller_is_in, is_talked and not caller_is_in, spare, parties)


def _left_party(
    session: AriSession, standing: Standing, row: PartyRow, linked: Linked, inside: Collection[str]
) -> LeftParty:
    name = leg_id(row.party_id)
    info = linked.ours(name)
    leg = None if info is None else session.adopt(info)
    return LeftParty(row, "" if row.agent_id is None else standing.staff[row.agent_id], leg, name in inside)


async def remove_empty_bridges(session: AriSession, linked: Linked, up: Collection[CallId]) -> None:
    """Bridges that nobody is in and no call of ours (``up``) keeps ready, and leaders' ears of other processes; before
    calls that are taken over make theirs.

    They are known by their names: Asterisk counts a bridge as an application's only once a channel is in it.
    """
    kept = {bridge_id(call_id) for call_id in up}
    for bridge in linked.bridges:
        left = bridge.id.startswith(TALK) and not bridge.channel_ids and bridge.id not in kept
        deaf = bridge.id.startswith(EAR) and session.bridge(bridge.id) is None
        if left or deaf:
            await session.adopt_bridge(bridge.id).destroy()


async def remove_bridge(session: AriSession, linked: Linked, call_id: CallId) -> None:
    """The bridge of a call whose caller is gone."""
    if any(bridge.id == bridge_id(call_id) for bridge in linked.bridges):
        await session.adopt_bridge(bridge_id(call_id)).destroy()
