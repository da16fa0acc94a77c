"""The day's figures, kept in memory: counted once when the day or the service begins, then call by call (R-MON-1).

Enters: what calls count, as it changes. Leaves: `DayNow`, made anew only when a figure has changed. Everything that can
be lost with the process is in the rows, and is counted from them again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from ivr.domain.call_backs import LONDON
from ivr.domain.ids import CallId
from ivr.domain.thresholds import MonitorRules
from ivr.mi.reading import first_arrival, parts_between
from ivr.mi.today import Day, Part
from ivr.store.engine import SqlStore
from ivr.web.board_models import Slice, Today, TodayTotals
from ivr.web.queue_views import DayNow, queue_today, target_now

STEP: Final = timedelta(minutes=5)
"""So much of the day is counted at once, so that no call waits while thousands are."""


class DayKept:
    """The day that is today, by ``now`` and the clock of Europe/London."""

    def __init__(self, store: SqlStore, now: Callable[[], datetime], rules: Callable[[], MonitorRules]) -> None:
        self._store = store
        self._clock = now
        self._rules = rules
        self._one_counts = asyncio.Lock()
        self._day: Day | None = None
        self._shown: DayNow | None = None

    @property
    def end(self) -> datetime:
        """Midnight, when there is a day; else the distant past."""
        return _span(self._clock())[1] if self._day is None else self._day.end

    @property
    def unfinished(self) -> frozenset[CallId]:
        """The calls of the day that go on, as far as is known."""
        return frozenset() if self._day is None else self._day.unfinished

    async def now(self) -> DayNow:
        """The figures; counted from the rows when it is another day, or the rules are others."""
        async with self._one_counts:
            shown, rules = self._shown, self._rules()
            if self._day is None or shown is None or shown.rules != rules or self._clock() >= self._day.end:
                self._day = await self._counted(rules)
                shown = self._shown = _shown(self._day, rules)
            return shown

    def put(self, parts: Mapping[CallId, Part]) -> DayNow:
        """Count these calls anew. Only after `now`."""
        if self._day is None or self._shown is None:
            raise RuntimeError("the day is counted before its calls change")
        if any([self._day.put(call_id, part) for call_id, part in parts.items()]):  # noqa: C419 - all of them
            self._shown = _shown(self._day, self._shown.rules)
        return self._shown

    async def _counted(self, rules: MonitorRules) -> Day:
        now = self._clock()
        begin, end = _span(now)
        day = Day(begin, end, lambda key: timedelta(seconds=rules.of(key or "").target.within_s))
        at = await self._store.read(first_arrival, begin) or end
        while at <= now:
            for call_id, part in (await self._store.read(parts_between, at, at + STEP)).items():
                day.put(call_id, part)
            at += STEP
        return day


def _span(now: datetime) -> tuple[datetime, datetime]:
    """From midnight to midnight in London, of the day that ``now`` is in; 23 or 25 hours when the clocks change."""
    day = now.astimezone(LONDON).date()
    begin, end = (datetime.combine(one, time(), LONDON) for one in (day, day + timedelta(days=1)))
    return begin.astimezone(now.tzinfo), end.astimezone(now.tzinfo)


def _shown(day: Day, rules: MonitorRules) -> DayNow:
    return DayNow(
        rules=rules,
        today=_today(day, rules),
        queues={key: queue_today(one) for key, one in day.queues.items()},
        levels={key: (one.service_level_percent, one.level_calls) for key, one in day.queues.items()},
    )


def _today(day: Day, rules: MonitorRules) -> Today:
    slices = tuple(
        Slice(begin=begin, offered=one.offered, answered=one.answered, abandoned=one.abandoned)
        for begin, one in day.slices()
    )
    return Today(
        day=day.begin.astimezone(LONDON).date(),
        begin=day.begin,
        slices=slices,
        target=target_now(rules.shared.target),
        totals=_totals(day),
    )


def _totals(day: Day) -> TodayTotals:
    sums = day.totals
    return TodayTotals(
        offered=sums.offered,
        answered=sums.answered,
        abandoned=sums.abandoned_menu + sums.abandoned_queue + sums.abandoned_short,
        abandoned_short=sums.abandoned_short,
        otherwise=sums.closed + sums.unknown_number + sums.called_back + sums.sent_outside + sums.fault,
        in_progress=sums.still_there,
        redirected=day.redirected,
        service_level_percent=day.service_level_percent,
        average_speed_of_answer_s=_seconds(day.average_speed),
        longest_wait_s=_seconds(day.longest_wait),
    )


def _seconds(time_: timedelta | None) -> float | None:
    return None if time_ is None else round(time_.total_seconds(), 1)
