"""Recordings: an agent silences or cuts that of their call; team leaders play what is kept (R-REC)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import structlog
from sqlalchemy import Connection

from ivr.domain.agents import by_agent
from ivr.domain.ids import CallId, RecordingId
from ivr.domain.recordings import RecordingRow, Why
from ivr.domain.talking import Silence
from ivr.recording.wave_form import wave_form
from ivr.records import recordings
from ivr.web.call_api import asked, verb
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.recording_models import Opened, QuietTold, RecordingsTold, RecordingTold
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.services import WebServices

log = structlog.get_logger()
Asked = Ask[NoBody, NoQuery]
LISTEN_S: Final = 3600.0
"""So long a recording may be listened to once it is opened."""
WAV: Final = "audio/wav"
NOT_THERE: Final = {409: "Its file is being made, was deleted, or is lost; the message says which."}


async def mute_recording(ask: Asked) -> Reply:
    """Silence stands in the recording from here on."""
    return await asked(ask, Silence("muted", on=True))


async def unmute_recording(ask: Asked) -> Reply:
    """The talk is recorded again; while a security check is made it stays silent."""
    return await asked(ask, Silence("muted", on=False))


async def pause_recording(ask: Asked) -> Reply:
    """Nothing is recorded from here on."""
    return await asked(ask, Silence("paused", on=True))


async def resume_recording(ask: Asked) -> Reply:
    """The talk is recorded again."""
    return await asked(ask, Silence("paused", on=False))


async def of_call(ask: Asked) -> Reply:
    """A call's recordings, those that are deleted too."""
    services = ask.web.services
    rows = await services.store.read(recordings.of_call, CallId(ask.path["call_id"]))
    return Reply(200, RecordingsTold(recordings=await _all_told(services, rows)))


async def open_recording(ask: Asked) -> Reply:
    """Audited, before anything of it is given out."""
    services, row = ask.web.services, await _there(ask)
    peaks = await _peaks(services, row, _path(services, row))
    actor = by_agent(ask.who.staff_number)
    await services.store.write(recordings.played, row, actor, services.now())
    (told,) = await _all_told(services, (row,))
    return Reply(201, Opened(recording=told, audio=f"/api/recordings/{row.recording_id}/audio", peaks=tuple(peaks)))


async def audio(ask: Asked) -> Reply:
    """Only for who has opened it within the last hour, so that each listening is in the audit."""
    services, row = ask.web.services, await _there(ask)
    since = services.now() - timedelta(seconds=LISTEN_S)
    actor = by_agent(ask.who.staff_number)
    if not await services.store.read(recordings.was_opened, row.recording_id, actor, since):
        raise Refusal(403, "recording.not_opened", "open the recording first: POST /api/recordings/{id}/openings")
    return Reply(200, headers={"Content-Type": WAV}, file=_path(services, row))


async def _there(ask: Asked) -> RecordingRow:
    """The recording, whole and on the disk."""
    services, recording_id = ask.web.services, RecordingId(ask.path["recording_id"])
    row = await services.store.read(recordings.one, recording_id)
    if row is None:
        raise Refusal(404, "recording.unknown", "there is no such recording", field="recording_id", found=recording_id)
    state = await asyncio.to_thread(_state, services, row)
    if state != "kept":
        raise _not_now(state)
    return row


def _not_now(state: Literal["recording", "deleted", "lost"]) -> Refusal:
    if state == "recording":
        return Refusal(409, "recording.recording", _WHY_NOT[state])
    if state == "deleted":
        return Refusal(409, "recording.deleted", _WHY_NOT[state])
    return Refusal(409, "recording.lost", _WHY_NOT[state])


_WHY_NOT: Final = {
    "recording": "the call is being recorded: play it once that has ended",
    "deleted": "this recording was deleted when its time to be kept was over",
    "lost": "the file of this recording is not where it should be; nobody has deleted it through the service",
}


def _path(services: WebServices, row: RecordingRow) -> Path:
    if services.recordings is None:
        raise Refusal(409, "recording.lost", _WHY_NOT["lost"])
    return services.recordings / row.file


