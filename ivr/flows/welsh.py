"""Whoever chose Welsh, on whatever line (R-MENU-5, R-LINE-6)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.call import Call
from ivr.voice.names import Prompt


async def welsh(call: Call) -> None:
    """Welsh from here on, to the Welsh Language Unit: outside, if that is where it is, and somebody there answers; else
    its own queue, GICH too while it is not staffed.
    """
    call.speak("cy")
    if await call.sent_outside(Prompt.CONNECTING_WELSH_UNIT):
        return
    staffed = await call.staffed(call.segments.welsh)
    arriving = Prompt.APOLOGY_FAULT if call.was_missed_outside else Prompt.CONNECTING_WELSH_UNIT
    connecting = arriving if staffed else Prompt.WLU_NOT_STAFFED
    await call.wait_for_person(routes.welsh(call.segments, staffed=staffed), connecting)
