"""Queues as plain queries: who waits, who could take them, what is broken; and all of it with the day's figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, case, func, literal, literal_column, select, union_all

from ivr.domain.agents import AgentState
from ivr.domain.queueing import Reach
from ivr.domain.routes import ScopeKind
from ivr.domain.thresholds import BreachKind, Limits, MonitorRules, Standing, Target
from ivr.mi.today import QueueDay
from ivr.store import tables as t
from ivr.web.board_models import Breach, LimitsNow, QueueNow, Queues, QueueToday, TargetNow, Today
from ivr.web.identity import Identity
from ivr.web.leading_models import Named

_WAITING: Final[ColumnElement[bool]] = literal_column("call.state = 'waiting'")
_RINGING: Final[ColumnElement[bool]] = literal_column("call.state = 'ringing'")
_QUEUED: Final[ColumnElement[bool]] = literal_column("call.state IN ('waiting', 'ringing')")
_QUEUED_CALLS: Final = (
    select(
        t.call_scope.c.key,
        func.count(case((_WAITING, 1))),
        func.count(case((_RINGING, 1))),
        func.min(case((_WAITING, t.call.c.first_waiting_at)), type_=t.Instant()),
        func.count(case((_WAITING & t.call.c.called_back_at.is_(None), t.call.c.call_back_number))),
    )
    .join(t.call, t.call.c.call_id == t.call_scope.c.call_id)
    .where(_QUEUED, t.call_scope.c.reach == Reach.OPEN.value, t.call_scope.c.kind != "agent")
    .group_by(t.call_scope.c.key)
)
_STAFF: Final = (
    select(
        t.agent_live.c.segment,
        t.agent_live.c.team,
        func.count(case((t.agent_live.c.state == AgentState.AVAILABLE.value, 1))),
        func.count(),
    )
    .where(t.agent_live.c.state != AgentState.LOGGED_OUT.value)
    .group_by(t.agent_live.c.segment, t.agent_live.c.team)
)
_NAMES: Final = union_all(
    select(literal("segment").label("kind"), t.segment.c.name.label("name")),
    select(literal("team"), t.team.c.name),
).order_by("kind", "name")
_BROKEN: Final[ColumnElement[bool]] = literal_column("breach.ended_at IS NULL")
_BREACHES: Final = (
    select(t.breach, t.agent.c.staff_number, t.agent.c.name)
    .outerjoin(t.agent, t.agent.c.agent_id == t.breach.c.acknowledged_by)
    .where(_BROKEN)
    .order_by(t.breach.c.since, t.breach.c.breach_id)
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A threshold that is broken, as its row has it."""

    breach_id: int
    key: str
    what: BreachKind
    since: datetime
    acknowledged_by: Named | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue now, without the day."""

    kind: ScopeKind
    name: str
    waiting: int
    ringing: int
    since: datetime | None
    call_backs: int
    available: int
    logged_in: int

    @property
    def key(self) -> str:
        """Of its scope."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class DayNow:
    """The day's figures at one moment, and the rules they are held against."""

    rules: MonitorRules
    today: Today
    queues: Mapping[str, QueueToday]
    levels: Mapping[str, tuple[int | None, int]]
    """By queue key: its service level, and how many calls count in it."""

    def standing(self, row: QueueRow) -> Standing:
        """What is judged of a queue."""
        level, calls = self.levels.get(row.key, (None, 0))
        return Standing(row.key, row.waiting, row.since, level, calls)


NO_CALLS: Final = QueueToday(
    entered=0,
    answered=0,
    abandoned=0,
    abandoned_short=0,
    redirected=0,
    answered_percent=None,
    service_level_percent=None,
)


def own_queues(asker: Identity) -> frozenset[str]:
    """The keys of the queues an agent sees: their team's and their segment's."""
    return frozenset({f"team:{asker.team}", f"segment:{asker.segment}"})


def queues(sql: Connection, asker: Identity, day: DayNow) -> Queues:
    """The queues this person or program may see."""
    own = own_queues(asker)
    return Queues(queues=tuple(q for q in all_queues(sql, day) if asker.oversees or q.key in own))


