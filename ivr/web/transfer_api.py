"""Transfers over the API: consult, swap, confer, hand over, go back, and cold under the emergency setting (R-XFER)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ivr.domain.ids import OfferId
from ivr.domain.talking import Back, ColdTransfer, Complete, Conference, Consult, Drop, Swap, Target, Wish
from ivr.domain.toolbar import Action
from ivr.errors import RequestError
from ivr.web import talk_views
from ivr.web.call_api import CALL, REFUSED, Run, asked, verb
from ivr.web.models import Me, NoBody, NoQuery
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.talk_models import TransferBody

WITH_BODY: Final = {409: "It cannot be done now, or there is no such team or segment; the message says why."}


async def consult(ask: Ask[TransferBody, NoQuery]) -> Reply:
    """The caller holds, and somebody is rung."""
    body = ask.body
    return await asked(ask, Consult(await _target(ask), body.reason, body.notes), Action.TRANSFER)


async def transfer(ask: Ask[TransferBody, NoQuery]) -> Reply:
    """The call is queued elsewhere at once."""
    body = ask.body
    return await asked(ask, ColdTransfer(await _target(ask), body.reason, body.notes), Action.TRANSFER)


async def drop(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Somebody who takes part is let go."""
    return await asked(ask, Drop(OfferId(ask.path["party_id"])))


async def _target(ask: Ask[TransferBody, NoQuery]) -> Target:
    to = Target(ask.body.to.kind, ask.body.to.name)
    if not await ask.web.services.store.read(talk_views.is_known, to):
        raise RequestError(f"there is no {to.kind} {to.name}", error_id="transfer.unknown")
    return to


def _wish(make: Callable[[], Wish]) -> Run:
    async def run(ask: Ask[NoBody, NoQuery]) -> Reply:
        return await asked(ask, make())

    return run


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        f"{CALL}/consultation",
        "consult",
        "Put the caller on hold and ring an agent, a team, a segment or a number outside",
        Auth.AGENT,
        consult,
        {200: Answer("A phone rings; events tell how it goes on. The agent now.", Me)},
        TransferBody,
        NoQuery,
        WITH_BODY,
    ),
    verb("swap", "consultation/swap", "POST", "Talk with the other of the two, while this one holds", _wish(Swap)),
    verb("conference", "consultation/conference", "POST", "Have all three hear each other", _wish(Conference)),
    verb("complete", "consultation/complete", "POST", "Hand the call over to whom one consults", _wish(Complete)),
    verb("back", "consultation", "DELETE", "End the consultation and go back to the caller", _wish(Back)),
    Operation(
        "POST",
        f"{CALL}/transfer",
        "transfer",
        "Queue the call elsewhere at once, while the emergency setting is on",
        Auth.AGENT,
        transfer,
        {200: Answer("It waits there; the agent now.", Me)},
        TransferBody,
        NoQuery,
        WITH_BODY,
    ),
    Operation(
        "DELETE",
        f"{CALL}/parties/{{party_id:o[0-9a-z]{{16}}}}",
        "drop_party",
        "Let somebody who takes part go; whoever holds goes on holding",
        Auth.AGENT,
        drop,
        {200: Answer("They are gone; the agent now.", Me)},
        NoBody,
        NoQuery,
        REFUSED,
        examples={"party_id": "o0000000000000000"},
    ),
)
