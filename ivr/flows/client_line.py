"""The client menu (R-MENU)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.call import Call
from ivr.flows.existing_case import existing_case
from ivr.flows.greeting import closing, opening
from ivr.flows.new_application import new_application
from ivr.flows.third_party import third_party
from ivr.flows.welsh import welsh
from ivr.voice.names import Prompt

OPTIONS = {
    "1": Prompt.MENU_EXISTING_CASE,
    "2": Prompt.MENU_NEW_APPLICATION,
    "3": Prompt.MENU_THIRD_PARTY,
}
"""Beside these the menu has the Welsh option, on the line's own key (R-MENU-1)."""


async def client_line(call: Call) -> None:
    """Greet in both languages, offer four options, and go where the caller chose."""
    await call.answer()
    welsh_key = call.line.welsh_key
    options = {**OPTIONS, welsh_key: Prompt.MENU_WELSH}
    match await call.choose(opening(call.line), options, closing(call.line)):
        case "1":
            await existing_case(call)
        case "2":
            await new_application(call)
        case "3":
            await third_party(call)
        case key if key == welsh_key:
            await welsh(call)
        case _:
            await call.wait_for_person(routes.general(call.segments), Prompt.GOING_TO_ADVISER)
