"""For ``docker/try``: a caller and an agent talk for as long as the service needs to be started again, and longer.

Ends with exit code 1 when the talk was cut. Runs beside the service, in a container of its own.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from typing import Final

from ivr import settings
from ivr.settings import Settings
from ivr.softphone.digest import Credentials
from ivr.softphone.place_call import CallPlan, PhoneEvent, place_call
from ivr.test_call.desk import connection_to, log_in

AGENT: Final = "7001"
TALK_S: Final = 30.0
LIMIT_S: Final = 120.0
"""So long the whole may take, the agent's ringing included."""


async def talk(ours: Settings) -> list[PhoneEvent]:
    """Log the agent in, have the two talk, and log the agent out again."""
    async with connection_to(ours.web_url) as http:
        desk = await log_in(http, AGENT, ours.sample_password)

        async def make_available() -> None:
            await desk.ask("available")

        plan = CallPlan(
            "03069990100",
            "1,120000000019",
            pbx=(ours.host, ours.sip_port),
            agents=(Credentials(AGENT, ours.sample_password),),
            answer_after_s=0.5,
            talk_s=TALK_S,
            when_registered=make_available,
        )
        try:
            return await follow(plan)
        finally:
            await desk.leave()


async def follow(plan: CallPlan) -> list[PhoneEvent]:
    """Place the call; all that the phones see, told as they see it."""
    seen = []
    async with aclosing(place_call(plan)) as events, asyncio.timeout(LIMIT_S):
        async for event in events:
            sys.stdout.write(f"{event}\n")
            sys.stdout.flush()
            seen.append(event)
    return seen


def whole(seen: list[PhoneEvent]) -> bool:
    """Whether the agent answered and was the one who ended it, when the talk was over."""
    answered = [event.at_s for event in seen if (event.who, event.what) == (AGENT, "answered")]
    ended = [event.at_s for event in seen if (event.who, event.what) == (AGENT, "ended")]
    return bool(answered and ended) and ended[0] - answered[0] >= TALK_S


if __name__ == "__main__":
    sys.exit(0 if whole(asyncio.run(talk(settings.load()))) else "The talk was cut.")
