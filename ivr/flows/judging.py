"""Judging a complete entry: is it on record, and which case does a date of birth tell?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ivr.domain.birth import Ambiguous, NoMatch, OneOwner, Selected, keyed_date, select
from ivr.domain.cases import OpenCase
from ivr.flows.asking import Judged
from ivr.records.source import RecordSource, Unanswered

T = TypeVar("T")
Judge = Callable[[str], Awaitable[Judged[T]]]


def on_record(find: Callable[[str], Awaitable[T | Unanswered | None]]) -> Judge[T]:
    """``recognised`` with what ``find`` finds, else ``invalid``; or why nothing was answered."""

    async def judge(digits: str) -> Judged[T]:
        found = await find(digits)
        if isinstance(found, Unanswered):
            return Judged(found.why.value)
        return Judged("invalid" if found is None else "recognised", found)

    return judge


async def born(records: RecordSource, cases: Sequence[OpenCase]) -> Judge[Selected | OneOwner]:
    """Tell ``cases`` apart by a child's date of birth (R-CASE-3).

    What the first date leaves ambiguous, the second is matched among.
    """
    left = await records.children(cases)

    async def judge(digits: str) -> Judged[Selected | OneOwner]:
        nonlocal left
        date = keyed_date(digits)
        match NoMatch() if date is None else select(left, date):
            case Selected() | OneOwner() as selection:
                return Judged("recognised", selection)
            case Ambiguous(fitting):
                left = fitting
                return Judged("ambiguous")
            case _:
                return Judged("invalid")

    return judge
