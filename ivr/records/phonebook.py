"""The phonebook: whom one can ring or transfer to now, by name, staff number, team or segment (R-XFER-1).

Plain reads on one connection, each by an index; who is Available is read with every search.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, literal_column, select

from ivr.domain.words import words
from ivr.records.viewing import TransferTo
from ivr.store import tables as t

_AVAILABLE: Final[ColumnElement[bool]] = literal_column("agent_live.state = 'available'")
"""A literal, so that the partial index of the Available is seen to serve."""
_AFTER: Final = "\U0010ffff"
"""Sorts after every word that goes on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: beginnings of a name's words, of a staff number, of a team's or segment's name.

    With a name or staff number, team and segment narrow the people to theirs; alone they ask for groups.
    """

    name: str | None = None
    staff_number: str | None = None
    team: str | None = None
    segment: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody, or a group. ``call``: whom the button beside it rings; without one ``otherwise`` has the team and the
    segment, each with whether its own button would find somebody there.
    """

    kind: Literal["agent", "team", "segment"]
    name: str
    staff_number: str | None
    team: str | None
    segment: str
    call: TransferTo | None
    otherwise: tuple[TransferTo, ...]


@dataclass(frozen=True, slots=True)
class Phonebook:
    """What was found; ``more``: there is more, and more letters would tell it apart."""

    entries: tuple[Entry, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class _Free:
    """The teams and segments in which somebody but the asker is Available."""

    teams: frozenset[str]
    segments: frozenset[str]

    def team(self, name: str) -> TransferTo:
        return TransferTo("team", name, name in self.teams)

    def segment(self, name: str) -> TransferTo:
        return TransferTo("segment", name, name in self.segments)


def look_up(sql: Connection, wanted: Wanted, asker: int | None) -> Phonebook:
    """What the phonebook has for ``wanted``; nobody can ring themselves (``asker``, an agent's id)."""
    if wanted.name is None and wanted.staff_number is None:
        return _groups(sql, wanted, asker)
    found = sql.execute(_people(wanted)).all()
    shown = found[: wanted.limit]
    free = _free(sql, {row.team for row in shown}, {row.segment for row in shown}, asker)
    return Phonebook(tuple(_person(row, free, asker) for row in shown), len(found) > wanted.limit)


def _people(wanted: Wanted) -> Select[Any]:
    agent, live = t.agent, t.agent_live
    query = (
        select(agent.c.agent_id, agent.c.staff_number, agent.c.name, live.c.team, live.c.segment, live.c.state)
        .join(live, live.c.agent_id == agent.c.agent_id)
        .order_by(agent.c.name, agent.c.staff_number)
        .limit(wanted.limit + 1)
    )
    if wanted.staff_number is not None:
        query = query.where(_begins(agent.c.staff_number, wanted.staff_number))
    for start in words(wanted.name or ""):
        query = query.where(agent.c.agent_id.in_(_named(start)))
    if wanted.team is not None:
        query = query.where(live.c.team == wanted.team)
    return query if wanted.segment is None else query.where(live.c.segment == wanted.segment)


def _named(start: str) -> Select[tuple[int]]:
    table = t.record_word
    return select(table.c.record_id).where(table.c.kind == "agent", _begins(table.c.word, start))


def _begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return and_(column >= start, column < start + _AFTER)


def _person(row: Row[Any], free: _Free, asker: int | None) -> Entry:
    is_free = row.state == "available" and row.agent_id != asker
    return Entry(
        "agent",
        row.name,
        row.staff_number,
        row.team,
        row.segment,
        TransferTo("agent", row.staff_number, available=True) if is_free else None,
        () if is_free else (free.team(row.team), free.segment(row.segment)),
    )


def _groups(sql: Connection, wanted: Wanted, asker: int | None) -> Phonebook:
    """Teams, of one segment where that is given too; or segments. There are few of either."""
    teams = sql.execute(select(t.team.c.name, t.team.c.segment).order_by(t.team.c.name)).all()
    if wanted.team is None:
        names = [name for name in sorted({segment for _team, segment in teams}) if _fits(name, wanted.segment)]
        found = [("segment", name, name) for name in names]
    else:
        own = [row for row in teams if wanted.segment is None or _fits(row.segment, wanted.segment)]
        found = [("team", row.name, row.segment) for row in own if _fits(row.name, wanted.team)]
    shown = found[: wanted.limit]
    free = _free(sql, {name for _kind, name, _segment in shown}, {segment for *_, segment in shown}, asker)
    return Phonebook(tuple(_group(*one, free) for one in shown), len(found) > wanted.limit)


def _group(kind: str, name: str, segment: str, free: _Free) -> Entry:
    if kind == "segment":
        way = free.segment(name)
        return Entry("segment", name, None, None, segment, way if way.available else None, ())
    way = free.team(name)
    otherwise = () if way.available else (free.segment(segment),)
    return Entry("team", name, None, name, segment, way if way.available else None, otherwise)


def _fits(name: str, asked: str | None) -> bool:
    """Whether each word asked for begins a word of the name."""
    return all(any(word.startswith(start) for word in words(name)) for start in words(asked or ""))


def _free(sql: Connection, teams: Iterable[str], segments: Iterable[str], asker: int | None) -> _Free:
    live = t.agent_live
    others = live.c.agent_id != (asker if asker is not None else 0)

    def staffed(column: ColumnElement[str], names: Iterable[str]) -> frozenset[str]:
        return frozenset(sql.scalars(select(column).where(_AVAILABLE, others, column.in_(list(names))).distinct()))

    return _Free(staffed(live.c.team, teams), staffed(live.c.segment, segments))
