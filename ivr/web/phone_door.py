"""``GET /phone``: the way of a browser's phone to Asterisk, a WebSocket with the subprotocol ``sip``.

Enters: a page of ours with its session. Leaves: its SIP, frame by frame, to Asterisk's own WebSocket, which listens on
this machine alone, and back. A connection ends with its session, with either side's, and when another browser becomes
the same agent's phone. Nothing is stored up: a side that does not read stops the other.

Whose phone it is, is held twice. Here: a request that leaves the page must come from the agent's own account
(``From``), and must not begin a call, for what an agent dials is asked of the service (R-OUT-1). In Asterisk: the
account's secret is told to this page alone, and an account registers itself only.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import structlog
from aiohttp import WSMsgType, web

from ivr.domain.phones import PhoneKind, account_of, endpoint_of
from ivr.web.door import identity_of
from ivr.web.identity import Person
from ivr.web.problems import Refusal, unauthenticated
from ivr.web.services import WebServices
from ivr.web.sessions import Sessions

log = structlog.get_logger()

PHONE_PATH: Final = "/phone"
SIP: Final = "sip"
ELSEWHERE: Final = 4409
"""Another browser is this agent's phone now."""
SESSION_OVER: Final = 4401
NOT_YOURS: Final = 4403
"""What the page sent was not its own phone's."""
TRY_AGAIN: Final = 1013
HEARTBEAT_S: Final = 15.0
"""A page that sleeps, or is gone without a word, is noticed after one and a half of these."""
CONNECT_S: Final = 2.0
SEND_LIMIT_S: Final = 5.0
CLOSE_LIMIT_S: Final = 1.0
FRAME_BYTES: Final = 64 * 1024
_CONNECTING: Final = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S)
_CLOSING: Final = aiohttp.ClientWSTimeout(ws_close=CLOSE_LIMIT_S)

