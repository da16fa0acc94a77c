"""A call that an agent makes: their own phone rings first, then whom they call (R-OUT-1)."""

from __future__ import annotations

from ivr.flows.outbound_call import OutboundCall


async def dialled_out(call: OutboundCall) -> None:
    """Ordered at the desk, or begun on the phone."""
    if await call.agent_answers() and await call.reaches():
        await call.talk()


async def dialled_on_phone(call: OutboundCall) -> None:
    """The agent's phone has dialled; what is not to be dialled is told there (R-STATE-12, R-OUT-4)."""
    refused = await call.begin_at_phone()
    if refused is None:
        await dialled_out(call)
    else:
        await call.refuse(refused)


async def talk_on(call: OutboundCall) -> None:
    """Another process has left this call in talk."""
    await call.talk()
