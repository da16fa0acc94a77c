"""What the agent sees with the ringing: the call so far and the record that its caller's digits opened (R-POP).

Plain reads on one connection. A case that neither the agent nor their team manages shows its owner and team only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, select

from ivr.domain.events import OfferState
from ivr.domain.ids import CallId
from ivr.domain.numbers import masked
from ivr.store import tables as t

PopKind = Literal["record", "search", "blank"]
REDIRECTED: Final = (OfferState.NO_ANSWER, OfferState.BUSY, OfferState.REJECTED, OfferState.UNREACHABLE)
_REFERENCES: Final = frozenset({"scin", "ern", "earn", "trn", "reference"})
"""What a caller may key that shows its last three digits; of anything else (a date of birth, a PIN) none is shown."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: their own cases and their team's open with detail (R-POP-4)."""

    agent_id: int
    team: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent by name, as others see them."""

    staff_number: str
    name: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at keying ``what``: how it ended, and its last three digits where they may be shown (R-DTMF-5)."""

    what: str
    number: int
    outcome: str
    keyed: str


@dataclass(frozen=True, slots=True)
class Redirected:
    """The call came back: this colleague's phone rang for it before, and how that ended (R-RONA-2)."""

    colleague: Colleague
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a case; ``kind`` is qc for a qualifying child."""

    name: str
    born_on: date
    kind: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case of the client. ``detail`` false: number masked, and only owner and team are shown (R-POP-4)."""

    number: str
    selected: bool
    roles: tuple[str, ...]
    owner: Colleague | None
    team: str
    detail: bool
    opened_on: date | None
    closed_on: date | None
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client's record, open cases first, the newest of them first."""

    name: str
    scin: str
    brand: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class ActsFor:
    """Whom a representative or employer agent acts for: a client with SCIN, an employer with ERN."""

    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class EmployerRecord:
    """An employer's record."""

    name: str
    ern: str
    paye_reference: str | None
    phone: str | None
    account_manager: Colleague | None


@dataclass(frozen=True, slots=True)
class EmployerAgentRecord:
    """An employer agent's record and the employers they act for; the link is to be confirmed (R-EMP-3)."""

    name: str
    earn: str
    acts_for: tuple[ActsFor, ...]


@dataclass(frozen=True, slots=True)
class RepresentativeRecord:
    """A representative's record and the clients they act for (R-MENU-7)."""

    name: str
    trn: str
    acts_for: tuple[ActsFor, ...]


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """R-POP-1, R-POP-2. ``pop`` says what opens: the record, a list of contacts to search, or a blank screen."""

    call_id: str
    state: str
    line: str
    brand: str
    language: str
    dnis: str
    caller_number: str
    kind: str | None
    menu_choice: str | None
    arrived_at: datetime
    waiting_since: datetime | None
    answered_at: datetime | None
    attempts: tuple[Attempt, ...]
    redirected: tuple[Redirected, ...]
    pop: PopKind
    client: ClientRecord | None
    employer: EmployerRecord | None
    employer_agent: EmployerAgentRecord | None
    representative: RepresentativeRecord | None


def screen_pop(sql: Connection, call_id: CallId, viewer: Viewer) -> ScreenPop | None:
    """The screen pop of a call for one agent; None when there is no such call."""
    call = sql.execute(select(t.call).where(t.call.c.call_id == call_id)).first()
    if call is None:
        return None
    return ScreenPop(
        call.call_id,
        call.state,
        call.line,
        call.brand,
        call.language,
        call.dnis,
        call.cli,
        call.kind,
        call.menu_choice,
        call.arrived_at,
        call.first_waiting_at,
        call.answered_at,
        _attempts(sql, call_id),
        _redirected(sql, call_id),
        call.pop,
        None if call.client_id is None else _client(sql, call.client_id, call.case_id, viewer),
        None if call.employer_id is None else _employer(sql, call.employer_id),
        None if call.employer_agent_id is None else _employer_agent(sql, call.employer_agent_id),
        None if call.representative_id is None else _representative(sql, call.representative_id),
    )


def shown(what: str, keyed: str) -> str:
    """What of an attempt's digits may be shown: a reference's last three, of anything else none; '' for no digits."""
    if not keyed:
        return ""
    return masked(keyed) if what.lower() in _REFERENCES else "…"


def _attempts(sql: Connection, call_id: CallId) -> tuple[Attempt, ...]:
    table = t.call_attempt
    rows = sql.execute(select(table).where(table.c.call_id == call_id).order_by(table.c.attempt_id))
    return tuple(Attempt(row.what, row.number, row.outcome, shown(row.what, row.keyed)) for row in rows)


