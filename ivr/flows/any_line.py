"""Where a call enters: the line's hours and entry, numbers that no line has, and calls left by another process."""

from __future__ import annotations

from ivr.domain.events import CallState
from ivr.domain.lines import Entry
from ivr.domain.opening import Doors
from ivr.flows.call import Call
from ivr.flows.client_line import client_line
from ivr.flows.direct_number import direct_number
from ivr.flows.employer_line import employer_line
from ivr.flows.existing_case import existing_case
from ivr.flows.greeting import opening
from ivr.flows.new_application import new_application
from ivr.flows.third_party import third_party
from ivr.flows.welsh import welsh
from ivr.voice.names import Prompt


async def unknown_number(call: Call) -> None:
    """R-LINE-3: a message, never answered, then 404."""
    await call.refuse(Prompt.NOT_IN_USE)


async def answer_line(call: Call) -> None:
    """Answer, and go where the line's entry says; every line offers Welsh before its first question (R-LINE-6)."""
    if call.line.entry is Entry.DIRECT:
        await direct_number(call)
        return
    if call.doors is not Doors.OPEN:
        await call.answer()
        await call.turn_away(Prompt.CLOSED_HOLIDAY if call.doors is Doors.HOLIDAY else call.line.closed)
        return
    if call.line.entry is Entry.MENU:
        await client_line(call)
        return
    await call.answer()
    if call.line.entry is Entry.EMPLOYER:
        await employer_line(call)
    elif await call.offered_welsh(opening(call.line)):
        await welsh(call)
    else:
        await _straight_to(call)


async def _straight_to(call: Call) -> None:
    """One of the menu's options without the menu (R-LINE-1)."""
    match call.line.entry:
        case Entry.EXISTING_CASE:
            await existing_case(call)
        case Entry.NEW_APPLICATION:
            await new_application(call)
        case _:
            await third_party(call)


async def resume(call: Call) -> None:
    """Another process has left this call: go on where it stands; in the menu, from the last question."""
    left = call.left
    if left is not None and left.state is CallState.OUTSIDE:
        await welsh(call)
        return
    if left is not None and left.state is not CallState.MENU:
        await call.go_on(left)
        return
    await call.hush()
    if left is not None and left.standing.call.menu_choice == "1":
        await existing_case(call)
    else:
        await answer_line(call)
