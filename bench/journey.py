"""One call: dialled, the menu's first option keyed, twelve digits keyed, an agent rung, and given up.

The moments are the callers' own: of the INVITE, of a key's last packet, of a packet's arrival by the kernel's clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.figures import Journey
from bench.people import RUNG_LIMIT_S, SCIN, Desks
from ivr.softphone.caller import Caller
from ivr.softphone.g711 import FRAME_S, FRAME_SAMPLES, SILENT_FRAME
from ivr.softphone.media import MediaOptions
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.recording import Recording

ANSWER_LIMIT_S: Final = 10.0
PROMPT_LIMIT_S: Final = 10.0
LISTEN_S: Final = 0.2
"""The caller has heard so much of the greeting when they key: the prompt is cut."""
RING_S: Final = 0.2
MENU_KEY: Final = "1"
EARS: Final = MediaOptions(record=True, send_audio=True)


class FirstFrame:
    """A prompt known by the first frame of its file that is a sound: Asterisk sends a file's octets as they are."""

    def __init__(self, path: Path) -> None:
        octets = path.with_suffix(".alaw").read_bytes()
        frames = [octets[at : at + FRAME_SAMPLES] for at in range(0, len(octets), FRAME_SAMPLES)]
        self.number = next(n for n, frame in enumerate(frames) if frame != SILENT_FRAME and len(set(frame)) > 20)
        self.octets = frames[self.number]


class Ear(Recording):
    """Listens for the beginnings of prompts; keeps nothing else."""

    def __init__(self, started_at: float, awaited: Sequence[FirstFrame]) -> None:
        super().__init__(started_at)
        self._awaited = {frame.octets: frame for frame in awaited}
        self._began_at: dict[FirstFrame, float] = {}

    def write(self, ssrc: int, timestamp: int, alaw: bytes, arrived_at: float) -> bool:  # noqa: ARG002
        """One packet; True, which wakes those who wait, when a prompt is known by it."""
        self.packets += 1
        frame = self._awaited.pop(alaw, None)
        if frame is not None:
            self._began_at[frame] = arrived_at - frame.number * FRAME_S
        return frame is not None

    def began_at(self, frame: FirstFrame) -> float | None:
        """When the prompt's first packet came, monotonic seconds."""
        return self._began_at.get(frame)


@dataclass(frozen=True, slots=True)
class Script:
    """What the caller is to hear: the greeting, and the question after the first key."""

    greeting: FirstFrame
    question: FirstFrame


async def travel(caller: Caller, desks: Desks, uri: str, cli: str, script: Script) -> Journey:
    """Place one call and measure it. Raises what went wrong: ``CallEnded``, ``TimeoutError``."""
    rung = desks.expect(cli)
    call = await caller.call(uri, cli=cli, media=EARS)
    ear = call.media.heard = Ear(call.marks[0].at, (script.greeting, script.question))
    try:
        await call.answered(ANSWER_LIMIT_S)
        await call.until(lambda: ear.began_at(script.greeting) is not None, PROMPT_LIMIT_S, "the greeting")
        await asyncio.sleep(LISTEN_S)
        await call.key(MENU_KEY)
        await call.until(lambda: ear.began_at(script.question) is not None, PROMPT_LIMIT_S, "the question")
        await call.key(SCIN)
        ring = await asyncio.wait_for(rung, RUNG_LIMIT_S)
        await asyncio.sleep(RING_S)
        return _measured(call, ear.began_at(script.question), ring.marks[0].at)
    finally:
        rung.cancel()
        await call.hang_up()


def _measured(call: OutgoingCall, began_at: float | None, rang_at: float) -> Journey:
    keys = call.marks.all("key")
    answered_at = call.marks.first("200")
    if answered_at is None or began_at is None:
        raise TimeoutError("a moment is missing")
    return Journey(
        answer_ms=(answered_at - call.marks[0].at) * 1000,
        prompt_ms=(began_at - keys[0].at) * 1000,
        agent_ms=(rang_at - keys[-1].at) * 1000,
    )
