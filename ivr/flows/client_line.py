"""The client menu (R-MENU)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.flows.call import Call
from ivr.flows.existing_case import existing_case
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


async def new_application(call: Call) -> None:
    """Option 2 (R-MENU-6)."""
    await call.wait_for_person(routes.new_application(call.segments), Prompt.CONNECTING_APPLICATIONS)


async def third_party(call: Call) -> None:
    """Option 3 (R-MENU-7): who they are, if they say, then the Third Party team."""
    await call.ask_representative_reference()
    await call.wait_for_person(routes.third_party(call.segments), Prompt.CONNECTING_THIRD_PARTY_TEAM)


async def welsh(call: Call) -> None:
    """Option 4 (R-MENU-5): Welsh from here on, to the Welsh Language Unit; GICH too while it is not staffed."""
    call.speak("cy")
    staffed = await call.staffed(call.segments.welsh)
    connecting = Prompt.CONNECTING_WELSH_UNIT if staffed else Prompt.WLU_NOT_STAFFED
    await call.wait_for_person(routes.welsh(call.segments, staffed=staffed), connecting)
