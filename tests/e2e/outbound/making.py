"""Agents who call somebody outside, over a carrier on a loopback address."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.softphone.call import Call as SipCall
from ivr.softphone.carrier import Carrier
from ivr.softphone.incoming import IncomingCall
from tests.e2e.heard import tone_heard
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.states.desk import Told, watching
from tests.e2e.story import Agent, Story
from tests.e2e.trunks.carriers import EVENTS, free_port

AGENT, OTHER = "7008", "7009"
"""Of GICH."""
NUMBER, INTERPRETERS = "07700900123", "03069990500"
GENERAL_SHOWN, EMPLOYERS_SHOWN = "+443069990100", "+443069990200"
AGENT_HZ, FAR_HZ, THIRD_HZ = 600, 900, 1300
LIMIT_S = 10.0
RING_S, NO_RINGING_S = 7, 2
TRUNK = """
[one]
addresses = ["127.0.0.2"]
server = "127.0.0.2:{port}"
dtmf = "rfc4733"
number_form = "+44"
"""
CALLS = {"ring_timeout_s": RING_S, "no_ringing_timeout_s": NO_RINGING_S, "trunk": '"one"'}


@dataclass(slots=True)
class OutboundLab:
    """A helpline whose agents can call outside, and the port at which its carrier answers."""

    line: Helpline
    port: int

    def carrier(self) -> Carrier:
        """Where whom they call is reached; rings unless told."""
        return Carrier(EVENTS, self.port)


def connect_carrier(folder: Path) -> int:
    """Calls outside go over a carrier, in the dialplan of a helpline that has not begun; the carrier's port."""
    port = free_port()
    (folder / "dialplan" / "trunks.toml").write_text(TRUNK.format(port=port))
    file = folder / "dialplan" / "outbound.toml"
    text = file.read_text()
    for key, value in CALLS.items():
        text, count = re.subn(rf"^(?:# )?{key} = \S+", f"{key} = {value}", text, flags=re.MULTILINE)
        assert count == 1, f"outbound.toml has no {key}"
    file.write_text(text + f'\n[interpreters.the-big-word]\nnumber = "{INTERPRETERS}"\n')
    return port


@contextmanager
def outbound_lab(folder: Path) -> Iterator[OutboundLab]:
    """A running helpline with a carrier, over which agents call, and an interpreters' number."""
    line = Helpline(folder, {**SHORT, "ring_timeout_s": 3})
    port = connect_carrier(folder)
    line.start()
    try:
        yield OutboundLab(line, port)
    finally:
        line.stop()


async def places(agent: Agent, **body: object) -> tuple[int, Any]:
    """The agent's desk asks for a call: HTTP status and answer."""
    async with agent._http.post("/api/calls", json={"number": NUMBER, **body}, headers=agent._bearer) as reply:
        return reply.status, await reply.json()


async def placed(agent: Agent, **body: object) -> IncomingCall:
    """The desk asks for a call, and the agent's own phone rings."""
    status, answer = await places(agent, **body)
    assert status == 201, answer
    return await agent.rung(LIMIT_S)


def last_call(story: Story) -> Any:
    """The row of the call that was made last."""
    return story.line.rows("SELECT * FROM call WHERE kind IS NOT NULL ORDER BY arrived_at DESC LIMIT 1")[0]


def progress(told: Told) -> list[str]:
    """How far the desk was told that the call has come."""
    return [message["progress"] for message in told.of("call_progress")]


async def is_told(story: Story, told: Told, *steps: str) -> None:
    """Wait until the desk has been told that the call has come so far, by just these steps."""
    await story.until(lambda: progress(told) == list(steps), f"the desk is told {steps}, not {progress(told)}", LIMIT_S)


@asynccontextmanager
async def at_desk(story: Story, staff: str = AGENT) -> AsyncIterator[tuple[Agent, Told]]:
    """An agent who is Not Ready, and what their desk is told."""
    agent = await story.agent(staff, available=False)
    async with watching(story, staff) as told:
        yield agent, told


def hears(phone: SipCall, tone_hz: int) -> bool:
    """Whether that tone is what a phone hears now."""
    end_s = phone.heard.seconds
    return end_s > 0.5 and tone_heard(phone.heard, tone_hz, end_s - 0.5, end_s)


async def talk(story: Story, own: SipCall, far: SipCall) -> None:
    """Agent and whom they called hear each other."""
    own.say_tone(AGENT_HZ)
    far.say_tone(FAR_HZ)
    await story.until(lambda: hears(own, FAR_HZ), "the agent hears", LIMIT_S)
    await story.until(lambda: hears(far, AGENT_HZ), "whom they called hears", LIMIT_S)
