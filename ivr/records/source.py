"""The edge to the system of record: what a call asks of it, and the one that is our own database.

Enters: a whole reference as keyed. Leaves: the record in our own rows' ids, None when it is not on record, or
`Unanswered`. Nothing is raised that another system brought about, and nobody waits longer than its limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from ivr.domain.birth import CaseChildren
from ivr.domain.cases import Client, OpenCase
from ivr.domain.words import RecordKind
from ivr.records import look_ups
from ivr.records.look_ups import EmployerRecord
from ivr.store.engine import SqlStore

T = TypeVar("T")
LookUp = Callable[[str], Awaitable[object]]


class WhyUnanswered(StrEnum):
    """Why a look-up had no answer; it stands as the attempt's outcome (`call_attempt`, at most 12 characters)."""

    SLOW = "slow"
    """No answer within the limit."""
    DOWN = "down"
    """Nobody there, a refusal, a fault of theirs; or not asked, because the times before failed."""
    UNCLEAR = "unclear"
    """An answer that is not what was agreed, or that could not be kept."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The system of record gave no answer that a call can go by: the call goes on as if nothing was keyed."""

    why: WhyUnanswered


class RecordSource(Protocol):
    """The look-ups on the calls' own route."""

    async def client(self, scin: str) -> Client | Unanswered | None:
        """The client with this SCIN and their open cases (R-CASE)."""

    async def children(self, cases: Sequence[OpenCase]) -> tuple[CaseChildren, ...]:
        """The cases, of one that `client` gave, with their qualifying children's dates of birth (R-CASE-3)."""

    async def employer(self, reference: str) -> EmployerRecord | Unanswered | None:
        """The employer with this ERN or the employer agent with this EARN (R-EMP-1)."""

    async def representative(self, trn: str) -> int | Unanswered | None:
        """The representative with this TRN (R-MENU-7)."""


async def ask_anew(source: RecordSource, kinds: Iterable[RecordKind], reference: str) -> WhyUnanswered | None:
    """Have what has this reference brought up to date, for who searches by hand; why that could not be done, if so."""
    ways: Mapping[RecordKind, LookUp] = {
        "client": source.client,
        "representative": source.representative,
        "employer": source.employer,
        "employer_agent": source.employer,
    }
    answers = await asyncio.gather(*(look_up(reference) for look_up in {ways[kind] for kind in kinds}))
    return next((answer.why for answer in answers if isinstance(answer, Unanswered)), None)


class OwnRecords:
    """Our own database is the system of record. Without it no call is served, so it is never `Unanswered`."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def client(self, scin: str) -> Client | None:
        """The client with this SCIN."""
        return await self._found(look_ups.client_by_scin, scin)

    async def children(self, cases: Sequence[OpenCase]) -> tuple[CaseChildren, ...]:
        """The cases with their children's dates of birth."""
        return await self._store.look_up(look_ups.children_of, cases)

    async def employer(self, reference: str) -> EmployerRecord | None:
        """The employer or employer agent."""
        return await self._found(look_ups.employer_by_reference, reference)

    async def representative(self, trn: str) -> int | None:
        """The representative."""
        return await self._found(look_ups.representative_by_trn, trn)

    async def _found(self, find: Callable[[Connection, str], T], reference: str) -> T:
        return await self._store.look_up(find, reference)
