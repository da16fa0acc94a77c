"""Judging a complete entry: is it on record, and which case does a date of birth tell?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from ivr.domain.birth import Ambiguous, NoMatch, OneOwner, Selected, keyed_date, select
from ivr.domain.cases import OpenCase
from ivr.flows.asking import Judged
from ivr.records.look_ups import children_of
from ivr.store.engine import SqlStore

T = TypeVar("T")
Judge = Callable[[str], Awaitable[Judged[T]]]


def on_record(store: SqlStore, find: Callable[[Connection, str], T | None]) -> Judge[T]:
    """``recognised`` with what ``find`` finds, else ``invalid``."""

    async def judge(digits: str) -> Judged[T]:
        found = await store.look_up(find, digits)
        return Judged("invalid" if found is None else "recognised", found)

    return judge


async def born(store: SqlStore, cases: Sequence[OpenCase]) -> Judge[Selected | OneOwner]:
    """Tell ``cases`` apart by a child's date of birth (R-CASE-3).

    What the first date leaves ambiguous, the second is matched among.
    """
    left = await store.look_up(children_of, cases)

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