_REQUEST: Final = re.compile(r"([A-Z]+) sips?:\S+ SIP/2\.0\r\n")
_FROM: Final = re.compile(r"^(?:From|f)[ \t]*:[^\r\n]*?sips?:([^@;>\s]+)@", re.IGNORECASE | re.MULTILINE)
_A_FROM: Final = re.compile(r"^(?:From|f)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_TO_TAG: Final = re.compile(r"^(?:To|t)[ \t]*:[^\r\n]*;[ \t]*tag=", re.IGNORECASE | re.MULTILINE)
_WITHIN: Final = frozenset({"ACK", "BYE", "CANCEL", "INFO", "INVITE", "UPDATE", "OPTIONS", "PRACK", "NOTIFY"})
"""Only within a call, which Asterisk began."""


def is_allowed(frame: str, account: str) -> bool:
    """Whether the page of ``account`` may send this: its own registration, answers, and what belongs to a call."""
    if not frame.strip("\r\n") or frame.startswith("SIP/2.0 "):
        return True
    head = frame.partition("\r\n\r\n")[0]
    request, who = _REQUEST.match(head), _FROM.search(head)
    if request is None or who is None or who[1] != account or len(_A_FROM.findall(head)) != 1:
        return False
    return request[1] == "REGISTER" or (request[1] in _WITHIN and _TO_TAG.search(head) is not None)


@dataclass(slots=True, eq=False)
class _Open:
    account: str
    token_hash: str
    page: web.WebSocketResponse
    closing: asyncio.Task[object] | None = None

    def close(self, code: int, words: str) -> None:
        """End it, from the event loop; its own task sees to the rest."""
        if self.closing is None:
            self.closing = asyncio.create_task(self.page.close(code=code, message=words.encode()))


@dataclass(frozen=True, slots=True)
class _SignIn:
    number: int
    token_hash: str = ""


@dataclass(slots=True)
class PhoneDoor:
    """Who is whose phone, and every connection that is open."""

    services: WebServices
    sessions: Sessions
    _latest: dict[str, _SignIn] = field(default_factory=dict)
    _open: set[_Open] = field(default_factory=set)

    def signed_in(self, account: str, token_hash: str) -> int:
        """A page has been given the secret: its number. Every other page's connection for ``account`` is closed."""
        before = self._latest.get(account, _SignIn(0)).number
        number = max(int(self.services.now().timestamp() * 1000), before + 1)
        self._latest[account] = _SignIn(number, token_hash)
        for one in [one for one in self._open if one.account == account]:
            one.close(ELSEWHERE, "another page is your phone now")
        return number

    def signed_out(self, token_hash: str) -> list[str]:
        """A session is over: its connections are closed. The accounts whose secret it had."""
        for one in [one for one in self._open if one.token_hash == token_hash]:
            one.close(SESSION_OVER, "the session is over; log in again")
        mine = [account for account, last in self._latest.items() if last.token_hash == token_hash]
        for account in mine:
            self._latest[account] = _SignIn(self._latest[account].number)
        return mine

    async def stop(self) -> None:
        """The service goes away: pages connect again to the next."""
        for one in self._open:
            one.close(1001, "the service is going away; connect again")
        await asyncio.gather(*(one.closing for one in self._open if one.closing is not None), return_exceptions=True)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, to its end. Raises Refusal before the upgrade: 401, 403, 422, 426."""
        person = await self._person(request)
        number = _number(request)
        page = await _upgraded(request)
        account = account_of(endpoint_of(person.staff_number, PhoneKind.BROWSER))
        last = self._latest.setdefault(account, _SignIn(number, person.token_hash))
        if number < last.number:
            await page.close(code=ELSEWHERE, message=b"another page is your phone now")
            return page
        await self._keep(_Open(account, person.token_hash, page), person)
        return page

    async def _keep(self, one: _Open, person: Person) -> None:
        """Relay while the session lasts."""
        self._open.add(one)
        remaining_s = (person.session_ends_at - self.services.now()).total_seconds()
        over = asyncio.get_running_loop().call_later(remaining_s, one.close, SESSION_OVER, "the session is over")
        try:
            await self._relay(one)
        finally:
            over.cancel()
            self._open.discard(one)
            if one.closing is not None:
                await asyncio.gather(one.closing, return_exceptions=True)

    async def _person(self, request: web.Request) -> Person:
        who = await identity_of(request, self.sessions)
        if not isinstance(who, Person):
            raise unauthenticated("a phone needs a person's session")
        return who

    async def _relay(self, one: _Open) -> None:
        """Pass frames both ways until either side ends."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                http = await stack.enter_async_context(aiohttp.ClientSession(timeout=_CONNECTING))
                async with asyncio.timeout(CONNECT_S):  # one that hangs takes the connection and says nothing
                    pbx = await stack.enter_async_context(
                        http.ws_connect(
                            self.services.pbx_phones, protocols=(SIP,), max_msg_size=FRAME_BYTES, timeout=_CLOSING
                        )
                    )
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                log.warning("phone.pbx_not_reached", phone=one.account, error=type(error).__name__)
                await one.page.close(code=TRY_AGAIN, message=b"Asterisk cannot be reached; try again in a moment")
                return
            log.info("phone.connected", phone=one.account)
            await _first_done(self._outward(one, pbx), _inward(pbx, one.page))
        if not one.page.closed:
            await one.page.close(code=TRY_AGAIN, message=b"the connection to Asterisk has ended; connect again")
        log.info("phone.disconnected", phone=one.account, code=one.page.close_code)

    async def _outward(self, one: _Open, pbx: aiohttp.ClientWebSocketResponse) -> None:
        async for message in one.page:
            if message.type is not WSMsgType.TEXT or not is_allowed(message.data, one.account):
                log.warning("phone.frame_refused", phone=one.account)
                await one.page.close(code=NOT_YOURS, message=b"only SIP of your own phone")
                return
            async with asyncio.timeout(SEND_LIMIT_S):
                await pbx.send_str(message.data)


async def _inward(pbx: aiohttp.ClientWebSocketResponse, page: web.WebSocketResponse) -> None:
    async for message in pbx:
        if message.type is WSMsgType.TEXT:
            async with asyncio.timeout(SEND_LIMIT_S):
                await page.send_str(message.data)


async def _first_done(*works: Coroutine[None, None, None]) -> None:
    """Do both until one ends; a connection that breaks off, or does not take a frame in time, is an end like any."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(result, ConnectionError | TimeoutError):
                log.warning("phone.broke_off", error=type(result).__name__)


async def _upgraded(request: web.Request) -> web.WebSocketResponse:
    """The page's side, open. Raises Refusal, 426."""
    page = web.WebSocketResponse(
        protocols=(SIP,), heartbeat=HEARTBEAT_S, timeout=CLOSE_LIMIT_S, max_msg_size=FRAME_BYTES, compress=False
    )
    ready = page.can_prepare(request)
    if not ready.ok or ready.protocol != SIP:
        words = "connect with a WebSocket, subprotocol sip"
        raise Refusal(426, "request.not_a_websocket", words, headers={"Upgrade": "websocket"})
    await page.prepare(request)
    return page


def _number(request: web.Request) -> int:
    text = request.query.get("sign_in", "")
    if not text.isdecimal() or len(text) > 18:
        raise Refusal(
            422,
            "request.invalid",
            "sign_in must be the number of the phone's sign-in",
            field="sign_in",
            found=text[:40],
            expected="a whole number",
        )
    return int(text)
