"""The client menu (R-MENU)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.call import Call
from ivr.flows.existing_case import existing_case
from ivr.flows.new_application import new_application
from ivr.flows.third_party import third_party
from ivr.flows.welsh import welsh
from ivr.voice.names import Prompt

GREETING = (Prompt.GREETING, Prompt.WELSH_OFFER)
OPTIONS = {
    "1": Prompt.MENU_EXISTING_CASE,
    "2": Prompt.MENU_NEW_APPLICATION,
    "3": Prompt.MENU_THIRD_PARTY,
    "4": Prompt.MENU_WELSH,
}


async def client_line(call: Call) -> None:
    """Greet in both languages, offer four options, and go where the caller chose."""
    await call.answer()
    match await call.choose(GREETING, OPTIONS):
        case "1":
            await existing_case(call)
        case "2":
            await new_application(call)
        case "3":
            await third_party(call)
        case "4":
            await welsh(call)
        case _:
            await call.wait_for_person(routes.general(call.segments), Prompt.GOING_TO_ADVISER)
