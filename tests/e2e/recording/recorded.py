"""A helpline whose lines are recorded, and its recordings, measured: what is in the file, not in the row."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from ivr.softphone.agent_phone import Script
from ivr.softphone.incoming import IncomingCall
from tests.e2e.heard import audible_share, read, tone_share
from tests.e2e.helpline import Helpline
from tests.e2e.reload.own import OwnHelpline
from tests.e2e.story import Agent, Call, Story

JANE: Final = "120000000019"
CALLER_HZ, AGENT_HZ = 600, 1000
STEP_S: Final = 0.1


class RecordedHelpline(OwnHelpline):
    """The general line is recorded."""

    def _write_dialplan(self, limits: dict[str, float]) -> None:
        super()._write_dialplan(limits)
        lines = self._dialplan / "lines.toml"
        text = re.sub(r"^record = .*\n", "", lines.read_text(), flags=re.MULTILINE)
        lines.write_text(text.replace('numbers = ["03069 990100"]', 'numbers = ["03069 990100"]\nrecord = true'))
        office = self._dialplan / "office.toml"
        office.write_text(re.sub(r"min_free_mb = \d+", "min_free_mb = 1", office.read_text()))

    @property
    def folder_of_recordings(self) -> Path:
        """Where Asterisk writes them."""
        return self.settings.pbx.recordings


def recordings_of(line: Helpline, call: Call) -> list[Any]:
    """The rows of a call's recordings, in order."""
    query = "SELECT * FROM recording WHERE call_id = :call_id ORDER BY part"
    return line.rows(query, call_id=call.row().call_id)


def quiet_of(row: Any) -> list[dict[str, Any]]:
    """The quiet stretches that a row tells of."""
    found = row.silences
    return list(json.loads(found) if isinstance(found, str) else found)


async def talk(story: Story) -> tuple[Agent, Call, IncomingCall]:
    """Jane talks to the owner of her case; each sends a tone."""
    owner = await story.agent("7001", Script.answer(0.1, tone_hz=AGENT_HZ))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ringing = await owner.rung()
    await owner.is_in("on_call")
    call.sip.say_tone(CALLER_HZ)
    await story.until(lambda: recordings_of(story.line, call), "a recording is begun")
    return owner, call, ringing


async def seconds(story: Story, call: Call, length: float) -> None:
    """The caller hears so much more of the talk."""
    start = call.sip.heard.seconds
    await story.until(lambda: call.sip.heard.seconds >= start + length, f"{length} s of talk")


async def kept(story: Story, call: Call) -> list[Any]:
    """The recordings of a call that is over, all whole."""
    await call.hang_up()
    await call.is_in("ended")
    whole = lambda: all(row.ms is not None for row in recordings_of(story.line, call))  # noqa: E731
    await story.until(whole, "the recordings are whole")
    return recordings_of(story.line, call)


class Sound:
    """What is in a file, looked at in steps."""

    def __init__(self, path: Path) -> None:
        self.samples = read(path)
        self.seconds = len(self.samples) / 8000
        self.octets = (self.samples * 32768).astype(np.int16)

    def silent_from_to(self) -> list[tuple[float, float]]:
        """The stretches of at least 0.3 s without any sound: from, to, in seconds."""
        steps = np.arange(0, self.seconds - STEP_S, STEP_S / 4)
        quiet = [audible_share(self.octets, float(at), float(at) + STEP_S) == 0 for at in steps]
        found, begin = [], None
        for at, is_quiet in [*zip(steps, quiet, strict=True), (self.seconds, False)]:
            if is_quiet and begin is None:
                begin = float(at)
            elif not is_quiet and begin is not None:
                end = min(float(at) + STEP_S * 3 / 4, self.seconds)
                if end - begin >= 0.3:
                    found.append((begin, end))
                begin = None
        return found

    def share(self, tone_hz: int, begin_s: float, end_s: float) -> float:
        """How much of the power it has."""
        return tone_share(self.octets, tone_hz, begin_s, end_s)


def sound_of(line: RecordedHelpline, row: Any) -> Sound:
    """The file of a recording."""
    return Sound(line.folder_of_recordings / row.file)


async def reloaded(line: RecordedHelpline) -> None:
    """Operations have edited a file."""
    said = await line.reload()
    assert said.code == 0, said.text
