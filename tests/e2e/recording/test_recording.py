"""Recordings of real calls, measured in the file (R-REC)."""

from __future__ import annotations

from tests.e2e.recording.recorded import (
    AGENT_HZ,
    CALLER_HZ,
    RecordedHelpline,
    kept,
    quiet_of,
    seconds,
    sound_of,
    talk,
)
from tests.e2e.story import Story


async def test_mute_keeps_the_time_line_and_pause_cuts(recorded_line: RecordedHelpline, recorded_story: Story) -> None:
    """R-REC-1: both are heard; silence stands exactly where the agent muted; what they paused takes no time at all."""
    story = recorded_story
    owner, call, _ringing = await talk(story)
    await seconds(story, call, 3)
    assert (await owner.does("recording/mute"))[0] == 200
    await seconds(story, call, 1.5)
    assert (await owner.does("recording/mute", method="DELETE"))[0] == 200
    await seconds(story, call, 1)
    assert (await owner.does("recording/pause"))[0] == 200
    await seconds(story, call, 2)
    assert (await owner.does("recording/pause", method="DELETE"))[0] == 200
    await seconds(story, call, 1)
    (row,) = await kept(story, call)
    sound, quiet = sound_of(recorded_line, row), quiet_of(row)
    print(row, quiet, sound.seconds, sound.silent_from_to())
    print(call.journey())
    ((begin, end),) = sound.silent_from_to()
    muted, paused = quiet
    assert (muted["kind"], paused["kind"]) == ("muted", "cut")
    assert abs(begin - muted["at_ms"] / 1000) < 0.15
    assert abs(end - begin - muted["ms"] / 1000) < 0.15
    assert abs(row.ms / 1000 - sound.seconds) < 0.01
    for tone in (CALLER_HZ, AGENT_HZ):
        assert sound.share(tone, end + 0.2, end + 0.8) > 0.3
