"""New-application call backs as people see them: whose they are, what is asked of them next (R-CB-10, R-CB-11).

Plain reads on one connection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select

from ivr.domain.agents import AgentState
from ivr.domain.applications import (
    PROMPT_BEFORE,
    About,
    ApplicationEnding,
    ApplicationReason,
    ApplicationState,
    AttemptResult,
    OfflineTemplate,
    suggested,
    why_no_attempt,
)
from ivr.domain.call_backs import LONDON
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId, Brand, Language
from ivr.domain.purposes import AttemptOutcome
from ivr.records.opened import Colleague
from ivr.store import tables as t

MOST: Final = 500
Wants = Literal["later", "due", "overdue", "calling", "result", "outcome", "entering", "nothing"]
"""What it wants of who has it: an attempt, later or now; the attempt goes on; its result; an outcome, as no attempt is
left; to be entered into the case system, which is back.
"""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who is to be rung; all of it is personal. ``fields``: of the offline application, by name."""

    full_name: str
    address: str
    born_on: date | None
    contact_number: str
    details: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt, the first is number 1. ``time_of_day``: Europe/London's clock; ``by_hand``: made on another phone.

    ``result`` None: it goes on, or, ``is_over``, its result is asked for; ``suggested``: what its call suggests.
    """

    number: int
    agent: Colleague
    planned_at: datetime | None
    began_at: datetime
    time_of_day: str
    call_id: str | None
    by_hand: bool
    is_over: bool
    suggested: AttemptResult | None
    result: AttemptResult | None
    result_at: datetime | None


@dataclass(frozen=True, slots=True)
class Application:
    """A new-application call back. ``person`` None: emptied; ``wanted_at`` None: any time; ``agent``: who is to ring.

    ``next_at``: when the next attempt is to be made, prompted at ``prompts_at``; ``letters``: the documents' ids.
    """

    application_id: str
    state: ApplicationState
    reason: ApplicationReason
    about: About | None
    brand: Brand
    language: Language
    person: Applicant | None
    wanted_at: datetime | None
    raised_at: datetime
    raised_by: Colleague
    call_id: str | None
    in_downtime: bool
    template: OfflineTemplate | None
    entered_at: datetime | None
    entered_by: Colleague | None
    agent: Colleague | None
    agent_absent: bool
    allocated_at: datetime | None
    next_at: datetime | None
    prompts_at: datetime | None
    why_no_attempt: str | None
    wants: Wants
    attempts: tuple[Tried, ...]
    fee_collected_at: datetime | None
    completed_at: datetime | None
    completed_by: Colleague | None
    ending: ApplicationEnding | None
    outcome: str | None
    letters: tuple[str, ...]


_agent, _raiser, _enterer, _completer = (t.agent.alias(f"{name}_of_application") for name in "abcd")
_IS_OPEN: Final[ColumnElement[bool]] = t.application.c.state != ApplicationState.COMPLETE.value
_TO_ENTER: Final[ColumnElement[bool]] = and_(t.application.c.in_downtime, t.application.c.entered_at.is_(None))
_IS_THERE: Final[ColumnElement[bool]] = or_(_IS_OPEN, _TO_ENTER)


def one(sql: Connection, application_id: str, now: datetime) -> Application | None:
    """The one with this id; None: there is none."""
    found = _list(sql, _all().where(t.application.c.application_id == application_id), now)
    return found[0] if found else None


def held_by_each(
    sql: Connection, agent_ids: Collection[AgentId], now: datetime
) -> dict[AgentId, tuple[Application, ...]]:
    """What each of these agents has to ring, or to enter once the case system is back; by when the next attempt is."""
    if not agent_ids:
        return {}
    query = _all().add_columns(t.application.c.agent_id.label("holder_id"))
    query = query.where(_IS_THERE, t.application.c.agent_id.in_(agent_ids)).order_by(t.application.c.next_at)
    rows = sql.execute(query.order_by(t.application.c.application_id)).all()
    read = _with_attempts(sql, rows, now)
    return {
        one: tuple(found for row, found in zip(rows, read, strict=True) if row.holder_id == one) for one in agent_ids
    }


def unallocated(sql: Connection, now: datetime) -> tuple[Application, ...]:
    """What a team leader has to allocate, the oldest first."""
    waits = t.application.c.state == ApplicationState.AWAITING_ALLOCATION.value
    return _list(sql, _all().where(waits).order_by(t.application.c.raised_at), now)


def current(sql: Connection, now: datetime) -> tuple[Application, ...]:
    """All that are open or to be entered, the oldest first; for team leaders."""
    return _list(sql, _all().where(_IS_THERE).order_by(t.application.c.raised_at), now)


def holder_of(sql: Connection, application_id: str) -> int | None:
    """The id of the agent who has it."""
    table = t.application
    found: int | None = sql.scalar(select(table.c.agent_id).where(table.c.application_id == application_id))
    return found


def raiser_of(sql: Connection, application_id: str) -> int | None:
    """The id of who raised it."""
    table = t.application
    found: int | None = sql.scalar(select(table.c.raised_by).where(table.c.application_id == application_id))
    return found


def _all() -> Select[Any]:
    table, person = t.application, t.applicant
    personal = (person.c[name] for name in ("full_name", "address", "born_on", "contact_number", "details", "fields"))
    return (
        select(
            table,
            *personal,
            person.c.emptied_at,
            t.agent_live.c.state.label("holder_state"),
            *_named(_agent, "holder"),
            *_named(_raiser, "raiser"),
            *_named(_enterer, "enterer"),
            *_named(_completer, "completer"),
        )
        .join(person, person.c.application_id == table.c.application_id)
        .join(_raiser, _raiser.c.agent_id == table.c.raised_by)
        .outerjoin(_agent, _agent.c.agent_id == table.c.agent_id)
        .outerjoin(t.agent_live, t.agent_live.c.agent_id == table.c.agent_id)
        .outerjoin(_enterer, _enterer.c.agent_id == table.c.entered_by)
        .outerjoin(_completer, _completer.c.agent_id == table.c.completed_by)
        .limit(MOST)
    )


def _named(agent: Any, name: str) -> tuple[Any, Any]:
    return agent.c.staff_number.label(f"{name}_staff"), agent.c.name.label(f"{name}_name")


def _list(sql: Connection, query: Select[Any], now: datetime) -> tuple[Application, ...]:
    return _with_attempts(sql, sql.execute(query).all(), now)


def _with_attempts(sql: Connection, rows: Iterable[Row[Any]], now: datetime) -> tuple[Application, ...]:
    rows = tuple(rows)
    ids = [row.application_id for row in rows]
    attempts, letters = _attempts(sql, ids), _letters(sql, ids)
    return tuple(
        _read(row, attempts.get(row.application_id, ()), letters.get(row.application_id, ()), now) for row in rows
    )


def _attempts(sql: Connection, ids: Collection[str]) -> dict[str, tuple[Tried, ...]]:
    table, made = t.application_attempt, t.outbound_attempt
    query = (
        select(table, t.agent.c.staff_number, t.agent.c.name, t.call.c.state, made.c.outcome.label("how_it_ended"))
        .join(t.agent, t.agent.c.agent_id == table.c.agent_id)
        .outerjoin(t.call, t.call.c.call_id == table.c.call_id)
        .outerjoin(made, made.c.call_id == table.c.call_id)
        .where(table.c.application_id.in_(ids))
        .order_by(table.c.application_id, table.c.number)
    )
    found: dict[str, tuple[Tried, ...]] = {}
    for row in sql.execute(query) if ids else ():
        found[row.application_id] = (*found.get(row.application_id, ()), _attempt(row))
    return found


def _letters(sql: Connection, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    table, document = t.application_letter, t.document
    query = select(table).join(document, document.c.document_id == table.c.document_id)
    query = query.where(table.c.application_id.in_(ids)).order_by(document.c.form, document.c.document_id)
    found: dict[str, tuple[str, ...]] = {}
    for row in sql.execute(query) if ids else ():
        found[row.application_id] = (*found.get(row.application_id, ()), row.document_id)
    return found


def _attempt(row: Row[Any]) -> Tried:
    outcome = None if row.how_it_ended is None else AttemptOutcome(row.how_it_ended)
    return Tried(
        row.number,
        Colleague(row.staff_number, row.name),
        row.planned_at,
        row.began_at,
        row.began_at.astimezone(LONDON).strftime("%H:%M"),
        row.call_id,
        row.by_hand,
        row.state is None or row.state == CallState.ENDED,
        suggested(outcome),
        None if row.result is None else AttemptResult(row.result),
        row.result_at,
    )


def _read(row: Row[Any], attempts: tuple[Tried, ...], letters: tuple[str, ...], now: datetime) -> Application:
    return Application(
        application_id=row.application_id,
        state=ApplicationState(row.state),
        reason=ApplicationReason(row.reason),
        about=None if row.about is None else About(row.about),
        brand=row.brand,
        language=row.language,
        person=None if row.emptied_at is not None else _person(row),
        wanted_at=row.wanted_at,
        raised_at=row.raised_at,
        raised_by=Colleague(row.raiser_staff, row.raiser_name),
        call_id=row.call_id,
        in_downtime=row.in_downtime,
        template=None if row.template is None else OfflineTemplate(row.template),
        entered_at=row.entered_at,
        entered_by=_colleague(row.enterer_staff, row.enterer_name),
        agent=_colleague(row.holder_staff, row.holder_name),
        agent_absent=row.holder_state == AgentState.LOGGED_OUT,
        allocated_at=row.allocated_at,
        next_at=row.next_at,
        prompts_at=None if row.next_at is None else row.next_at - PROMPT_BEFORE,
        why_no_attempt=_why_no_attempt(row, attempts),
        wants=_wants(row, attempts, now),
        attempts=attempts,
        fee_collected_at=row.fee_collected_at,
        completed_at=row.completed_at,
        completed_by=_colleague(row.completer_staff, row.completer_name),
        ending=None if row.ending is None else ApplicationEnding(row.ending),
        outcome=row.outcome,
        letters=letters,
    )


def _person(row: Row[Any]) -> Applicant:
    return Applicant(
        row.full_name or "", row.address or "", row.born_on, row.contact_number or "", row.details or "", row.fields
    )


def _why_no_attempt(row: Row[Any], attempts: tuple[Tried, ...]) -> str | None:
    """Why no attempt may be begun now; None: one may."""
    if row.state != ApplicationState.AWAITING_CALLS:
        return "it is not allocated yet" if row.state == ApplicationState.AWAITING_ALLOCATION else "it is complete"
    if attempts and attempts[-1].result is None:
        return "say first how the last attempt ended"
    return why_no_attempt(len(attempts), in_downtime=row.in_downtime)


def _wants(row: Row[Any], attempts: tuple[Tried, ...], now: datetime) -> Wants:
    if attempts and attempts[-1].result is None and row.state == ApplicationState.AWAITING_CALLS:
        return "result" if attempts[-1].is_over else "calling"
    if row.state == ApplicationState.COMPLETE:
        return "entering" if row.in_downtime and row.entered_at is None else "nothing"
    if row.state == ApplicationState.AWAITING_CALLS and row.next_at is None:
        return "outcome"
    return "later" if row.next_at is None else _when(row.next_at, now)


def _when(next_at: datetime, now: datetime) -> Wants:
    if next_at < now:
        return "overdue"
    return "due" if next_at - PROMPT_BEFORE <= now else "later"


def _colleague(staff_number: str | None, name: str | None) -> Colleague | None:
    return None if staff_number is None or name is None else Colleague(staff_number, name)
