"""A caller: a phone that calls and is not called."""

from __future__ import annotations

from ivr.softphone.phone import Phone


class Caller(Phone):
    """Somebody who rings the helpline; any number of calls at once over one SIP socket.

    ::

        async with Caller() as caller:
            call = await caller.call("sip:03069990100@127.0.0.1:5060", cli="07700900123")
            await call.answered(5)
            await call.key("1")
            await call.key("120000000019", tone_ms=80, gap_ms=80)
            await call.hang_up()
    """
