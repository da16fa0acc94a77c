"""The queue's times, and what becomes of an agent by how their ringing ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ivr.domain.agents import SystemReason
from ivr.domain.events import OfferState


@dataclass(frozen=True, slots=True)
class Limits:
    """The queue's times, in seconds; defaults are the rules' own."""

    overflow_s: float = 60.0
    again_after_rona_s: float = 60.0
    after_call_work_s: float = 600.0
    idle_logout_s: float = 5400.0


RONA: Final[Mapping[OfferState, SystemReason]] = MappingProxyType(
    {
        OfferState.NO_ANSWER: SystemReason.NO_ANSWER,
        OfferState.BUSY: SystemReason.NO_ANSWER,
        OfferState.REJECTED: SystemReason.NO_ANSWER,
        OfferState.UNREACHABLE: SystemReason.UNREACHABLE,
    }
)
"""R-RONA-2, R-RONA-3: the reason an agent becomes Not Ready for, by how the offer ended."""
