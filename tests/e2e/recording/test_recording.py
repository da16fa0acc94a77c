"""Recordings of real calls, measured in the file (R-REC)."""

from __future__ import annotations

import asyncio

from ivr.softphone.agent_phone import Script
from tests.e2e.heard import heard
from tests.e2e.recording.recorded import (
    AGENT_HZ,
    CALLER_HZ,
    JANE,
    RecordedHelpline,
    Sound,
    kept,
    quiet_of,
    recordings_of,
    reloaded,
    seconds,
    sound_of,
    talk,
)
from tests.e2e.story import Agent, Story
from tests.e2e.takeover.away import service_away

CLOSE_S = 0.35
"""So exact is what a row tells of its file."""
BOTH = (CALLER_HZ, AGENT_HZ)


def _both_heard(sound: Sound, begin_s: float, end_s: float) -> bool:
    return all(sound.share(tone, begin_s + CLOSE_S, end_s - CLOSE_S) > 0.3 for tone in BOTH)


async def test_mute_keeps_the_time_line_pause_and_hold_cut(
    recorded_line: RecordedHelpline, recorded_story: Story
) -> None:
    """R-REC-1: both are heard; silence stands exactly where the agent muted; what was paused, or on hold, takes no time
    at all; a second mute is silent, too.
    """
    story = recorded_story
    owner, call, _ringing = await talk(story)
    await seconds(story, call, 3.5)
    for verb, length in (("recording/mute", 1.5), ("recording/pause", 2), ("hold", 1.5), ("recording/mute", 1)):
        assert (await owner.does(verb))[0] == 200
        await seconds(story, call, length)
        assert (await owner.does(verb, method="DELETE"))[0] == 200
        await seconds(story, call, 1)
    first, second = await kept(story, call)
    sound, (muted, paused, held) = sound_of(recorded_line, first), quiet_of(first)
    assert [one["kind"] for one in (muted, paused, held)] == ["muted", "cut", "held"]
    ((begin, end),) = sound.silent_from_to()
    assert abs(begin - muted["at_ms"] / 1000) < CLOSE_S
    assert abs(end - begin - muted["ms"] / 1000) < CLOSE_S
    assert abs(first.ms / 1000 - sound.seconds) < 0.01
    assert sound.seconds < begin + 1.5 + 1 + 1 + 1 + 1, "what was paused or on hold is in the file"
    assert _both_heard(sound, end, sound.seconds)
    (again,), later = quiet_of(second), sound_of(recorded_line, second)
    ((begin, end),) = later.silent_from_to()
    assert (again["kind"], begin < CLOSE_S) == ("muted", True)
    assert abs(end - again["ms"] / 1000) < CLOSE_S
    steps = [step for step in call.journey() if step.startswith("recording_q")]
    assert len(steps) == 4


async def test_a_security_check_is_silent_and_a_restart_loses_nothing(
    recorded_line: RecordedHelpline, recorded_story: Story
) -> None:
    """R-REC-1: silence during the check, whatever the agent mutes and unmutes meanwhile; a process that takes the call
    over goes on with the same file, and what began while a check is open is silent from its first sound.
    """
    story = recorded_story
    owner, call, _ringing = await talk(story)
    await seconds(story, call, 3)
    async with service_away(recorded_line):
        await seconds(story, call, 1)
    await story.until(lambda: owner.state == "on_call", "the talk goes on")
    await seconds(story, call, 1)
    (row,) = recordings_of(recorded_line, call)
    assert row.ended_at is None
    check = f"/api/calls/{call.row().call_id}/security/check"
    status, answer = await owner.request("POST", check, {"kind": "client", "record_id": call.row().client_id})
    assert status == 200, answer
    await seconds(story, call, 0.5)
    for method in ("POST", "DELETE"):
        assert (await owner.does("recording/mute", method=method))[0] == 200
    await seconds(story, call, 0.5)
    async with service_away(recorded_line):
        await seconds(story, call, 0.5)
    await story.until(lambda: len(recordings_of(recorded_line, call)) == 2, "another part is begun")
    await seconds(story, call, 1)
    status, answer = await owner.request("DELETE", check)
    assert status == 200, answer
    await seconds(story, call, 1)
    first, second = await kept(story, call)
    sound = sound_of(recorded_line, first)
    assert {one["kind"] for one in quiet_of(first)} == {"check"}
    assert _both_heard(sound, 3.2, 4.0), "what was said while the service was away"
    ((begin, end),) = sound.silent_from_to()
    assert abs(begin - quiet_of(first)[0]["at_ms"] / 1000) < CLOSE_S
    assert end == sound.seconds
    later = sound_of(recorded_line, second)
    ((begin, end),) = later.silent_from_to()
    assert begin < 0.1
    assert _both_heard(later, end, later.seconds)