def _state(services: WebServices, row: RecordingRow) -> Literal["recording", "kept", "deleted", "lost"]:
    if row.deleted_at is not None:
        return "lost" if row.why == Why.LOST else "deleted"
    if row.ended_at is None:
        return "recording"
    return "kept" if services.recordings is not None and (services.recordings / row.file).is_file() else "lost"


async def _peaks(services: WebServices, row: RecordingRow, path: Path) -> list[int]:
    """Made when it is first opened, and kept."""
    kept = await services.store.read(_peaks_of, row.recording_id)
    if kept is not None:
        return kept
    try:
        found = await asyncio.to_thread(wave_form, path)
    except (OSError, ValueError) as error:
        log.warning("recording.not_read", recording_id=row.recording_id, error=str(error))
        raise Refusal(409, "recording.lost", "the file of this recording cannot be read") from error
    await services.store.write(recordings.keep_peaks, row.recording_id, found)
    return found


def _peaks_of(sql: Connection, recording_id: RecordingId) -> list[int] | None:
    return recordings.peaks(sql, recording_id)


async def _all_told(services: WebServices, rows: tuple[RecordingRow, ...]) -> tuple[RecordingTold, ...]:
    keep = timedelta(days=services.keep_days())
    return await asyncio.to_thread(lambda: tuple(_told(services, row, keep) for row in rows))


def _told(services: WebServices, row: RecordingRow, keep: timedelta) -> RecordingTold:
    until: datetime | None = None if row.ended_at is None or row.deleted_at is not None else row.ended_at + keep
    return RecordingTold(
        recording_id=row.recording_id,
        part=row.part,
        state=_state(services, row),
        began_at=row.began_at,
        ended_at=row.ended_at,
        ms=row.ms,
        size=row.size,
        quiet=tuple(QuietTold(kind=one.kind, at_ms=one.at_ms, ms=one.ms) for one in row.quiet),
        why=None if row.why is None else Why(row.why),
        deleted_at=row.deleted_at,
        kept_until=until,
    )


_RECORDING: Final = "/api/recordings/{recording_id:r[0-9a-z]{16}}"
_EXAMPLE: Final = {"recording_id": "r0000000000000000"}
OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    verb("mute_recording", "recording/mute", "POST", "Have silence recorded in the place of the talk", mute_recording),
    verb("unmute_recording", "recording/mute", "DELETE", "Have the talk recorded again", unmute_recording),
    verb("pause_recording", "recording/pause", "POST", "Have nothing recorded", pause_recording),
    verb("resume_recording", "recording/pause", "DELETE", "Have the talk recorded again", resume_recording),
    Operation(
        "GET",
        "/api/calls/{call_id:c[0-9a-z]{16}}/recordings",
        "recordings",
        "A call's recordings, in order; those that are deleted too",
        Auth.OVERSIGHT,
        of_call,
        {200: Answer("The recordings.", RecordingsTold)},
        NoBody,
        NoQuery,
        programs=True,
        examples={"call_id": "c0000000000000000"},
    ),
    Operation(
        "POST",
        f"{_RECORDING}/openings",
        "open_recording",
        "Open a recording to listen to it: audited, with who opened which",
        Auth.TEAM_LEADER,
        open_recording,
        {201: Answer("Its wave form, and where its sound is for an hour.", Opened)},
        NoBody,
        NoQuery,
        NOT_THERE,
        examples=_EXAMPLE,
    ),
    Operation(
        "GET",
        f"{_RECORDING}/audio",
        "recording_audio",
        "The sound of a recording that the asker has opened within the last hour",
        Auth.TEAM_LEADER,
        audio,
        {
            200: Answer("16 bit, 8 kHz.", media=WAV),
            206: Answer("The part that the header Range asks for.", media=WAV),
        },
        NoBody,
        NoQuery,
        NOT_THERE | {416: "It has no such part."},
        examples=_EXAMPLE,
    ),
)
