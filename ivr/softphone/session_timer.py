"""A call's session timer: a call whose other side has died is noticed, although nobody hung up.

Enters: the Session-Expires of requests and 2xx. Leaves: the headers that answer it, and, by timers of the event loop,
``refresh`` (our turn to ask) or ``expire`` (they did not ask). Source: RFC 4028.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ivr.softphone.sip_message import Fields, Message, Request, Response

OPTION = "timer"
MIN_SE_S = 90  # RFC 4028 §4: nobody may ask for less
GRACE_S = 32  # §10: this long before the end, but at most a third of it, who was not refreshed hangs up

Refresher = Literal["uac", "uas"]

_SECONDS = re.compile(r"^\s*(\d+)")
_REFRESHER = re.compile(r";\s*refresher\s*=\s*(uac|uas)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Interval:
    """What a Session-Expires says. ``refresher``: who asks, named by who sent this very request; None: not said."""

    expires_s: int
    refresher: Refresher | None

    @property
    def field(self) -> tuple[str, str]:
        """As a header."""
        return "Session-Expires", f"{self.expires_s};refresher={self.refresher}"


def interval_in(message: Message) -> Interval | None:
    """The session timer that ``message`` asks for or agrees to; None without one."""
    value = message.headers.get("session-expires")
    found = _SECONDS.match(value) if value is not None else None
    if value is None or found is None:
        return None
    named = _REFRESHER.search(value)
    refresher: Refresher | None = None if named is None else "uac" if named[1].lower() == "uac" else "uas"
    return Interval(int(found[1]), refresher)


class SessionTimer:
    """One call's. Nothing runs until both sides have agreed, nor after ``stop``."""

    def __init__(self, refresh: Callable[[], None], expire: Callable[[], None], *, known: bool = True) -> None:
        """``refresh``: send an UPDATE that has ``asked``; ``expire``: hang up; ``known``: False on a phone without."""
        self.known = known
        self.agreed: Interval | None = None
        self._refresh = refresh
        self._expire = expire
        self._timer: asyncio.TimerHandle | None = None

    @property
    def asked(self) -> Fields:
        """What a refresh of ours carries."""
        expires_s = self.agreed.expires_s if self.agreed is not None else MIN_SE_S
        return (Interval(expires_s, "uac").field,)

    def too_short(self, request: Request) -> bool:
        """Whether the request is to be answered 422 with our Min-SE."""
        interval = interval_in(request) if self.known else None
        return interval is not None and interval.expires_s < MIN_SE_S

    def answered(self, request: Request) -> Fields:
        """They asked, in an INVITE or UPDATE that we answer 2xx: what that says, and the clock begins anew."""
        interval = interval_in(request) if self.known else None
        if interval is None:
            self.stop()
            return ()
        agreed = Interval(interval.expires_s, interval.refresher or _able(request))
        self._begin(agreed, ours=agreed.refresher == "uas")
        require: Fields = (("Require", OPTION),) if agreed.refresher == "uac" else ()
        return (agreed.field, *require)

    def accepted(self, response: Response) -> None:
        """They answered an INVITE or UPDATE of ours 2xx."""
        interval = interval_in(response) if self.known else None
        if interval is None:
            self.stop()
        else:
            self._begin(interval, ours=interval.refresher != "uas")

    def stop(self) -> None:
        """No more timers."""
        self.agreed = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begin(self, interval: Interval, *, ours: bool) -> None:
        self.stop()
        self.agreed = interval
        loop = asyncio.get_running_loop()
        expires_s = interval.expires_s
        if ours:
            self._timer = loop.call_later(expires_s / 2, self._refresh)
        else:
            self._timer = loop.call_later(expires_s - min(GRACE_S, expires_s / 3), self._expire)


def _able(request: Request) -> Refresher:
    """Who asks where the request leaves it open: its sender, if they can at all (§9)."""
    options = {option.strip().lower() for option in ",".join(request.headers.all("supported")).split(",")}
    return "uac" if OPTION in options else "uas"
