"""Another system of record that gives no answer: the call goes on as if nothing was keyed, and nobody waits twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from ivr.domain.birth import CaseChildren
from ivr.domain.cases import OpenCase
from ivr.domain.events import CallState
from ivr.flows.asking import POP_AFTER
from ivr.records.screen_pop import shown
from ivr.records.source import Unanswered, WhyUnanswered
from tests.unit.acd.world import WELSH
from tests.unit.small_helpline import EMPLOYERS, GENERAL, SmallHelpline
from tests.unit.virtual_time import run_virtual

SCIN, ERN, TRN = "120000000027", "340000000011", "560000000013"
TAKES_S = 1.5


class _Silent:
    """Another system that never answers; each question takes as long as one may."""

    def __init__(self, why: WhyUnanswered) -> None:
        self._none = Unanswered(why)
        self.asked: list[str] = []

    async def client(self, scin: str) -> Unanswered:
        return await self._ask(scin)

    async def children(self, cases: Sequence[OpenCase]) -> tuple[CaseChildren, ...]:
        raise AssertionError(cases)

    async def employer(self, reference: str) -> Unanswered:
        return await self._ask(reference)

    async def representative(self, trn: str) -> Unanswered:
        return await self._ask(trn)

    async def _ask(self, reference: str) -> Unanswered:
        self.asked.append(reference)
        await asyncio.sleep(TAKES_S)
        return self._none


@pytest.mark.parametrize("why", WhyUnanswered)
@pytest.mark.parametrize(
    ("keys", "dnis", "kind", "scopes"),
    [
        ("1" + SCIN, GENERAL, "general", ["segment:GICH"]),
        (ERN, EMPLOYERS, "employer", ["segment:Employer"]),
        ("3" + TRN, GENERAL, "third_party", ["team:Third Party", "segment:GICH"]),
    ],
)
def test_the_call_goes_on_as_if_nothing_was_keyed(
    why: WhyUnanswered, keys: str, dnis: str, kind: str, scopes: list[str]
) -> None:
    """R-DTMF-3: to a person, with a blank screen that shows what was keyed and why nobody looked it up; asked once."""

    async def story() -> None:
        records = _Silent(why)
        line = SmallHelpline(records=records)
        line.agent(WELSH, available=False)
        line.caller_arrives(dnis=dnis)
        line.pbx.keys("c1", keys)
        await line.until_call(CallState.WAITING)
        row = line.call()
        assert (row.kind, row.pop, row.client_id, row.employer_id) == (kind, "blank", None, None)
        assert [str(scope.key) for scope in line.store.rows.scopes[row.call_id]] == scopes
        (attempt,) = line.store.rows.attempts
        assert (attempt.number, attempt.outcome) == (1, why.value)
        assert records.asked == [attempt.keyed]
        assert not [prompt for prompt in line.heard() if prompt.endswith("-again")]
        await line.over()

    run_virtual(story())


def test_every_word_for_it_has_its_place() -> None:
    """A row holds it; a blank screen opens; who takes the call sees the reference whole, to look it up."""
    for why in WhyUnanswered:
        assert len(why.value) <= 12
        assert POP_AFTER[why.value] == "blank"
        assert shown("scin", SCIN, why.value) == SCIN
        assert shown("date_of_birth", "01012001", why.value) == "…"
