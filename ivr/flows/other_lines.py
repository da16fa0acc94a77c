"""Lines without a menu, and numbers that no line has (R-LINE)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.domain.events import CallState
from ivr.domain.lines import Entry
from ivr.flows.call import Call
from ivr.flows.client_line import client_line, new_application, third_party
from ivr.flows.existing_case import existing_case
from ivr.voice.names import Prompt


async def unknown_number(call: Call) -> None:
    """R-LINE-3: a message, never answered, then 404."""
    await call.refuse(Prompt.NOT_IN_USE)


async def employer_line(call: Call) -> None:
    """R-EMP-2: the employer segment throughout; the reference is not asked for yet."""
    await call.wait_for_person(routes.employer(call.segments, None), Prompt.CONNECTING_EMPLOYER_TEAM)


async def answer_line(call: Call) -> None:
    """Greet, and go where the line's entry says."""
    if call.line.entry is Entry.MENU:
        await client_line(call)
        return
    await call.answer()
    await call.say(Prompt.GREETING)
    match call.line.entry:
        case Entry.EXISTING_CASE:
            await existing_case(call)
        case Entry.NEW_APPLICATION:
            await new_application(call)
        case Entry.THIRD_PARTY:
            await third_party(call)
        case Entry.EMPLOYER:
            await employer_line(call)
        case _:
            await call.wait_for_person(routes.general(call.segments), Prompt.GOING_TO_ADVISER)


async def resume(call: Call) -> None:
    """Another process has left this call: go on where it stands; in the menu, from the last question."""
    left = call.left
    if left is not None and left.state is not CallState.MENU:
        await call.go_on(left)
        return
    await call.hush()
    if left is not None and left.standing.call.menu_choice == "1":
        await existing_case(call)
    else:
        await answer_line(call)
