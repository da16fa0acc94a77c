"""A phone and its registrar: digest, refreshing, refusal, leaving. The registrar is a socket of the test."""

from __future__ import annotations

import hashlib
import re

import pytest

from ivr.softphone import registration
from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.caller import Caller
from ivr.softphone.endpoint import Endpoint
from ivr.softphone.journal import CallEnded
from ivr.softphone.registration import RegistrationRefused
from ivr.softphone.sip_message import Fields, respond
from ivr.softphone.transaction import ServerTransaction
from ivr.softphone.watch import Watch

LIMIT_S = 3.0
NONCE = "abc"


class Registrar:
    """Knows one account, and grants what it is told to."""

    def __init__(self, password: str, granted_s: int | None = None) -> None:
        """``granted_s``: what it grants instead of what was asked."""
        self.expiries: list[int] = []
        self.watch = Watch()
        self._password = password
        self._granted_s = granted_s
        self.endpoint = Endpoint("127.0.0.1", 0, self._serve)

    def _serve(self, transaction: ServerTransaction) -> None:
        """REGISTER: challenged once, then let in or not."""
        headers = transaction.request.headers
        authorization = headers.get("authorization")
        if authorization is None or not self._right(authorization):
            challenge: Fields = (("WWW-Authenticate", f'Digest realm="helpline",nonce="{NONCE}",qop="auth"'),)
            transaction.respond(respond(transaction.request, 401, to_tag="r", extra=challenge))
            return
        asked_s = int(headers.need("expires"))
        self.expiries.append(asked_s)
        granted_s = asked_s if self._granted_s is None else self._granted_s
        contact = (("Contact", f"{headers.need('contact')};expires={granted_s}"),)
        transaction.respond(respond(transaction.request, 200, to_tag="r", extra=contact))
        self.watch.changed()

    def _right(self, authorization: str) -> bool:
        """Is the digest that of the password?"""
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', authorization))
        secret = _md5(f"7001:helpline:{self._password}")
        asked = _md5(f"REGISTER:{said['uri']}")
        return bool(said["response"] == _md5(f"{secret}:{NONCE}:{said['nc']}:{said['cnonce']}:auth:{asked}"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


async def test_a_phone_registers_with_its_password_and_leaves_when_switched_off() -> None:
    """R-STATE-8: who is registered can be rung, and the PBX is told when that ends."""
    registrar = Registrar("secret")
    async with AgentPhone("7001", "secret", registrar.endpoint.address, expires_s=60) as phone:
        assert phone.registration is not None
        assert phone.registration.is_registered
        assert registrar.expiries == [60]
    assert registrar.expiries == [60, 0]
    registrar.endpoint.close()


async def test_a_phone_with_a_wrong_password_says_so() -> None:
    """Nobody waits for a phone that could not register."""
    registrar = Registrar("secret")
    with pytest.raises(RegistrationRefused, match="7001: 401") as refused:
        async with AgentPhone("7001", "wrong", registrar.endpoint.address):
            pass
    assert refused.value.status == 401
    registrar.endpoint.close()


async def test_a_registration_is_made_again_before_it_lapses(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-STATE-8: a phone stays reachable through a shift; the registrar's grant decides, not what was asked."""
    monkeypatch.setattr(registration, "REFRESH_SHARE", 0.01)
    registrar = Registrar("secret", granted_s=1)
    async with AgentPhone("7001", "secret", registrar.endpoint.address, expires_s=3600):
        await registrar.watch.until(lambda: len(registrar.expiries) >= 3, LIMIT_S, "two refreshes")
    assert registrar.expiries[:3] == [3600, 3600, 3600]
    registrar.endpoint.close()


async def test_a_phone_that_is_unplugged_tells_nobody() -> None:
    """R-STATE-8: a dead contact stays in the registrar; the PBX must find out by itself."""
    registrar = Registrar("secret")
    async with AgentPhone("7001", "secret", registrar.endpoint.address) as phone:
        phone.vanish()
    assert registrar.expiries == [300]
    registrar.endpoint.close()


async def test_a_registrar_that_is_gone_does_not_keep_a_phone_from_being_switched_off() -> None:
    """After the PBX died a story's phones go off within their limit, and without an error of their own."""
    registrar = Registrar("secret")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ivr.softphone.agent_phone.LEAVE_LIMIT_S", 0.05)
        async with AgentPhone("7001", "secret", registrar.endpoint.address) as phone:
            registrar.endpoint.close()
        assert not phone.is_on
    assert registrar.expiries == [300]


async def test_whoever_waits_for_an_answer_learns_that_the_phone_went_off() -> None:
    """No wait outlives its phone."""
    async with AgentPhone("7001", scripts=(Script.ignore(),)) as agent, Caller() as caller:
        call = await caller.call(f"sip:7001@127.0.0.1:{agent.address[1]}", cli="07700900123")
        await agent.rung(LIMIT_S)
        caller.vanish()
        with pytest.raises(CallEnded, match="failed"):
            await call.answered(LIMIT_S)
