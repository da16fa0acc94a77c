"""Somebody who calls for a client (R-MENU-7)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.call import Call
from ivr.voice.names import Prompt


async def third_party(call: Call) -> None:
    """Who they are, if they say, then the Third Party team."""
    await call.ask_representative_reference()
    await call.wait_for_person(routes.third_party(call.segments), Prompt.CONNECTING_THIRD_PARTY_TEAM)
