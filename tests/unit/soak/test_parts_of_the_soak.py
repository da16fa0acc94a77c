"""The soak itself: it hears silence, throws the same dice again, and knows what cannot have happened."""

from __future__ import annotations

import random

import pytest

from ivr.softphone.g711 import FRAME_SAMPLES, SILENT_FRAME, tone
from soak.callers import GENERAL, NORTHERN_IRELAND, UNKNOWN, Party, Wish, plan_party
from soak.ear import Ear
from soak.findings import _implausible
from soak.phones import TONE_HZ
from soak.plan import Plan

SOUND = tone(TONE_HZ)[:FRAME_SAMPLES]


def test_an_ear_knows_how_long_it_heard_nothing() -> None:
    """Only once the call is answered; packets of silence are none."""
    ear = Ear(0.0)
    ear.write(1, 0, SOUND, 1.0)
    assert ear.longest_silence_s == 0
    ear.listen_from(10.0)
    for at, frame in ((11.0, SOUND), (13.0, SILENT_FRAME), (15.0, SOUND), (15.5, SOUND)):
        ear.write(1, 0, frame, at)
    assert ear.longest_silence_s == pytest.approx(4.0)


def test_a_seed_repeats_what_everybody_throws() -> None:
    """Somebody's dice are their own: what others do changes nothing."""
    plans = [
        [plan_party(order, Plan(10, 1.0, seed).dice(f"caller {order}")) for order in range(40)] for seed in (1, 1, 2)
    ]
    told = [[(p.number, p.wish, p.keys, p.dice.random()) for p in parties] for parties in plans]
    assert told[0] == told[1] != told[2]
    assert len({party.cli for party in plans[0]}) == 40


def _party(
    wish: Wish = Wish.STAY, number: str = GENERAL, answered_by: tuple[str, ...] = (), *, went: bool = False
) -> Party:
    party = Party(1, "07700900001", number, wish, [], random.Random(1))
    party.answered_by, party.went = list(answered_by), went
    return party


def test_what_can_have_happened_is_let_go() -> None:
    """R-WAIT-5, R-WAIT-6, R-LINE-3, R-LINE-5."""
    assert _implausible(_party(answered_by=("7001",)), "answered") is None
    assert _implausible(_party(Wish.WAITING, went=True), "abandoned_queue") is None
    assert _implausible(_party(Wish.AT_THE_ANSWER, answered_by=("7001",), went=True), "abandoned_queue") is None
    assert _implausible(_party(number=UNKNOWN), "unknown_number") is None
    assert _implausible(_party(number=NORTHERN_IRELAND), "closed") is None


def test_what_cannot_have_happened_is_found() -> None:
    """A call lost, answered by nobody, abandoned by nobody, given up though an agent spoke with the caller."""
    assert _implausible(_party(), "fault")
    assert _implausible(_party(), None)
    assert _implausible(_party(), "answered")
    assert _implausible(_party(), "abandoned_queue")
    assert _implausible(_party(), "closed")
    assert _implausible(_party(answered_by=("7001",)), "abandoned_queue")
    assert _implausible(_party(), "unknown_number")
    assert _implausible(_party(number=UNKNOWN, answered_by=("7001",)), "answered")
