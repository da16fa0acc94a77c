"""Whoever chose Welsh, on whatever line (R-MENU-5, R-LINE-6)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.call import Call
from ivr.voice.names import Prompt


async def welsh(call: Call) -> None:
    """Welsh from here on, to the Welsh Language Unit; GICH too while it is not staffed."""
    call.speak("cy")
    staffed = await call.staffed(call.segments.welsh)
    connecting = Prompt.CONNECTING_WELSH_UNIT if staffed else Prompt.WLU_NOT_STAFFED
    await call.wait_for_person(routes.welsh(call.segments, staffed=staffed), connecting)
