"""The browser's phone, from log-in to its way to Asterisk; in Asterisk's place stands a WebSocket that answers back."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer

from ivr.store.engine import SqlStore
from ivr.web import phone_door
from ivr.web.phone_door import ELSEWHERE, NOT_YOURS, SESSION_OVER
from ivr.web.registry import WEB
from ivr.web.server import make_app
from ivr.web.services import HealthNow, WebServices
from tests.integration.web.desk import CHEAP, PASSWORD, TOLD_LIMIT_S, Client, Clock

REGISTER = "REGISTER sip:helpline SIP/2.0\r\nTo: <sip:7001-web@h>\r\nFrom: <sip:7001-web@h>;tag=1\r\n\r\n"
LOG_IN = {"staff_number": "7001", "password": PASSWORD, "cookie": True, "phone": "browser"}


@dataclass
class Pbx:
    """Which secrets it was given and lost; what it hears it says back."""

    given: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    url: str = ""

    async def give(self, account: str) -> str:
        """A secret, another each time."""
        self.given.append(account)
        return f"secret {len(self.given)}"

    async def take(self, account: str) -> None:
        """It is worth nothing any more."""
        self.taken.append(account)

    async def phones(self, request: web.Request) -> web.WebSocketResponse:
        """Says what it heard."""
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(f"SIP/2.0 200 OK\r\nX: {message.data.partition(' ')[0]}\r\n\r\n")
        return socket


@pytest.fixture
async def pbx() -> AsyncIterator[Pbx]:
    """Asterisk's stand-in."""
    stand_in, app = Pbx(), web.Application()
    app.router.add_get("/ws", stand_in.phones)
    async with TestServer(app) as server:
        stand_in.url = str(server.make_url("/ws")).replace("http", "ws", 1)
        yield stand_in


@pytest.fixture
async def browser(store: SqlStore, clock: Clock, pbx: Pbx) -> AsyncIterator[Client]:
    """A browser at the service's address; its cookie goes along by itself, and so does who asks."""
    services = replace(
        WebServices(store, now=clock.now, passwords=CHEAP, pbx_phones=pbx.url),
        health=_able,
        give_phone_secret=pbx.give,
        take_phone_secret=pbx.take,
    )
    async with TestClient(TestServer(make_app(services)), headers={"Sec-Fetch-Site": "same-origin"}) as client:
        yield client


async def _able() -> HealthNow:
    return HealthNow(pbx_linked=True, database_answers=True)


async def sign_in(browser: Client) -> int:
    """Log in with the browser as the phone, and get its secret."""
    assert (await browser.post("/api/sessions", json=LOG_IN)).status == 201
    answer = await browser.post("/api/agents/me/phone")
    assert answer.status == 200, await answer.text()
    return int((await answer.json())["sign_in"])


async def connect(browser: Client, number: int) -> ClientWebSocketResponse:
    """The phone's connection."""
    return await browser.ws_connect(f"/phone?sign_in={number}", protocols=("sip",))


async def test_the_browser_rings_once_it_is_chosen(browser: Client, pbx: Pbx) -> None:
    """R-STATE-1: the phone is chosen at log-in and changed later; a secret is only for whose browser rings."""
    await browser.post("/api/sessions", json={**LOG_IN, "phone": "own"})
    assert (await browser.post("/api/agents/me/phone")).status == 409
    answer = await browser.put("/api/agents/me/phone", json={"phone": "browser"})
    me = await answer.json()
    assert (me["endpoint"], me["phone"]) == ("PJSIP/7001-web", "browser")
    told = await (await browser.post("/api/agents/me/phone")).json()
    assert (told["account"], told["uri"], told["secret"]) == ("7001-web", "sip:7001-web@helpline", "secret 1")
    assert pbx.given == ["7001-web"]


async def test_what_the_page_says_reaches_asterisk_and_back(browser: Client) -> None:
    """Frame by frame, both ways; what is not its own phone's ends the connection."""
    phone = await connect(browser, await sign_in(browser))
    await phone.send_str(REGISTER)
    assert "X: REGISTER" in await phone.receive_str(timeout=TOLD_LIMIT_S)
    await phone.send_str(REGISTER.replace("7001-web", "7002-web"))
    await phone.receive(timeout=TOLD_LIMIT_S)
    assert phone.close_code == NOT_YOURS


async def test_another_sites_page_and_nobody_are_refused(browser: Client) -> None:
    """A cookie that another site's page brings along is worth nothing; without one there is no phone."""
    number = await sign_in(browser)
    with pytest.raises(WSServerHandshakeError) as refused:
        await browser.ws_connect(
            f"/phone?sign_in={number}", protocols=("sip",), headers={"Sec-Fetch-Site": "cross-site"}
        )
    assert refused.value.status == 403
    browser.session.cookie_jar.clear()
    with pytest.raises(WSServerHandshakeError) as refused:
        await connect(browser, number)
    assert refused.value.status == 401


async def test_who_comes_last_is_the_phone(browser: Client) -> None:
    """A second sign-in ends the first page's connection, and it does not get in again."""
    first = await sign_in(browser)
    phone = await connect(browser, first)
    second = await sign_in(browser)
    assert second > first
    await phone.receive(timeout=TOLD_LIMIT_S)
    assert phone.close_code == ELSEWHERE
    again = await connect(browser, first)
    await again.receive(timeout=TOLD_LIMIT_S)
    assert again.close_code == ELSEWHERE
    await (await connect(browser, second)).close()


async def test_the_phone_ends_with_its_session(browser: Client, pbx: Pbx) -> None:
    """Logged out, the connection ends and the secret is worth nothing any more."""
    phone = await connect(browser, await sign_in(browser))
    await phone.send_str(REGISTER)
    await phone.receive_str(timeout=TOLD_LIMIT_S)
    assert (await browser.delete("/api/sessions/current")).status == 204
    await phone.receive(timeout=TOLD_LIMIT_S)
    assert phone.close_code == SESSION_OVER
    assert pbx.taken == ["7001-web"]
    app = browser.app
    assert app is not None
    assert app[WEB].phones.signed_out("nobody") == []


async def test_an_asterisk_that_hangs_is_given_up(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection and never answers: the page is told to try again, and does not wait for ever."""
    monkeypatch.setattr(phone_door, "CONNECT_S", 0.2)
    number = await sign_in(browser)
    assert browser.app is not None
    door = browser.app[WEB].phones
    with socket.create_server(("127.0.0.1", 0)) as hung:
        door.services = replace(door.services, pbx_phones=f"ws://127.0.0.1:{hung.getsockname()[1]}/ws")
        phone = await connect(browser, number)
        await phone.receive(timeout=TOLD_LIMIT_S)
        assert phone.close_code == phone_door.TRY_AGAIN