def all_queues(sql: Connection, day: DayNow) -> tuple[QueueNow, ...]:
    """Every queue now, segments first; a call that waits in several counts in each (R-MI-3)."""
    return with_day(queue_rows(sql), broken_now(sql), day)


def with_day(rows: tuple[QueueRow, ...], broken: tuple[Broken, ...], day: DayNow) -> tuple[QueueNow, ...]:
    """Queues as they are told."""
    return tuple(_queue(row, [one for one in broken if one.key == row.key], day) for row in rows)


def queue_rows(sql: Connection) -> tuple[QueueRow, ...]:
    """Every queue now, segments first."""
    calls, staff = _queued_calls(sql), _staff(sql)
    return tuple(
        QueueRow(kind, name, *calls.get(f"{kind}:{name}", (0, 0, None, 0)), *staff.get(f"{kind}:{name}", (0, 0)))
        for kind, name in sql.execute(_NAMES)
    )


def broken_now(sql: Connection) -> tuple[Broken, ...]:
    """Every threshold that is broken, the longest first."""
    return tuple(_broken(row) for row in sql.execute(_BREACHES))


def queue_today(day: QueueDay) -> QueueToday:
    """A queue's figures of the day as they are told."""
    return QueueToday(
        entered=day.sums.entered,
        answered=day.sums.answered,
        abandoned=day.sums.abandoned,
        abandoned_short=day.abandoned_short,
        redirected=day.redirected,
        answered_percent=day.answered_percent,
        service_level_percent=day.service_level_percent,
    )


def target_now(target: Target) -> TargetNow:
    """A target as it is told."""
    return TargetNow(percent=target.percent, within_s=target.within_s)


def _queued_calls(sql: Connection) -> dict[str, tuple[int, int, datetime | None, int]]:
    """By queue key: how many wait, how many ring, since when the longest of the waiting does, and how many of those are
    call backs.
    """
    return {key: (waits, rings, since, backs) for key, waits, rings, since, backs in sql.execute(_QUEUED_CALLS)}


def _staff(sql: Connection) -> dict[str, tuple[int, int]]:
    """By queue key: how many agents are Available, and how many are logged in."""
    found: Counter[str] = Counter()
    free: Counter[str] = Counter()
    for segment, team, available, logged_in in sql.execute(_STAFF):
        for key in (f"segment:{segment}", f"team:{team}"):
            found[key] += logged_in
            free[key] += available
    return {key: (free[key], there) for key, there in found.items()}


def _queue(row: QueueRow, broken: list[Broken], day: DayNow) -> QueueNow:
    rules = day.rules.of(row.key)
    return QueueNow(
        key=row.key,
        kind=row.kind,
        name=row.name,
        waiting=row.waiting,
        ringing=row.ringing,
        longest_waiting_since=row.since,
        available=row.available,
        logged_in=row.logged_in,
        call_backs=row.call_backs,
        today=day.queues.get(row.key, NO_CALLS),
        target=target_now(rules.target),
        limits=_limits(rules.limits),
        breaches=tuple(_breach(one, rules.limits, day.standing(row)) for one in broken),
    )


def _limits(limits: Limits) -> LimitsNow:
    return LimitsNow(
        waiting=limits.waiting or None,
        longest_wait_s=limits.longest_wait_s or None,
        service_level_percent=limits.service_level_percent or None,
    )


def _breach(broken: Broken, limits: Limits, standing: Standing) -> Breach:
    value, limit = {
        BreachKind.WAITING: (standing.waiting, limits.waiting),
        BreachKind.LONGEST_WAIT: (None, limits.longest_wait_s),
        BreachKind.SERVICE_LEVEL: (standing.service_level_percent, limits.service_level_percent),
    }[broken.what]
    return Breach(
        breach_id=broken.breach_id,
        what=broken.what,
        value=value,
        limit=limit,
        since=broken.since,
        acknowledged_by=broken.acknowledged_by,
        acknowledged_at=broken.acknowledged_at,
    )


def _broken(row: Row[*tuple[Any, ...]]) -> Broken:
    by = None if row.acknowledged_by is None else Named(staff_number=row.staff_number, name=row.name)
    return Broken(row.breach_id, row.queue, BreachKind(row.what), row.since, by, row.acknowledged_at)
