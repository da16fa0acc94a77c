"""How long a test waits for what it waits for: a limit of a test's says when to give up, and costs time only then.

Limits of the service are another matter: a story has those from its helpline's configuration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from ivr.softphone.watch import Watch

PATIENCE: Final = 4
"""How many times its limit a test waits: the limits are those of a machine at ease."""


def patiently(limit_s: float) -> float:
    """How long to wait, in seconds, for what takes less than ``limit_s`` on a machine at ease."""
    return limit_s * PATIENCE


@pytest.fixture(autouse=True)
def patient_softphones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a softphone waits patiently; what a phone's script does is done in its own time."""
    at_ease = Watch.until

    async def until(watch: Watch, condition: Callable[[], bool], limit_s: float, what: str) -> None:
        await at_ease(watch, condition, patiently(limit_s), what)

    monkeypatch.setattr(Watch, "until", until)
