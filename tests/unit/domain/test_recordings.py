"""What a recording's row tells of its file (R-REC-1): where silence stands, and what was cut out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.ids import CallId, RecordingId
from ivr.domain.recordings import HEADER_BYTES, Quiet, RecordingRow, Stretch, Wishes, length_ms

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROW = RecordingRow(RecordingId("r" + "0" * 16), CallId("c" + "0" * 16), 1, NINE)


def _at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def test_silence_keeps_its_place_and_a_cut_takes_none() -> None:
    """R-REC-1: muted from 2 to 5 s, paused from 6 to 16 s, on hold from 17 to 20 s: 21 s of talk are 8 of it."""
    row = ROW.turned(Quiet.MUTED, _at(2)).turned(None, _at(5))
    row = row.turned(Quiet.CUT, _at(6)).turned(None, _at(16))
    row = row.turned(Quiet.HELD, _at(17)).turned(None, _at(20))
    expected = (Stretch(Quiet.MUTED, 2000, 3000), Stretch(Quiet.CUT, 6000, 10000), Stretch(Quiet.HELD, 7000, 3000))
    assert row.quiet == expected
    assert row.at_ms(_at(21)) == 8000


def test_one_quiet_follows_another() -> None:
    """A check while the agent has muted, then a hold in the check: each from where the one before ended."""
    row = ROW.turned(Quiet.MUTED, _at(1)).turned(Quiet.CHECK, _at(2)).turned(Quiet.HELD, _at(4))
    assert row.is_quiet is Quiet.HELD
    row = row.turned(Quiet.CHECK, _at(9)).turned(None, _at(10))
    assert row.quiet == (
        Stretch(Quiet.MUTED, 1000, 1000),
        Stretch(Quiet.CHECK, 2000, 2000),
        Stretch(Quiet.HELD, 4000, 5000),
        Stretch(Quiet.CHECK, 4000, 1000),
    )
    assert row.is_quiet is None


def test_what_is_asked_nests() -> None:
    """The check's silence outlasts the agent's unmute; whatever is cut is cut."""
    asked = Wishes(check=True, muted=True)
    assert asked.quiet(held=False) is Quiet.CHECK
    assert replace(asked, check=False).quiet(held=False) is Quiet.MUTED
    assert replace(asked, muted=False).quiet(held=False) is Quiet.CHECK
    assert replace(asked, paused=True).quiet(held=False) is Quiet.CUT
    assert replace(asked, paused=True).quiet(held=True) is Quiet.HELD
    assert Wishes().quiet(held=False) is None
    assert replace(asked, check=False).silenced
    assert not Wishes(paused=True).silenced


@given(st.lists(st.tuples(st.sampled_from([None, *Quiet]), st.integers(1, 5000)), max_size=12))
def test_file_and_cuts_make_up_the_talk(turns: list[tuple[Quiet | None, int]]) -> None:
    """Whatever is turned when: the file's place and all that was cut are the time that has passed, and no stretch lies
    over another.
    """
    row, now_ms = ROW, 0
    for kind, later_ms in turns:
        now_ms += later_ms
        row = row.turned(kind, NINE + timedelta(milliseconds=now_ms))
    now = NINE + timedelta(milliseconds=now_ms)
    closed = row.turned(None, now)
    cut_ms = sum(one.ms or 0 for one in closed.quiet if one.kind.is_cut)
    assert row.at_ms(now) + cut_ms == now_ms
    end_ms = 0
    for one in closed.quiet:
        assert one.at_ms >= end_ms
        end_ms = one.at_ms + (0 if one.kind.is_cut else one.ms or 0)
    assert end_ms <= row.at_ms(now)


def test_a_file_plays_as_long_as_its_bytes() -> None:
    """16 bit at 8 kHz behind a header; an empty file plays nothing."""
    assert length_ms(HEADER_BYTES + 16000) == 1000
    assert length_ms(0) == 0
