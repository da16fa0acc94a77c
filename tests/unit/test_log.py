"""What a log line may show (R-DTMF-5)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from ivr import log


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Logging set up to write to a string, and put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    log.set_up(stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


def _lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_reference_in_any_text_shows_its_last_three_digits(out: io.StringIO) -> None:
    """R-DTMF-5: whatever key or text it stands in."""
    structlog.get_logger().info("reference.keyed 300000000019", keyed="300000000019", tried=["dob 01022015", "12345"])
    (line,) = _lines(out)
    assert line["event"] == "reference.keyed …019"
    assert line["keyed"] == "…019"
    assert line["tried"] == ["dob …", "…"]
    assert "0000" not in out.getvalue()


def test_personal_keys_show_no_name_and_three_digits_at_most(out: io.StringIO) -> None:
    """R-DTMF-5: pii_ keys, nested ones too; a PIN shows nothing."""
    structlog.get_logger().info(
        "call.arrived", pii_name="Jane Example", call={"pii_cli": "03069 990 123"}, pii_pin=1234
    )
    (line,) = _lines(out)
    assert line["pii_name"] == "…"
    assert line["call"] == {"pii_cli": "…123"}
    assert line["pii_pin"] == "…"
    assert "Jane" not in out.getvalue()


def test_ids_and_instants_stay_whole(out: io.StringIO) -> None:
    """A call can be followed through the log by its id, even one with a run of digits in it."""
    structlog.get_logger().info("call.queued", call_id="c01k9p1234567abcd", wait_s=123456.5)
    (line,) = _lines(out)
    assert line["call_id"] == "c01k9p1234567abcd"
    assert line["wait_s"] == 123456.5
    assert "…" not in line["timestamp"]


def test_errors_and_other_libraries_are_masked_too(out: io.StringIO) -> None:
    """R-DTMF-5: a traceback's text and a library's own log line take the same way out."""
    try:
        int("SCIN 300000000019")
    except ValueError:
        structlog.get_logger().exception("flow.failed")
    logging.getLogger("some.library").warning("peer %s said 03069990123", "03069990199")
    ours, theirs = _lines(out)
    assert "SCIN …019" in ours["exception"]
    assert theirs["event"] == "peer …199 said …123"
    assert theirs["logger"] == "some.library"
    assert "03069" not in out.getvalue()
    assert "300000000019" not in out.getvalue()


def test_the_console_is_masked_as_well() -> None:
    """R-DTMF-5: the form for a terminal hides the same."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    log.set_up(console=True, stream=stream)
    structlog.get_logger().info("reference.keyed", keyed="300000000019")
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)
    assert "…019" in stream.getvalue()
    assert "0000" not in stream.getvalue()


def test_what_libraries_quote_is_masked(out: io.StringIO) -> None:
    """A database's detail, a driver's argument and pydantic's input may be a name; what else the message says stays."""
    quotes = [
        "duplicate key\nDETAIL:  Key (name)=(Jane Example) already exists.\nHINT: none",
        "invalid input for query argument $2: 'Jane Example' (an int is wanted)",
        "1 validation error\nname\n  Field [type=missing, input_value={'name': 'Jane Example'}, input_type=dict]",
    ]
    for quote in quotes:
        error = ValueError(quote)
        structlog.get_logger().error("flow.failed", error=repr(error), quote=quote, exc_info=error)
    assert "Jane" not in out.getvalue()
    duplicate, _argument, validation = _lines(out)
    assert duplicate["quote"] == "duplicate key\nDETAIL:  …\nHINT: none"
    assert "input_type=dict" in validation["exception"]


def test_at_debug_level_a_line_is_masked_as_at_any(out: io.StringIO) -> None:
    """The level decides how much is written, not what may stand in it."""
    log.set_up(level=logging.DEBUG, stream=out)
    structlog.get_logger().debug("ari.asked", path="endpoints/PJSIP/07700900123")
    assert _lines(out)[0]["path"] == "endpoints/PJSIP/…123"


def test_whose_post_box_it_is_stays_unsaid(out: io.StringIO) -> None:
    """A mail server may name whom it refuses; an address of SIP's is an account and a machine, and stays."""
    structlog.get_logger().error("mail.refused", fault="550 <jane@post.example>: unknown", at="sip:7001@127.0.0.1")
    (line,) = _lines(out)
    assert (line["fault"], line["at"]) == ("550 <…@post.example>: unknown", "sip:7001@127.0.0.1")
