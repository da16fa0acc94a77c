"""What the other side has a phone do within a call: NOTIFY's events, and digits by INFO. Pure.

Source: RFC 3515 §2.4.5 (``refer``), BroadWorks' access-side interface (``talk`` and ``hold``, which most desk phones
know), and ``application/dtmf-relay`` as PBXs write it.
"""

from __future__ import annotations

import re
from enum import StrEnum

from ivr.softphone.rtp import EVENT_CODES
from ivr.softphone.sip_message import Request

_SIGNAL = re.compile(r"^Signal\s*=\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Event(StrEnum):
    """The events of a NOTIFY within a call that a phone may know."""

    REFER = "refer"
    """How a transfer goes on that it asked for."""
    TALK = "talk"
    """Answer what rings, or take what is held off hold."""
    HOLD = "hold"
    """Put the other side on hold."""


ALLOW_EVENTS = f"{Event.TALK}, {Event.HOLD}"
"""By which a phone says in its 180 that it may be controlled so."""


def event_of(notify: Request) -> Event | None:
    """The event of a NOTIFY, without its parameters; None for one that nobody here knows."""
    name = (notify.headers.get("event") or "").partition(";")[0].strip().lower()
    return Event(name) if name in set(Event) else None


def digit_in(info: Request) -> str:
    """The digit that an INFO brings, empty if none: ``Signal=5`` (dtmf-relay), or the digit alone (dtmf)."""
    if info.method != "INFO" or not (info.headers.get("content-type") or "").startswith("application/dtmf"):
        return ""
    text = info.body.decode("utf-8", "replace").strip()
    found = _SIGNAL.search(text)
    digit = (found[1] if found else text).upper()
    return digit if len(digit) == 1 and digit in EVENT_CODES else ""
