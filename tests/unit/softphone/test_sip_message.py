"""SIP messages as they come from and go to the wire (RFC 3261 §7)."""

from __future__ import annotations

import pytest

from ivr.softphone.sip_message import (
    MalformedMessage,
    Request,
    Response,
    build,
    cseq_of,
    parse,
    parse_uri,
    respond,
    tag_of,
    uri_in,
)

INVITE = (
    b"INVITE sip:7001@127.0.0.1:5070 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc\r\n"
    b"Record-Route: <sip:127.0.0.1:5080;lr>,\r\n"
    b"  <sip:127.0.0.2;lr>\r\n"
    b'From: "Smith; tag=no, Ann" <sip:07700900123@127.0.0.1>;tag=theirs\r\n'
    b"To: <sip:7001@127.0.0.1>\r\n"
    b"i: one@127.0.0.1\r\n"
    b"CSeq: 17 INVITE\r\n"
    b"Content-Length: 4\r\n"
    b"\r\n"
    b"bodyXX"
)


def test_compact_and_folded_headers_are_found_by_any_name() -> None:
    """R-DTMF and every other story rest on reading what the PBX says, in each form that RFC 3261 §7.3 allows."""
    message = parse(INVITE)
    assert isinstance(message, Request)
    assert message.headers.get("Call-ID") == "one@127.0.0.1"
    assert message.headers.get("VIA") == "SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc"
    assert message.headers.listed("record-route") == ["<sip:127.0.0.1:5080;lr>", "<sip:127.0.0.2;lr>"]
    assert message.body == b"body"
    assert cseq_of(message) == (17, "INVITE")


def test_a_tag_inside_a_display_name_is_no_tag() -> None:
    """Caller's names come from outside: only what stands behind the address counts."""
    message = parse(INVITE)
    assert tag_of(message.headers.need("from")) == "theirs"
    assert tag_of('"a;tag=no" <sip:1@127.0.0.1>') is None
    assert uri_in(message.headers.need("from")) == "sip:07700900123@127.0.0.1"


def test_what_is_built_is_read_back_the_same() -> None:
    """A response survives the wire, with its body's length counted once."""
    request = parse(INVITE)
    assert isinstance(request, Request)
    response = respond(request, 180, to_tag="ours", extra=(("Contact", "<sip:7001@127.0.0.1:5070>"),), body=b"v=0")
    again = parse(build(response))
    assert isinstance(again, Response)
    assert (again.status, again.reason, again.body) == (180, "Ringing", b"v=0")
    assert again.headers.all("content-length") == ["3"]
    assert tag_of(again.headers.need("to")) == "ours"
    assert again.headers.all("record-route") == request.headers.all("record-route")


def test_a_tag_that_is_there_is_not_doubled() -> None:
    """Within a dialog the To tag is the one already agreed on."""
    request = parse(INVITE.replace(b"To: <sip:7001@127.0.0.1>", b"To: <sip:7001@127.0.0.1>;tag=agreed"))
    assert isinstance(request, Request)
    assert respond(request, 200, to_tag="another").headers.get("to") == "<sip:7001@127.0.0.1>;tag=agreed"


@pytest.mark.parametrize(
    "datagram",
    [
        b"\xff\xfe\xfd",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"SIP/2.0 abc OK\r\nVia: x\r\n\r\n",
        b"OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nno colon here\r\n\r\n",
        b"OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nContent-Length: 9\r\n\r\nshort",
    ],
)
def test_what_is_no_sip_is_refused(datagram: bytes) -> None:
    """Nothing from the network gets further than the edge unless it is a SIP message."""
    with pytest.raises(MalformedMessage):
        parse(datagram)


def test_an_address_without_a_port_means_5060() -> None:
    """RFC 3261 §19.1.2."""
    assert parse_uri("sip:03069990100@127.0.0.1").address == ("127.0.0.1", 5060)
    assert parse_uri("<sip:127.0.0.1:5999;transport=udp>").address == ("127.0.0.1", 5999)