def _redirected(sql: Connection, call_id: CallId) -> tuple[Redirected, ...]:
    offer, agent = t.offer, t.agent
    query = (
        select(agent.c.staff_number, agent.c.name, offer.c.state, offer.c.ended_at)
        .join(agent, agent.c.agent_id == offer.c.agent_id)
        .where(offer.c.call_id == call_id, offer.c.state.in_([state.value for state in REDIRECTED]))
        .order_by(offer.c.ended_at)
    )
    return tuple(Redirected(Colleague(staff, name), state, at) for staff, name, state, at in sql.execute(query))


def _client(sql: Connection, client_id: int, case_id: int | None, viewer: Viewer) -> ClientRecord | None:
    row = sql.execute(select(t.client).where(t.client.c.client_id == client_id)).first()
    if row is None:
        return None
    return ClientRecord(row.name, row.scin, row.brand, _cases(sql, client_id, case_id, viewer))


def _cases(sql: Connection, client_id: int, selected: int | None, viewer: Viewer) -> tuple[Case, ...]:
    case, party, owner = t.case_file, t.case_party, t.agent
    query = (
        select(case, party.c.role, owner.c.staff_number.label("owner_staff"), owner.c.name.label("owner_name"))
        .join(party, party.c.case_id == case.c.case_id)
        .outerjoin(owner, owner.c.agent_id == case.c.owner_id)
        .where(party.c.client_id == client_id)
        .order_by(case.c.closed_on.is_not(None), case.c.opened_on.desc(), case.c.case_id, party.c.role)
    )
    by_case: dict[int, list[Row[Any]]] = {}
    for row in sql.execute(query):
        by_case.setdefault(row.case_id, []).append(row)
    mine = [case_id for case_id, rows in by_case.items() if _manages(viewer, rows[0])]
    children = _children(sql, mine)
    return tuple(
        _case(rows, children.get(case_id, ()), selected=case_id == selected, detail=case_id in mine)
        for case_id, rows in by_case.items()
    )


def _manages(viewer: Viewer, case: Row[Any]) -> bool:
    return bool(case.owner_id == viewer.agent_id or case.team == viewer.team)


def _case(rows: list[Row[Any]], children: tuple[Child, ...], *, selected: bool, detail: bool) -> Case:
    first = rows[0]
    return Case(
        number=first.number if detail else masked(first.number),
        selected=selected,
        roles=tuple(row.role for row in rows),
        owner=None if first.owner_id is None else Colleague(first.owner_staff, first.owner_name),
        team=first.team,
        detail=detail,
        opened_on=first.opened_on if detail else None,
        closed_on=first.closed_on if detail else None,
        children=children,
    )


def _children(sql: Connection, case_ids: list[int]) -> dict[int, tuple[Child, ...]]:
    table = t.child
    found: dict[int, tuple[Child, ...]] = {}
    query = select(table).where(table.c.case_id.in_(case_ids)).order_by(table.c.born_on, table.c.child_id)
    for row in sql.execute(query):
        found[row.case_id] = (*found.get(row.case_id, ()), Child(row.name, row.born_on, row.kind))
    return found


def _employer(sql: Connection, employer_id: int) -> EmployerRecord | None:
    manager = t.agent
    row = sql.execute(
        select(t.employer, manager.c.staff_number, manager.c.name.label("manager_name"))
        .outerjoin(manager, manager.c.agent_id == t.employer.c.manager_id)
        .where(t.employer.c.employer_id == employer_id)
    ).first()
    if row is None:
        return None
    by = None if row.manager_id is None else Colleague(row.staff_number, row.manager_name)
    return EmployerRecord(row.name, row.ern, row.paye_reference, row.phone, by)


def _employer_agent(sql: Connection, employer_agent_id: int) -> EmployerAgentRecord | None:
    table, link, employer = t.employer_agent, t.employer_agent_acts_for, t.employer
    row = sql.execute(select(table).where(table.c.employer_agent_id == employer_agent_id)).first()
    if row is None:
        return None
    query = (
        select(employer.c.name, employer.c.ern)
        .join(link, link.c.employer_id == employer.c.employer_id)
        .where(link.c.employer_agent_id == employer_agent_id)
        .order_by(employer.c.name)
    )
    return EmployerAgentRecord(row.name, row.earn, tuple(ActsFor(name, ern) for name, ern in sql.execute(query)))


def _representative(sql: Connection, representative_id: int) -> RepresentativeRecord | None:
    table, link, client = t.representative, t.representative_acts_for, t.client
    row = sql.execute(select(table).where(table.c.representative_id == representative_id)).first()
    if row is None:
        return None
    query = (
        select(client.c.name, client.c.scin)
        .join(link, link.c.client_id == client.c.client_id)
        .where(link.c.representative_id == representative_id)
        .order_by(client.c.name)
    )
    return RepresentativeRecord(row.name, row.trn, tuple(ActsFor(name, scin) for name, scin in sql.execute(query)))
