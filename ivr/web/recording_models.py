"""Recordings as they go over the wire (R-REC)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from ivr.domain.recordings import Quiet, Why
from ivr.web.models import Model


class QuietTold(Model):
    """A stretch of which nothing is heard: silence stands in its place, or, cut out, it takes none."""

    kind: Annotated[Quiet, Field(description="check, muted: silence stands there; cut, held: it was cut out there")]
    at_ms: Annotated[int, Field(description="its place in the file")]
    ms: Annotated[int | None, Field(description="how long it lasted; null while it does")]


class RecordingTold(Model):
    """One recording: a part of a call."""

    recording_id: str
    part: Annotated[int, Field(description="of the call's, from 1")]
    state: Annotated[
        Literal["recording", "kept", "deleted", "lost"],
        Field(description="lost: its file is not where it should be, or was empty"),
    ]
    began_at: AwareDatetime
    ended_at: AwareDatetime | None
    ms: Annotated[int | None, Field(description="what the file plays; null while it is made")]
    size: Annotated[int | None, Field(description="bytes")]
    quiet: tuple[QuietTold, ...]
    why: Annotated[Why | None, Field(description="why it was deleted, or ended before its talk")]
    deleted_at: AwareDatetime | None
    kept_until: Annotated[AwareDatetime | None, Field(description="as the rules are now; null while it is made")]


class RecordingsTold(Model):
    """A call's recordings, in order."""

    recordings: tuple[RecordingTold, ...]


class Opened(Model):
    """A recording that may be listened to for an hour; that it was opened is in the audit."""

    recording: RecordingTold
    audio: Annotated[str, Field(description="where the sound is; parts of it may be asked for by Range")]
    peaks: Annotated[tuple[int, ...], Field(description="the loudest of each of its equal stretches, 0 to 100")]


class RecordingNow(Model):
    """What a talk's recording does now."""

    on: Annotated[bool, Field(description="a file is being made")]
    quiet: Annotated[Quiet | None, Field(description="why nothing is heard in it now")]
    check: Annotated[bool, Field(description="silenced by the service, for a security check")]
    muted: Annotated[bool, Field(description="by the agent: silence stands in its place")]
    paused: Annotated[bool, Field(description="by the agent: nothing of it is in the file")]


class RecordingStoppedNow(Model):
    """Nothing is recorded now, and calls go on."""

    why: Why
    since: AwareDatetime
