"""Configurations that were accepted: each whole, under its hash, so that a call can go on with the one it began with.

Each function is one step of a transaction or read on a `Connection`; the content is not looked into here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from ivr.domain.events import CallState
from ivr.store.tables import call, call_scope, configuration

_UP = call.c.state != CallState.ENDED.value
_WAITS = call.c.state.in_([CallState.WAITING.value, CallState.RINGING.value])


def accept(sql: Connection, config_hash: str, content: str, now: datetime) -> None:
    """``content`` is the newest configuration from ``now`` (aware, UTC) on; one accepted before becomes it again."""
    known = update(configuration).where(configuration.c.hash == config_hash).values(accepted_at=now)
    if sql.execute(known).rowcount == 0:
        sql.execute(insert(configuration).values(hash=config_hash, accepted_at=now, content=content))


def newest(sql: Connection) -> str | None:
    """The content accepted last; None before the first."""
    found = sql.execute(_newest()).first()
    return None if found is None else str(found[0])


def content_of(sql: Connection, config_hash: str) -> str | None:
    """The content that ``config_hash`` names."""
    found = sql.execute(select(configuration.c.content).where(configuration.c.hash == config_hash)).first()
    return None if found is None else str(found[0])


def in_use(sql: Connection, since: datetime) -> list[str]:
    """The contents accepted ``since`` an instant (aware, UTC), the newest, and those that a call up began with."""
    begun = select(call.c.config_hash).where(_UP)
    wanted = or_(configuration.c.accepted_at >= since, configuration.c.hash.in_(begun))
    recent = list(sql.scalars(select(configuration.c.content).where(wanted)))
    return recent or [content for content in [newest(sql)] if content is not None]


def calls_up(sql: Connection) -> dict[str, int]:
    """How many calls are up on each line that has any."""
    rows = sql.execute(select(call.c.line, func.count()).where(_UP).group_by(call.c.line))
    return {row[0]: row[1] for row in rows}


def calls_waiting(sql: Connection) -> dict[str, int]:
    """How many calls wait in each queue that has any, by scope (``segment:GICH``); one that rings still waits."""
    counted = select(call_scope.c.key, func.count(func.distinct(call.c.call_id)))
    rows = sql.execute(counted.join_from(call_scope, call).where(_WAITS).group_by(call_scope.c.key))
    return {row[0]: row[1] for row in rows}


def _newest() -> Select[tuple[str]]:
    return select(configuration.c.content).order_by(configuration.c.accepted_at.desc()).limit(1)
