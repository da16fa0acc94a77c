"""New-application call backs as a desk shows them: with their words, and what is asked next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from ivr.domain.agents import AgentState
from ivr.domain.applications import (
    ABOUT,
    CONTACTS,
    REASONS,
    TEMPLATES,
    ApplicationState,
    AttemptResult,
    Named,
    OfflineTemplate,
    Rules,
    result_words,
)
from ivr.domain.ids import AgentId, Brand
from ivr.domain.offline import FIELDS, OfflineField
from ivr.records.applications import reading
from ivr.records.applications.reading import Application
from ivr.store import tables as t
from ivr.web.application_models import (
    ApplicationChoices,
    ApplicationToAllocate,
    ApplicationToDo,
    FieldWord,
    MayBeGiven,
    MayBeGivenAll,
    OneApplication,
    TemplateWord,
    Term,
)


def shown(found: Application, rules: Rules, *, mailed: bool | None = None) -> OneApplication:
    """With what it may be given."""
    return OneApplication(
        application=found,
        reason=_word(REASONS[found.reason]),
        about=None if found.about is None else _word(ABOUT[found.about]),
        results=_results(found.brand),
        outcomes=_words(rules.outcomes),
        templates=_templates() if found.in_downtime else (),
        contacts=_contacts(found),
        mailed=mailed,
    )


def choices(*, in_downtime: bool) -> ApplicationChoices:
    """What the form offers."""
    return ApplicationChoices(
        reasons=_words(REASONS.values()),
        about=_words(ABOUT.values()),
        in_downtime=in_downtime,
        templates=_templates() if in_downtime else (),
    )


def is_down(sql: Connection) -> bool:
    """Whether the case system is."""
    return sql.scalar(select(t.switch.c.is_on).where(t.switch.c.name == "downtime")) is True


def to_do(sql: Connection, agent_ids: Collection[AgentId], now: datetime) -> Mapping[int, tuple[ApplicationToDo, ...]]:
    """What each of them has."""
    held = reading.held_by_each(sql, agent_ids, now)
    return {agent_id: tuple(_to_do(one) for one in found) for agent_id, found in held.items()}


def to_allocate(
    sql: Connection, agent_ids: Collection[AgentId], rules: Rules, now: datetime
) -> Mapping[int, tuple[ApplicationToAllocate, ...]]:
    """What each of them has to allocate; only who leads a team of the Applications segment is there."""
    leaders = _leaders(sql, rules.segment) & set(agent_ids)
    if not leaders:
        return {}
    found = tuple(_waiting(one) for one in reading.unallocated(sql, now))
    return dict.fromkeys(leaders, found)


def agents(sql: Connection, rules: Rules) -> MayBeGivenAll:
    """To whom one may be allocated."""
    table, live = t.application, t.agent_live
    is_open = table.c.state != ApplicationState.COMPLETE.value
    mine = select(func.count()).where(table.c.agent_id == live.c.agent_id, is_open)
    query = select(live, t.agent.c.name, mine.scalar_subquery().label("open_ones"))
    query = query.join(t.agent, t.agent.c.agent_id == live.c.agent_id)
    rows = sql.execute(query.where(live.c.segment == rules.segment))
    found = [
        MayBeGiven(
            staff_number=row.staff_number,
            name=row.name,
            team=row.team,
            logged_in=row.state != AgentState.LOGGED_OUT,
            open_ones=row.open_ones,
        )
        for row in rows
    ]
    return MayBeGivenAll(agents=tuple(sorted(found, key=lambda one: (not one.logged_in, one.open_ones, one.name))))


def _leaders(sql: Connection, segment: str) -> set[int]:
    live = t.agent_live
    query = select(live.c.agent_id).join(t.team, t.team.c.leader == live.c.staff_number)
    return set(sql.scalars(query.where(t.team.c.segment == segment)))


def _to_do(found: Application) -> ApplicationToDo:
    asks = found.wants == "result"
    return ApplicationToDo(
        application_id=found.application_id,
        wants=found.wants,
        name="" if found.person is None else found.person.full_name,
        contact_number="" if found.person is None else found.person.contact_number,
        reason=_word(REASONS[found.reason]),
        about=None if found.about is None else _word(ABOUT[found.about]),
        next_at=found.next_at,
        prompts_at=found.prompts_at,
        attempt=len(found.attempts),
        tried_at=tuple(one.time_of_day for one in found.attempts),
        in_downtime=found.in_downtime,
        why_no_attempt=found.why_no_attempt,
        results=_results(found.brand) if asks else (),
        suggested=found.attempts[-1].suggested if asks else None,
        contacts=_contacts(found),
    )


def _waiting(found: Application) -> ApplicationToAllocate:
    return ApplicationToAllocate(
        application_id=found.application_id,
        name="" if found.person is None else found.person.full_name,
        reason=_word(REASONS[found.reason]),
        about=None if found.about is None else _word(ABOUT[found.about]),
        raised_at=found.raised_at,
        wanted_at=found.wanted_at,
        in_downtime=found.in_downtime,
    )


def _contacts(found: Application) -> tuple[AttemptResult, ...]:
    return tuple(one for one in AttemptResult if one in CONTACTS) if found.in_downtime else ()


def _results(brand: Brand) -> tuple[Term, ...]:
    return _words(result_words(one, brand) for one in AttemptResult)


def _templates() -> tuple[TemplateWord, ...]:
    return tuple(_template(one) for one in OfflineTemplate)


def _template(template: OfflineTemplate) -> TemplateWord:
    named = TEMPLATES[template]
    fields = tuple(_field(one) for one in FIELDS[template])
    return TemplateWord(value=template.value, label=named.en, label_cy=named.cy, fields=fields)


def _field(field: OfflineField) -> FieldWord:
    return FieldWord(value=field.name, label=field.en, label_cy=field.cy, long=field.long)


def _words(named: Iterable[Named]) -> tuple[Term, ...]:
    return tuple(_word(one) for one in named)


def _word(named: Named) -> Term:
    return Term(value=str(named.name), label=named.en, label_cy=named.cy)
