"""What a browser's phone may send on its way to Asterisk: its own, and no more."""

from __future__ import annotations

import pytest

from ivr.web.phone_door import is_allowed

OWN = "7001-web"


def request(method: str = "REGISTER", *, who: str = OWN, to: str = "<sip:7001-web@helpline>", more: str = "") -> str:
    """A request as JsSIP writes them."""
    return (
        f"{method} sip:helpline SIP/2.0\r\nVia: SIP/2.0/WS 12.invalid;branch=z9hG4bK1\r\n{more}"
        f"To: {to}\r\nFrom: <sip:{who}@helpline>;tag=abc\r\nCall-ID: 1\r\nCSeq: 1 {method}\r\n\r\n"
    )


WITHIN = "<sip:07700900123@helpline>;tag=as1"
ALLOWED = {
    "its registration": request(),
    "a ping": "\r\n\r\n",
    "an answer": "SIP/2.0 200 OK\r\nFrom: <sip:07700900123@helpline>;tag=1\r\n\r\n",
    "a hang-up": request("BYE", to=WITHIN),
    "hold within a call": request("INVITE", to=WITHIN),
}
REFUSED = {
    "another's registration": request(who="7002-web"),
    "the own desk phone's": request(who="7001"),
    "a call of its own": request("INVITE", to="<sip:03069990100@helpline>"),
    "a message": request("MESSAGE", to=WITHIN),
    "a call transferred by the phone": request("REFER", to=WITHIN),
    "two senders": request(more="f: <sip:7002-web@helpline>;tag=1\r\n"),
    "a sender in what is sent along only": "REGISTER sip:x SIP/2.0\r\nTo: <sip:a@b>\r\n\r\nFrom: <sip:7001-web@h>\r\n",
    "nothing of SIP": "GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_its_own_goes_through(name: str) -> None:
    """R-STATE-1: a page is its own agent's phone."""
    assert is_allowed(ALLOWED[name], OWN)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_is_stopped(name: str) -> None:
    """R-OUT-1: no page speaks for another, and what an agent dials is asked of the service."""
    assert not is_allowed(REFUSED[name], OWN)
