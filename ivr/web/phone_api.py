"""The agent's phone: which of theirs rings, and the secret for one sign-in of the browser's."""

from __future__ import annotations

from typing import Final

from ivr.acd import toolbar
from ivr.domain.phones import SIP_REALM, PhoneKind, account_of, endpoint_of, kind_of
from ivr.errors import RequestError
from ivr.web import views
from ivr.web.models import Me, NoBody, NoQuery
from ivr.web.phone_models import PhoneBody, PhoneSecret
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

MY_PHONE: Final = "/api/agents/me/phone"


async def sign_in(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A new secret for the browser's phone; whichever page had the one before is closed out."""
    who, services = ask.who, ask.web.services
    endpoint = (await _me(ask)).endpoint
    if kind_of(endpoint) is not PhoneKind.BROWSER:
        raise RequestError("your own phone rings for you: choose the browser's first", error_id="phone.not_browser")
    account = account_of(endpoint_of(who.staff_number, PhoneKind.BROWSER))
    secret = await services.give_phone_secret(account)
    number = ask.web.phones.signed_in(account, who.token_hash)
    told = PhoneSecret(
        account=account,
        uri=f"sip:{account}@{SIP_REALM}",
        realm=SIP_REALM,
        secret=secret,
        sign_in=number,
        expires_at=who.session_ends_at,
    )
    return Reply(200, told)


async def choose(ask: Ask[PhoneBody, NoQuery]) -> Reply:
    """The phone that rings from now on."""
    who, services = ask.who, ask.web.services
    endpoint = await services.on_log_in(who.agent_id, who.staff_number, PhoneKind(ask.body.phone))
    if not await services.store.run(toolbar.choose_phone, who.agent_id, endpoint, services.now()):
        raise RequestError("a call rings or is up: change the phone when it has ended", error_id="phone.in_use")
    return Reply(200, await _me(ask))


async def _me(ask: Ask[NoBody, NoQuery] | Ask[PhoneBody, NoQuery]) -> Me:
    services = ask.web.services
    return await services.store.read(views.me, ask.who, services.surroundings())


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        MY_PHONE,
        "sign_in_phone",
        "A secret for one sign-in of the browser's phone, over the WebSocket /phone",
        Auth.AGENT,
        sign_in,
        {200: Answer("The secret; the one before is worth nothing any more.", PhoneSecret)},
        NoBody,
        NoQuery,
        {409: "Their own phone rings for them, not the browser's."},
    ),
    Operation(
        "PUT",
        MY_PHONE,
        "choose_phone",
        "Choose which phone rings: one's own, or the browser's",
        Auth.AGENT,
        choose,
        {200: Answer("It does.", Me)},
        PhoneBody,
        NoQuery,
        {409: "A call rings or is up, or somebody else is logged in on that phone."},
    ),
)
