"""The wave form that a page draws."""

from __future__ import annotations

import array
import wave
from pathlib import Path

import pytest

from ivr.recording.wave_form import PEAKS, wave_form


def _written(path: Path, samples: array.array[int]) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return path


def test_silence_is_flat_and_sound_is_as_loud_as_it_is(tmp_path: Path) -> None:
    """Half a minute of silence, half of full scale, a last sample below zero."""
    samples = array.array("h", [0] * 240_000 + [16384] * 239_999 + [-32768])
    found = wave_form(_written(tmp_path / "a.wav", samples))
    assert len(found) == PEAKS
    assert set(found[:300]) == {0}
    assert set(found[300:-1]) == {50}
    assert found[-1] == 100


def test_a_short_or_empty_recording_has_what_there_is(tmp_path: Path) -> None:
    """Nothing is made up."""
    assert wave_form(_written(tmp_path / "a.wav", array.array("h", [32767, 0, 0]))) == [100, 0, 0]
    assert wave_form(_written(tmp_path / "b.wav", array.array("h"))) == []


def test_what_is_no_recording_is_said(tmp_path: Path) -> None:
    """A file that was cut short in its header, or is another's."""
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(ValueError, match=r"a\.wav"):
        wave_form(tmp_path / "a.wav")
