"""Management information over the API: the sums of a period (R-MI-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final, get_args

from sqlalchemy import Connection

from ivr.domain.routes import ScopeKind
from ivr.errors import StoreError
from ivr.mi.measures import QueueSums, Sums
from ivr.mi.reading import staff_numbers, sums_between
from ivr.web.measures_models import DAY, MOST, SLICE, LineMeasures, Measures, MeasuresQuery, QueueMeasures
from ivr.web.models import NoBody
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_KINDS: Final[tuple[ScopeKind, ...]] = get_args(ScopeKind)


async def measures(ask: Ask[NoBody, MeasuresQuery]) -> Reply:
    """The sums of the period asked for."""
    services = ask.web.services
    begin, end = _period(ask.query, services.now())
    sums = Sums()
    for at in _slices(begin, end):
        sums.add(await services.store.read(sums_between, at, min(at + SLICE, end)))
    return Reply(200, await services.store.read(_told, sums, begin, end))


def _slices(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Where the parts begin that are counted one by one, so that no call waits while thousands are counted."""
    while begin < end:
        yield begin
        begin += SLICE


def _period(query: MeasuresQuery, now: datetime) -> tuple[datetime, datetime]:
    end = now if query.end is None else query.end
    begin = end - DAY if query.begin is None else query.begin
    if begin >= end:
        raise _refused(begin, f"before `to`, which is {end.isoformat()}")
    if end - begin > MOST:
        raise _refused(begin, f"at most {MOST.days} days before `to`, which is {end.isoformat()}")
    return begin, end


def _refused(begin: datetime, expected: str) -> Refusal:
    words = "the period is empty or too long"
    return Refusal(422, "request.invalid", words, field="from", found=begin.isoformat(), expected=expected)


def _told(sql: Connection, sums: Sums, begin: datetime, end: datetime) -> Measures:
    lines = tuple(LineMeasures(line=name, **asdict(line)) for name, line in sorted(sums.lines.items()))
    queues = _queues(sums.queues, staff_numbers(sql, _agents_in(sums.queues)))
    return Measures.model_validate({"from": begin, "to": end, "lines": lines, "queues": queues})


def _agents_in(keys: Iterable[str]) -> list[int]:
    return [int(key.partition(":")[2]) for key in keys if key.startswith("agent:")]


def _queues(queues: Mapping[str, QueueSums], staff: Mapping[int, str]) -> tuple[QueueMeasures, ...]:
    found = []
    for key, sums in sorted(queues.items(), key=lambda item: (_KINDS[::-1].index(_kind(item[0])), item[0])):
        kind, name = _kind(key), key.partition(":")[2]
        shown = staff.get(int(name), name) if kind == "agent" else name
        found.append(QueueMeasures(key=key, kind=kind, name=shown, **asdict(sums)))
    return tuple(found)


def _kind(key: str) -> ScopeKind:
    for kind in _KINDS:
        if key.startswith(f"{kind}:"):
            return kind
    raise StoreError(f"a queue of no kind is on record: {key}")


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        "/api/measures",
        "measures",
        "The sums of a period by line and by queue: what was offered or entered, and what became of it",
        Auth.OVERSIGHT,
        measures,
        {200: Answer("The sums; they add up.", Measures)},
        NoBody,
        MeasuresQuery,
        programs=True,
    ),
)
