"""SIP over a network that loses packets: what is sent again, and what is not done twice. In virtual time."""

from __future__ import annotations

import asyncio

from ivr.softphone.sip_message import Headers, Request, Response, parse, respond
from ivr.softphone.transaction import ClientTransaction, ServerTransaction
from tests.unit.virtual_time import now, run_virtual

PBX = ("127.0.0.1", 5060)


class Wire:
    """Remembers what was sent, and when."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, str]] = []

    def send(self, datagram: bytes, address: tuple[str, int]) -> None:
        """As a socket would."""
        assert address == PBX
        message = parse(datagram)
        self.sent.append((now(), message.method if isinstance(message, Request) else str(message.status)))

    def times(self) -> list[float]:
        """When something was sent."""
        return [at for at, _ in self.sent]


def request(method: str) -> Request:
    """A request outside a dialog."""
    fields = (
        ("Via", "SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1"),
        ("From", "<sip:7001@127.0.0.1>;tag=a"),
        ("To", "<sip:7002@127.0.0.1>"),
        ("Call-ID", "one"),
        ("CSeq", f"1 {method}"),
    )
    return Request(method, "sip:7002@127.0.0.1", Headers(fields))


async def passes(seconds: float) -> None:
    """Virtual time goes by."""
    await asyncio.sleep(seconds)


def test_an_invite_that_nobody_answers_is_repeated_and_ends_after_32_seconds() -> None:
    """R-RONA-3: an unreachable phone is known by its silence (RFC 3261 §17.1.1.2, timers A and B)."""

    async def story() -> None:
        wire, heard = Wire(), list[Response]()
        transaction = ClientTransaction(request("INVITE"), PBX, wire.send, heard.append)
        await passes(60)
        assert wire.times() == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
        assert [response.status for response in heard] == [408]
        assert transaction.unanswered

    run_virtual(story())


def test_a_ringing_invite_is_not_repeated_and_never_given_up_by_the_transport() -> None:
    """A queue rings as long as it takes: after a 180 only people end the call."""

    async def story() -> None:
        wire, heard = Wire(), list[Response]()
        invite = request("INVITE")
        transaction = ClientTransaction(invite, PBX, wire.send, heard.append)
        transaction.take(respond(invite, 180, to_tag="b"))
        await passes(600)
        assert wire.times() == [0]
        assert [response.status for response in heard] == [180]

    run_virtual(story())


def test_a_refusal_is_acknowledged_each_time_it_comes_and_told_once() -> None:
    """RFC 3261 §17.1.1.3: the ACK of a 486 that was lost is sent again."""

    async def story() -> None:
        wire, heard = Wire(), list[Response]()
        invite = request("INVITE")
        transaction = ClientTransaction(invite, PBX, wire.send, heard.append)
        busy = respond(invite, 486, to_tag="b")
        transaction.take(busy)
        transaction.take(busy)
        assert [what for _, what in wire.sent] == ["INVITE", "ACK", "ACK"]
        assert [response.status for response in heard] == [486]

    run_virtual(story())


def test_other_requests_are_repeated_at_most_every_four_seconds() -> None:
    """RFC 3261 §17.1.2.2, timer E."""

    async def story() -> None:
        wire = Wire()
        ClientTransaction(request("REGISTER"), PBX, wire.send, lambda _: None)
        await passes(20)
        assert wire.times() == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5]

    run_virtual(story())


def test_the_answer_is_repeated_until_it_is_acknowledged() -> None:
    """An answered call whose 200 got lost is still answered (RFC 3261 §13.3.1.4)."""

    async def story() -> None:
        wire = Wire()
        invite = request("INVITE")
        transaction = ServerTransaction(invite, PBX, wire.send)
        transaction.respond(respond(invite, 200, to_tag="b"))
        await passes(2)
        transaction.acked()
        await passes(60)
        assert wire.times() == [0, 0.5, 1.5]

    run_virtual(story())


def test_a_repeated_request_gets_the_same_answer_and_a_second_final_is_not_said() -> None:
    """R-WAIT-6: what decided first has decided; a CANCEL that crosses the answer changes nothing."""

    async def story() -> None:
        wire = Wire()
        invite = request("INVITE")
        transaction = ServerTransaction(invite, PBX, wire.send)
        transaction.repeat()
        transaction.respond(respond(invite, 180, to_tag="b"))
        transaction.respond(respond(invite, 200, to_tag="b"))
        transaction.respond(respond(invite, 487, to_tag="b"))
        transaction.repeat()
        transaction.close()
        assert [what for _, what in wire.sent] == ["180", "200", "200"]

    run_virtual(story())
