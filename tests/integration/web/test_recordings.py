"""Recordings over REST, on a real store: who may list, open and hear them, and what is said of those that are gone."""

from __future__ import annotations

import array
import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from aiohttp.test_utils import TestClient, TestServer

from ivr.domain.ids import CallId, new_recording_id
from ivr.domain.recordings import Quiet, RecordingRow, Why, Wishes
from ivr.domain.routes import Segments, existing_case
from ivr.records import recordings
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from ivr.web.server import make_app
from ivr.web.services import HealthNow, WebServices
from tests.integration.web.desk import BOTH_STORES, CHEAP, Clock, Desk, Place

KEEP_DAYS: Final = 90.0


@pytest.fixture
async def recording_place(store: SqlStore, clock: Clock, tmp_path: Path) -> AsyncIterator[Place]:
    """The application, with a folder of recordings."""
    services = WebServices(store, now=clock.now, passwords=CHEAP, recordings=tmp_path, keep_days=lambda: KEEP_DAYS)
    async with TestClient(TestServer(make_app(services))) as client:
        yield Place(store, clock, HealthNow(pbx_linked=True, database_answers=True), client=client)


async def _call(place: Place, leader: Desk) -> CallId:
    return await place.call(existing_case(Segments(), leader.agent_id, "Maintenance 1", "Maintenance"))


async def _recorded(place: Place, call_id: CallId, folder: Path, part: int = 1) -> RecordingRow:
    """A second of sound, half of it muted."""
    now = place.clock.now()
    row = RecordingRow(new_recording_id(now), call_id, part, now)
    await place.store.write(recordings.began, row)
    row = row.turned(Quiet.MUTED, now + timedelta(milliseconds=500)).turned(None, now + timedelta(seconds=1))
    row = replace(row, ended_at=now + timedelta(seconds=1), ms=1000, size=16044)
    await place.store.write(recordings.changed, row)
    with wave.open(str(folder / row.file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(array.array("h", [8000] * 4000 + [0] * 4000).tobytes())
    return row


@BOTH_STORES
async def test_a_leader_opens_one_and_that_is_audited(recording_place: Place, tmp_path: Path) -> None:
    """R-REC-2: who has not opened it hears nothing; an agent never; the opening is kept, with who and which."""
    place = recording_place
    leader, agent = await place.log_in("7101"), await place.log_in("7001")
    call_id = await _call(place, leader)
    row = await _recorded(place, call_id, tmp_path)
    (told,) = (await leader.ask("GET", f"/api/calls/{call_id}/recordings")).body["recordings"]
    assert (told["state"], told["ms"], told["quiet"]) == ("kept", 1000, [{"kind": "muted", "at_ms": 500, "ms": 500}])
    address = f"/api/recordings/{row.recording_id}"
    for path in (f"{address}/openings", f"{address}/audio"):
        refused = await agent.ask("POST" if path.endswith("s") else "GET", path)
        assert (refused.status, refused.body["error_id"]) == (403, "session.not_a_team_leader")
    early = await leader.ask("GET", f"{address}/audio")
    assert (early.status, early.body["error_id"]) == (403, "recording.not_opened")
    opened = await leader.ask("POST", f"{address}/openings")
    assert (opened.status, len(opened.body["peaks"]), max(opened.body["peaks"])) == (201, 572, 24)
    assert (await leader.ask("POST", f"{address}/openings")).body["peaks"] == opened.body["peaks"]
    heard = await leader.ask("GET", opened.body["audio"])
    assert (heard.status, heard.headers["Content-Type"], heard.body[:4]) == (200, "audio/wav", b"RIFF")
    kept = [one for one in await place.table(t.audit) if one.what == "recording_played"]
    assert {(one.actor, one.subject, one.call_id) for one in kept} == {("agent 7101", row.recording_id, call_id)}
    assert len(kept) == 2
    place.clock.pass_(3601)
    assert (await leader.ask("GET", opened.body["audio"])).status == 403


@BOTH_STORES
async def test_what_is_gone_says_why(recording_place: Place, tmp_path: Path) -> None:
    """R-REC-2: exactly what is too old is listed and deleted; a file that somebody took away is lost, not deleted."""
    place = recording_place
    leader = await place.log_in("7101")
    call_id = await _call(place, leader)
    old = await _recorded(place, call_id, tmp_path)
    place.clock.pass_(10)
    young = await _recorded(place, call_id, tmp_path, 2)
    now, node = place.clock.now(), (await place.table(t.call))[0].node
    listed = await place.store.read(recordings.too_old, node, now)
    assert [row.recording_id for row in listed] == [old.recording_id]
    assert not await place.store.read(recordings.too_old, "another node", now)
    await place.store.write(recordings.deleted, [(old, Why.RETENTION)], now)
    (tmp_path / young.file).unlink()
    first, second = (await leader.ask("GET", f"/api/calls/{call_id}/recordings")).body["recordings"]
    assert (first["state"], first["why"], first["kept_until"]) == ("deleted", "retention", None)
    assert second["state"] == "lost"
    for row, why in ((old, "recording.deleted"), (young, "recording.lost")):
        refused = await leader.ask("POST", f"/api/recordings/{row.recording_id}/openings")
        assert (refused.status, refused.body["error_id"]) == (409, why)
    unknown = await leader.ask("POST", "/api/recordings/r0000000000000000/openings")
    assert (unknown.status, unknown.body["error_id"]) == (404, "recording.unknown")


@BOTH_STORES
async def test_what_is_asked_of_a_recording_is_kept(recording_place: Place) -> None:
    """R-REC-1: a check counts for whatever process and part of the call comes, beside what the agent asked."""
    store, call_id = recording_place.store, CallId("c0000000000000000")
    await store.write(recordings.wish, call_id, Wishes(muted=True))
    await store.write(recordings.hush, call_id, on=True)
    assert await store.read(recordings.wishes, call_id) == Wishes(check=True, muted=True)
    await store.write(recordings.hush, call_id, on=False)
    assert await store.read(recordings.wishes, call_id) == Wishes(muted=True)
    await store.write(recordings.wish, call_id, Wishes())
    assert await store.read(recordings.wishes, call_id) == Wishes()
