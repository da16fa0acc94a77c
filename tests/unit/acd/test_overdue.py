"""Reserved passes by itself: an offer that rings for longer than any phone may is taken back."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from ivr.domain.agents import AgentState
from ivr.domain.events import CallState, OfferState
from tests.unit.acd.world import GENERALIST
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import run_virtual


async def _reconciled(line: SmallHelpline, for_s: int) -> None:
    for _ in range(for_s // 5):
        await line.switchboard.reconcile()
        await asyncio.sleep(5)


def test_an_offer_that_no_task_was_told_of_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-STATE-12: Reserved passes by itself. The call is offered anew, nobody waits for what nobody rings."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives()
        await line.until_call(CallState.WAITING)
        call = line.switchboard._up[line.call().call_id].call
        with monkeypatch.context() as patch:
            patch.setattr(call, "tell", lambda _change: None)
            line.agent(GENERALIST)
        assert (line.state(GENERALIST), line.pbx.legs()) == (AgentState.RESERVED, [])
        await _reconciled(line, 30)
        await line.until_call(CallState.TALKING, limit_s=1)
        assert line.switchboard.defects == 1
        await line.over()

    with capture_logs():
        run_virtual(story())


def test_an_offer_within_its_time_is_left_ringing() -> None:
    """R-RONA-2: the 15 s are the phone's, however often the reconciler looks."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone("ring"))
        line.caller_arrives()
        await line.until_call(CallState.RINGING)
        await _reconciled(line, 20)
        assert [offer.state for offer in line.offers()] == [OfferState.NO_ANSWER]
        assert line.switchboard.defects == 0
        await line.over()

    run_virtual(story())
