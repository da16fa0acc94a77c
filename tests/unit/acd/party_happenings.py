"""What happens of transfers, as transactions of the kind of `happenings`: any party, any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from ivr.acd import parties, transfers
from ivr.acd.transfers import Asking
from ivr.domain.events import CallState, OfferState
from ivr.domain.ids import AgentId
from ivr.domain.oversight import Switch
from ivr.domain.queueing import CallRow
from ivr.domain.talking import PartyRow, Target
from ivr.store.memory_rows import Rows
from ivr.store.ports import Tx
from tests.unit.acd.world import LIMITS, NAMES, STAFF

Step = Callable[[Tx], object]
OUTCOMES: Final = (
    OfferState.ANSWERED,
    OfferState.NO_ANSWER,
    OfferState.BUSY,
    OfferState.UNREACHABLE,
    OfferState.WITHDRAWN,
)
TARGETS: Final = (
    *(Target("agent", str(7000 + agent_id)) for agent_id, _team, _segment in STAFF),
    Target("team", "M1"),
    Target("segment", "GICH"),
    Target("segment", "Maintenance"),
    Target("number", "03069990500"),
    Target("agent", "9999"),
)


class Scene(Protocol):
    """The rows, and the time."""

    rows: Rows
    now: datetime


def _talk(scene: Scene, number: int) -> CallRow | None:
    """A call in talk that has an agent; None when there is none."""
    talks = [c for c in scene.rows.calls.values() if c.state is CallState.TALKING and c.agent_id is not None]
    talks.sort(key=lambda call: call.call_id)
    return talks[number % len(talks)] if talks else None


def _party(scene: Scene, number: int) -> PartyRow | None:
    """Somebody who takes part, before those who do no more; None when there never was one."""
    rows = sorted(scene.rows.parties.values(), key=lambda p: (p.ended_at is not None, p.party_id))
    return rows[number % len(rows)] if rows else None


def _asking(call: CallRow, whom: int) -> Asking:
    to = TARGETS[whom % len(TARGETS)]
    return Asking(
        call.call_id, AgentId(call.agent_id or 0), to, "reason", number=to.name if to.kind == "number" else ""
    )


def consult(scene: Scene, whom: int, which: int) -> Step:
    """An agent who talks consults somebody."""
    call = _talk(scene, which)
    return lambda tx: call is not None and transfers.consult(tx, _asking(call, whom), scene.now)


def party_answers(scene: Scene, _whom: int, which: int) -> Step:
    """A phone is answered."""
    party = _party(scene, which)
    return lambda tx: party is not None and parties.answer(tx, party.party_id, scene.now)


def party_ends(scene: Scene, whom: int, which: int) -> Step:
    """A ringing, or a part, is over."""
    party, outcome = _party(scene, which), OUTCOMES[whom % len(OUTCOMES)]
    return lambda tx: party is not None and parties.end(tx, party.party_id, outcome, scene.now, LIMITS)


def take_over(scene: Scene, whom: int, which: int) -> Step:
    """The call is handed over, or its agent's phone is lost."""
    party, lost = _party(scene, which), whom % 3 == 0
    return lambda tx: (
        party is not None and transfers.take_over(tx, party.party_id, NAMES, "x", scene.now, LIMITS, lost=lost)
    )


def cold(scene: Scene, whom: int, which: int) -> Step:
    """A cold transfer; every third time without the emergency setting."""
    call, allowed = _talk(scene, which), whom % 3 > 0

    def step(tx: Tx) -> object:
        tx.turn(Switch.EMERGENCY, scene.now, "leader", is_on=allowed)
        return call is not None and transfers.cold(tx, _asking(call, whom), NAMES, scene.now, LIMITS)

    return step


def leave_to(scene: Scene, whom: int, which: int) -> Step:
    """The asker is gone while somebody rings, or without anybody."""
    party, lost = _party(scene, which), whom % 2 == 0
    call = _talk(scene, which) if party is None or whom % 3 == 0 else scene.rows.calls[party.call_id]
    party_id = None if party is None or call is None or party.call_id != call.call_id else party.party_id
    return lambda tx: (
        call is not None and transfers.leave_to(tx, call.call_id, party_id, NAMES, scene.now, LIMITS, lost=lost)
    )


KINDS: Final = {
    "consult": consult,
    "party_answers": party_answers,
    "party_ends": party_ends,
    "take_over": take_over,
    "cold": cold,
    "leave_to": leave_to,
}
