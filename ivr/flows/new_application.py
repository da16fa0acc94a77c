"""A new application (R-MENU-6)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.call import Call
from ivr.voice.names import Prompt


async def new_application(call: Call) -> None:
    """Applications, then GICH."""
    await call.wait_for_person(routes.new_application(call.segments), Prompt.CONNECTING_APPLICATIONS)
