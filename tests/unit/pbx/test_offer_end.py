"""How an offer ended, for every way a phone was seen to behave on Asterisk 22.10.1."""

from __future__ import annotations

import pytest

from ivr.pbx.offer_end import LegSeen, OfferEnd, offer_end


@pytest.mark.parametrize(
    ("seen", "ended"),
    [
        (LegSeen(answered=True, rang=True), OfferEnd.ANSWERED),
        (LegSeen(answered=True, hang_up_requested=True, cause=16), OfferEnd.ANSWERED),
        (LegSeen(rang=True), OfferEnd.NO_ANSWER),
        (LegSeen(rang=True, cause=19, tech_cause=480), OfferEnd.NO_ANSWER),
        (LegSeen(rang=True, hung_up_by_us=True), OfferEnd.NO_ANSWER),
        (LegSeen(hang_up_requested=True, cause=17, tech_cause=486), OfferEnd.BUSY),
        (LegSeen(hang_up_requested=True, rang=True, cause=17, tech_cause=600), OfferEnd.BUSY),
        (LegSeen(hang_up_requested=True, cause=17), OfferEnd.BUSY),
        (LegSeen(hang_up_requested=True, rang=True, cause=21, tech_cause=603), OfferEnd.REJECTED),
        (LegSeen(hang_up_requested=True, rang=True, cause=19, tech_cause=480), OfferEnd.REJECTED),
        (LegSeen(hang_up_requested=True, cause=21), OfferEnd.REJECTED),
        (LegSeen(hang_up_requested=True, cause=1, tech_cause=404), OfferEnd.UNREACHABLE),
        (LegSeen(hang_up_requested=True, cause=18, tech_cause=408), OfferEnd.UNREACHABLE),
        (LegSeen(hang_up_requested=True, cause=34, tech_cause=503), OfferEnd.UNREACHABLE),
        (LegSeen(hang_up_requested=True, cause=20), OfferEnd.UNREACHABLE),
        (LegSeen(hung_up_by_us=True), OfferEnd.UNREACHABLE),
        (LegSeen(cause=19, tech_cause=480), OfferEnd.UNREACHABLE),
        (LegSeen(created=False), OfferEnd.UNREACHABLE),
    ],
)
def test_what_the_phone_did_is_read_from_what_its_leg_saw(seen: LegSeen, ended: OfferEnd) -> None:
    """R-RONA-2, R-RONA-3: no answer, busy, rejected and unreachable are told apart."""
    assert offer_end(seen) is ended


@pytest.mark.parametrize("seen", [LegSeen(rang=True, hung_up_by_us=True), LegSeen(), LegSeen(hang_up_requested=True)])
def test_an_offer_we_took_back_is_no_rona(seen: LegSeen) -> None:
    """R-WAIT-5: the caller hung up while the phone rang; the agent is not blamed."""
    assert offer_end(seen, withdrawn=True) is OfferEnd.GONE


def test_an_answer_that_came_before_we_took_it_back_is_an_answer() -> None:
    """R-WAIT-6: whichever came first decides; the answer was there."""
    assert offer_end(LegSeen(answered=True, hung_up_by_us=True), withdrawn=True) is OfferEnd.ANSWERED
