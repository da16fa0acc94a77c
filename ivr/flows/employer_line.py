"""The employers' line (R-EMP)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.asking import WELSH
from ivr.flows.call import Call
from ivr.flows.greeting import opening
from ivr.flows.welsh import welsh
from ivr.voice.names import Prompt


async def employer_line(call: Call) -> None:
    """R-EMP-1, R-EMP-2: their account manager, else the employer segment throughout; Welsh stays Welsh."""
    answer = await call.ask_employer_reference(opening(call.line))
    if answer.outcome == WELSH:
        await welsh(call)
        return
    manager = None if answer.found is None else answer.found.manager_id
    connecting = Prompt.CONNECTING_EMPLOYER_TEAM if manager is None else Prompt.CONNECTING_ACCOUNT_MANAGER
    await call.wait_for_person(routes.employer(call.segments, manager), connecting)
