"""A talk as its agents see it: plain reads, and what is told of its parties."""

from __future__ import annotations

from typing import Any, Final, Literal

from sqlalchemy import Boolean, Connection, Row, literal_column, select

from ivr.domain.events import OfferState, PartyChanged
from ivr.domain.ids import CallId
from ivr.domain.recordings import RecordedNow
from ivr.domain.routes import ScopeKind
from ivr.domain.talking import PartyRole, TalkNow, Target
from ivr.records import activities
from ivr.records.next_steps import next_steps_of
from ivr.store import tables as t
from ivr.web import views
from ivr.web.event_models import PartyChangedTold
from ivr.web.identity import Person
from ivr.web.recording_models import RecordingNow
from ivr.web.services import WebServices
from ivr.web.talk_models import MyCall, Named, PartyNow, Through

SCOPE_KINDS: Final[tuple[ScopeKind, ...]] = ("agent", "team", "segment")
_ASKER: Final = t.agent.alias("asker")
_LIVE: Final = literal_column("call_party.ended_at IS NULL", Boolean)
_PARTIES: Final = (
    select(t.call_party, t.agent.c.staff_number, t.agent.c.name, _ASKER.c.staff_number.label("asker"))
    .outerjoin(t.agent, t.agent.c.agent_id == t.call_party.c.agent_id)
    .outerjoin(_ASKER, _ASKER.c.agent_id == t.call_party.c.asked_by)
    .order_by(t.call_party.c.made_at, t.call_party.c.party_id)
)


def own_call(sql: Connection, person: Person, services: WebServices) -> MyCall | None:
    """The agent's call with its screen pop and everybody who takes part in it now; None when there is none."""
    pop = views.my_call(sql, person)
    if pop is None:
        return None
    call_id = CallId(pop.call_id)
    talk = services.talk_now(call_id) or TalkNow()
    written = activities.of_call(sql, call_id)
    name, welsh_name = services.line_name(pop.line)
    whose = select(t.agent.c.staff_number).join(t.call, t.call.c.agent_id == t.agent.c.agent_id)
    rows = sql.execute(_PARTIES.where(t.call_party.c.call_id == call_id, _LIVE))
    return MyCall(
        pop=pop,
        agent=sql.scalar(whose.where(t.call.c.call_id == call_id)),
        answered_at=sql.scalar(select(t.call.c.answered_at).where(t.call.c.call_id == call_id)),
        far_held=talk.far_is_held,
        muted=talk.agent_is_muted,
        recording=_recorded(talk.recorded),
        parties=tuple(_party(row, talk) for row in rows),
        line_name=Named(en=name, cy=welsh_name),
        through=_through(sql, call_id, person),
        activity=next((one for one in written if one.agent.staff_number == person.staff_number), None),
        earlier=tuple(one for one in written if one.agent.staff_number != person.staff_number and one.taken_at),
        next_steps=next_steps_of(sql, call_id, person.agent_id, services.segments()),
    )


def _recorded(now: RecordedNow) -> RecordingNow | None:
    wishes = now.wishes
    if not now.is_wanted:
        return None
    return RecordingNow(on=now.is_on, quiet=now.quiet, check=wishes.check, muted=wishes.muted, paused=wishes.paused)


def _through(sql: Connection, call_id: CallId, person: Person) -> Through | None:
    """By the offer that rang the agent last for this call."""
    offer = t.offer
    query = select(offer.c.scope).where(offer.c.call_id == call_id, offer.c.agent_id == person.agent_id)
    key: str | None = sql.scalar(query.order_by(offer.c.made_at.desc()).limit(1))
    if key is None:
        return None
    kind, _, name = key.partition(":")
    found = next(known for known in SCOPE_KINDS if known == kind)
    return Through(kind=found, name=person.staff_number if found == "agent" else name)


def _party(row: Row[Any], talk: TalkNow) -> PartyNow:
    return PartyNow(
        party_id=row.party_id,
        role=PartyRole(row.role),
        staff_number=row.staff_number,
        name=row.name,
        number=row.number or None,
        state=_state(row, talk),
        since=row.answered_at or row.made_at,
        asked_by=row.asker,
    )


def _state(row: Row[Any], talk: TalkNow) -> Literal["ringing", "talking", "held"]:
    if row.state == OfferState.RINGING:
        return "ringing"
    return "held" if row.party_id in talk.held else "talking"


def is_known(sql: Connection, to: Target) -> bool:
    """Whether there is such a team or segment; who answers to a staff number, the talk itself looks up."""
    if to.kind not in {"team", "segment"}:
        return True
    table = t.team if to.kind == "team" else t.segment
    return sql.execute(select(table.c.name).where(table.c.name == to.name)).first() is not None


def party_changed(seq: int, change: PartyChanged) -> PartyChangedTold:
    """A change as it is told."""
    return PartyChangedTold(
        seq=seq,
        call_id=change.call_id,
        party_id=change.party_id,
        role=PartyRole(change.role),
        who=change.who,
        state=change.state,
        over=change.is_over,
        held=change.is_held,
        far_held=change.far_is_held,
        at=change.at,
    )