async def test_a_full_disk_ends_recording_never_a_call_and_retention_deletes(
    recorded_line: RecordedHelpline, recorded_story: Story
) -> None:
    """R-REC-2: too little room: recording stops, the talk goes on, and it starts again once there is room. What is too
    old is deleted, its file and no other's; the row, the audit and the API say so.
    """
    story = recorded_story
    leader = await story.agent("7101", available=False, phone=False)
    owner, call, ringing = await talk(story)
    await seconds(story, call, 1)
    recorded_line.edit("office.toml", "min_free_mb = 1\n", "min_free_mb = 999999999\n")
    await reloaded(recorded_line)
    await story.until(lambda: recordings_of(recorded_line, call)[0].why == "no_room", "recording has stopped")
    assert owner.state == "on_call"
    start = ringing.heard.seconds
    await story.until(lambda: ringing.heard.seconds > start + 0.5, "the talk goes on")
    recorded_line.edit("office.toml", "min_free_mb = 999999999\n", "min_free_mb = 1\n")
    await reloaded(recorded_line)
    await story.until(lambda: len(recordings_of(recorded_line, call)) == 2, "recording goes on")
    await seconds(story, call, 1)
    await _is_played_by_leaders_only(recorded_line, leader, owner, (await kept(story, call))[0])
    other = recorded_line.folder_of_recordings / "not-ours.wav"
    other.write_bytes(b"another's")
    recorded_line.edit("office.toml", "keep_days = 90\n", "keep_days = 0.000001\n")
    await reloaded(recorded_line)
    rows = recordings_of(recorded_line, call)
    await story.until(lambda: all(row.deleted_at for row in recordings_of(recorded_line, call)), "they are deleted")
    recorded_line.edit("office.toml", "keep_days = 0.000001\n", "keep_days = 90\n")
    await reloaded(recorded_line)
    assert other.exists()
    other.unlink()
    assert not [row for row in rows if (recorded_line.folder_of_recordings / row.file).exists()]
    status, answer = await leader.request("POST", f"/api/recordings/{rows[0].recording_id}/openings")
    assert (status, answer["error_id"]) == (409, "recording.deleted")
    deeds = recorded_line.rows("SELECT subject, why FROM audit WHERE what = 'recording_deleted'")
    assert {(row.recording_id, "retention") for row in rows} <= {tuple(deed) for deed in deeds}


async def _is_played_by_leaders_only(line: RecordedHelpline, leader: Agent, agent: Agent, row: object) -> None:
    """R-REC-2: an agent may not; a leader opens it, which is in the audit, and hears the part they ask for."""
    address = f"/api/recordings/{row.recording_id}"  # type: ignore[attr-defined]
    status, answer = await agent.request("POST", f"{address}/openings")
    assert (status, answer["error_id"]) == (403, "session.not_a_team_leader")
    assert (await leader.request("GET", f"{address}/audio"))[0] == 403, "before it was opened"
    status, opened = await leader.request("POST", f"{address}/openings")
    assert status == 201
    assert max(opened["peaks"]) > 10
    status, part = await leader.bytes_of(opened["audio"], "bytes=44-8043")
    whole = (line.folder_of_recordings / row.file).read_bytes()  # type: ignore[attr-defined]
    assert (status, part == whole[44:8044]) == (206, True)
    played = line.rows("SELECT actor, call_id FROM audit WHERE what = 'recording_played'")
    assert [tuple(one) for one in played] == [("agent 7101", row.call_id)]  # type: ignore[attr-defined]


async def test_the_caller_is_told_before_or_as_the_talk_begins(
    recorded_line: RecordedHelpline, recorded_story: Story
) -> None:
    """R-REC-1, R-MENU-3: with the greeting; who keys over it hears it with the agent, and it is in the recording."""
    story = recorded_story
    patient = await (await story.call()).answered()
    await patient.hears("welsh-offer", "cy")
    assert patient.script("greeting", "recording-announcement") == ["greeting", "recording-announcement"]
    await patient.hang_up()
    await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await call.hears("recording-announcement")
    await asyncio.sleep(0.5)
    (row,) = await kept(story, call)
    assert heard(sound_of(recorded_line, row).octets, recorded_line.prompt("recording-announcement"))
