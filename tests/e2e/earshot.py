"""Who hears whom: everybody sends a tone of their own at the same time, and each recording says whose is in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from ivr.softphone.call import Call
from tests.e2e.heard import tone_share
from tests.patience import patiently

TONES_HZ = (600, 1000, 1600, 2300)
LISTEN_S = 0.5
SHARE = 0.08
"""Of the power, for one of several tones to be there: three alike have a third each, one that is not there a
thousandth.
"""
LIMIT_S = 15.0
POLL_S = 0.05

Earshot = Mapping[str, set[str]]


async def they_hear(people: Mapping[str, Call], expected: Earshot) -> None:
    """Wait until each of ``people`` hears exactly those named in ``expected``; fails with what they hear instead.

    Everybody is silent again at the end. Not for somebody whose call is held.
    """
    tones = dict(zip(people, TONES_HZ, strict=False))
    for name, call in people.items():
        call.say_tone(tones[name])
    deadline = time.monotonic() + patiently(LIMIT_S)
    try:
        await asyncio.sleep(LISTEN_S)
        while (found := {name: _heard(people, tones, name) for name in people}) != dict(expected):
            assert time.monotonic() < deadline, f"expected {dict(expected)}, heard {found}"
            await asyncio.sleep(POLL_S)
    finally:
        for call in people.values():
            call.say_nothing()


def _heard(people: Mapping[str, Call], tones: Mapping[str, int], name: str) -> set[str]:
    """Whom they hear now; whoever is sent nothing hears nobody."""
    heard = people[name].heard
    end_s = heard.at(time.monotonic())
    others = (other for other in people if other != name)
    return {other for other in others if tone_share(heard, tones[other], end_s - LISTEN_S, end_s) >= SHARE}
