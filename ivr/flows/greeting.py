"""What a line's caller hears before the first question: its greeting, and the Welsh offer in its place (R-MENU-1)."""

from __future__ import annotations

from ivr.domain.lines import Line, WelshOffer
from ivr.flows.speech import Sayable, Spoken
from ivr.voice.names import Prompt


def opening(line: Line) -> tuple[Sayable, ...]:
    """The greeting in the line's language, in both on a line that puts Welsh first, and the Welsh offer about it."""
    greeting: tuple[Sayable, ...] = (Spoken(line.greeting, line.language),)
    if line.language == "cy":
        greeting = (*greeting, Spoken(line.greeting, "en"))
    if line.welsh_offer is WelshOffer.BEFORE_GREETING:
        return (Prompt.WELSH_OFFER, *greeting)
    return (*greeting, Prompt.WELSH_OFFER) if line.welsh_offer is WelshOffer.AFTER_GREETING else greeting


def closing(line: Line) -> tuple[Sayable, ...]:
    """What comes after a menu's options."""
    return (Prompt.WELSH_OFFER,) if line.welsh_offer is WelshOffer.AFTER_OPTIONS else ()
