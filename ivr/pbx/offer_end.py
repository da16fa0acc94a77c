"""How ringing one phone ended, read from what its leg went through. Pure.

Source: R-RONA-2, R-RONA-3; measured on Asterisk 22.10.1. Cause 19 alone tells nothing: the dial timer, a phone's 480
and a dead contact all give it. What tells them apart is whether the far end asked for the hang-up and whether it rang.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class OfferEnd(StrEnum):
    """How an offer ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    """It rang out: RONA."""
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    """Nothing registered, or the phone said nothing at all."""
    GONE = "gone"
    """Withdrawn by us: the caller hung up, or the agent was taken out of it."""


@dataclass(frozen=True, slots=True)
class LegSeen:
    """What one leg went through until it was answered or ended."""

    created: bool = True
    """False: Asterisk answered 500 "Allocation failed"."""
    answered: bool = False
    rang: bool = False
    """A 180 or 183 came."""
    hang_up_requested: bool = False
    """The far end refused or hung up (a ChannelHangupRequest that was not Asterisk's own)."""
    hung_up_by_us: bool = False
    cause: int = 0
    """Q.850."""
    tech_cause: int = 0
    """The SIP status of the refusal; 0 where there was none."""


_BUSY_SIP: Final = frozenset({486, 600})
_DEAD_SIP: Final = frozenset({404, 408, 410, 604})
_BUSY_CAUSE: Final = 17
_DEAD_CAUSES: Final = frozenset({1, 3, 18, 20, 27, 38, 41})


def offer_end(seen: LegSeen, *, withdrawn: bool = False) -> OfferEnd:
    """Read how the offer ended. ``withdrawn``: we took it back, for a reason that is not the phone's.

    A leg we hung up ourselves without withdrawing it is one that stayed silent (no 18x within 4 s: unreachable), or
    one on which our own timer stood in for Asterisk's (it rang: no answer).
    """
    if seen.answered:
        return OfferEnd.ANSWERED
    if not seen.created:
        return OfferEnd.UNREACHABLE
    if withdrawn:
        return OfferEnd.GONE
    if seen.hang_up_requested and not seen.hung_up_by_us:
        return _refusal(seen)
    return OfferEnd.NO_ANSWER if seen.rang else OfferEnd.UNREACHABLE


def _refusal(seen: LegSeen) -> OfferEnd:
    if seen.tech_cause:
        return _sip_refusal(seen.tech_cause)
    if seen.cause == _BUSY_CAUSE:
        return OfferEnd.BUSY
    return OfferEnd.UNREACHABLE if seen.cause in _DEAD_CAUSES else OfferEnd.REJECTED


def _sip_refusal(status: int) -> OfferEnd:
    """A phone set to do not disturb answers 480 or 603: rejected. A server's 5xx is no person's decision."""
    if status in _BUSY_SIP:
        return OfferEnd.BUSY
    return OfferEnd.UNREACHABLE if status in _DEAD_SIP or 500 <= status < 600 else OfferEnd.REJECTED
