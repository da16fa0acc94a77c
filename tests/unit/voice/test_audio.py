"""How a prompt is levelled and cut."""

from __future__ import annotations

import math
from array import array

import pytest

from ivr.voice import audio
from tests.unit.voice.fake_programs import tone

SILENCE = array("h", bytes(2 * 4000))


def test_the_active_level_leaves_pauses_out() -> None:
    """A sine of peak 0.2 has -17.0 dBov, whatever the silence round it."""
    level = audio.active_level(tone(peak=0.2))
    assert level == pytest.approx(20 * math.log10(0.2 / math.sqrt(2)), abs=0.1)
    assert audio.active_level(SILENCE + tone(peak=0.2) + SILENCE) == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize("peak", [0.01, 0.2, 0.99])
def test_every_prompt_is_as_loud(peak: float) -> None:
    """Quiet or loud, a prompt comes out at -20 dBov."""
    assert audio.active_level(audio.prompt(tone(1.0, peak))) == pytest.approx(audio.LEVEL_DBOV, abs=0.3)


def test_peaks_are_never_clipped() -> None:
    """A click far above the rest keeps the whole prompt below -3 dBFS."""
    spiky = tone(1.0, 0.02)
    spiky[4000] = 32767
    assert max(map(abs, audio.prompt(spiky))) < 32768 * 10 ** (-3 / 20)


@pytest.mark.parametrize("silence", [SILENCE, array("h")])
def test_a_prompt_begins_and_ends_with_its_own_silence(silence: array[int]) -> None:
    """R-MENU-1: 60 ms before the first sound, so that no syllable is lost; 150 ms after the last."""
    made = audio.prompt(silence + tone(0.5) + silence)
    loud = [place for place, sample in enumerate(made) if abs(sample) > 300]
    assert loud[0] / 8000 == pytest.approx(0.06, abs=0.022)
    assert (len(made) - loud[-1]) / 8000 == pytest.approx(0.15, abs=0.042)


@pytest.mark.parametrize("samples", [4000, 4001, 4159])
def test_a_prompt_is_whole_packets(samples: int) -> None:
    """Asterisk leaves out the last packet of a file when it is not full: here every one is."""
    assert len(audio.prompt(tone(samples / 8000))) % 160 == 0


def test_silence_is_refused() -> None:
    """A recording with nothing in it would leave the caller alone."""
    with pytest.raises(ValueError, match="silence"):
        audio.prompt(SILENCE)
