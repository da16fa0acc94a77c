"""Prompts made by the real espeak-ng and sox, and measured: what a caller's ear would complain of."""

from __future__ import annotations

import math
import shutil
from array import array
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from ivr.errors import PrerequisiteError
from ivr.softphone import g711
from ivr.voice import catalogue
from ivr.voice.programs import EspeakNg, Sox
from ivr.voice.prompt_build import _job, _make
from tests.unit.voice.fake_programs import tone, wav_file

ROOT = Path(__file__).parents[3]
SAMPLE = ("greeting-cmg", "ask-scin", "waiting-position-1", "number-23", "digit-4", "digit-6", "closed", "minutes-2")

Samples = NDArray[np.float64]


@pytest.fixture(scope="module")
def espeak() -> EspeakNg:
    """The toolchain's espeak-ng, or the system's."""
    ours = ROOT / ".state" / "toolchain" / "bin" / "espeak-ng"
    found = ours if ours.exists() else shutil.which("espeak-ng")
    if found is None:
        pytest.skip("espeak-ng is not here: make setup brings it")
    return EspeakNg(Path(found))


def read(path: Path) -> Samples:
    """A built wav file, full scale 1.0."""
    samples = np.frombuffer(path.read_bytes()[44:], dtype="<i2")
    return samples.astype(np.float64) / 32768


@pytest.fixture(scope="module")
def built(espeak: EspeakNg, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Some prompts of both languages: name to wav file."""
    out = tmp_path_factory.mktemp("prompts")
    files = {}
    for code, texts in catalogue.load(ROOT / "prompts").items():
        (out / code).mkdir()
        units = catalogue.script(texts).units
        for name in SAMPLE:
            job = _job(units[name], None)
            assert _make(out, espeak, Sox.beside(espeak), job) is None
            files[f"{code}/{name}"] = out / f"{job.stem}.wav"
    return files


def active_dbov(samples: Samples) -> float:
    """P.56 by its definition: the level for which the threshold lies 15.9 dB below."""
    power = np.sort((samples[: len(samples) // 40 * 40].reshape(-1, 40) ** 2).mean(axis=1))[::-1]
    means = np.cumsum(power) / np.arange(1, len(power) + 1)
    inside = power >= means / 10**1.59
    return 10 * math.log10(means[len(power) - 1 if inside.all() else int(np.argmin(inside)) - 1])


def test_all_prompts_are_equally_loud_and_never_clipped(built: dict[str, Path]) -> None:
    """A caller need not turn the volume between prompts: -20 dBov, 3 dB less where peaks would reach -3 dBFS."""
    for name, path in built.items():
        samples = read(path)
        assert -23.5 < active_dbov(samples) < -19.5, name
        assert 20 * math.log10(np.abs(samples).max()) < -3, name


def test_no_start_is_clipped_and_no_caller_waits(built: dict[str, Path]) -> None:
    """R-MENU-1: 35 to 70 ms of silence before the first sound, whatever the first sound is."""
    for name, path in built.items():
        first = int(np.argmax(np.abs(read(path)) > 10 ** (-50 / 20)))
        assert 0.035 < first / 8000 < 0.07, name


def test_the_band_is_the_telephones(built: dict[str, Path]) -> None:
    """300 to 3400 Hz: what lies outside is at least 35 dB below the whole."""
    for name, path in built.items():
        frequencies, power = signal.welch(read(path), 8000, nperseg=512)
        for outside in (frequencies > 3500, frequencies < 200):
            assert 10 * math.log10(power[outside].sum() / power.sum()) < -35, name


def test_both_files_hold_the_same_sound(built: dict[str, Path]) -> None:
    """Whichever Asterisk picks: A-law differs from the wav by its rounding alone (38 dB below)."""
    for name, path in built.items():
        wav = read(path)
        alaw = np.array(g711.decode(path.with_suffix(".alaw").read_bytes())) / 32768
        assert 10 * math.log10((wav**2).mean() / ((wav - alaw) ** 2).mean()) > 33, name


def test_the_languages_have_voices_of_their_own(espeak: EspeakNg) -> None:
    """R-MENU-1: the same letters in the Welsh voice are another sound."""
    assert espeak.say("pwyswch", "cy", 150) != espeak.say("pwyswch", "en-gb-x-rp", 150)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
def test_a_recording_of_any_common_rate(espeak: EspeakNg, rate: int) -> None:
    """A studio's file keeps its length and its pitch."""
    step = 2 * math.pi * 1000 / rate
    samples = array("h", [round(8000 * math.sin(step * n)) for n in range(rate)])
    narrow = np.array(Sox.beside(espeak).telephone_band(wav_file(samples, rate)), dtype=np.float64)
    assert len(narrow) == pytest.approx(8000, abs=2)
    assert int(np.argmax(np.abs(np.fft.rfft(narrow, 8000)))) == pytest.approx(1000, abs=2)


def test_notes_at_the_end_of_a_recording_are_not_heard(espeak: EspeakNg) -> None:
    """Recording programs add their name and date behind the sound; read as sound, they would crackle."""
    sox = Sox.beside(espeak)
    plain = wav_file(tone(0.5), 8000)
    assert sox.telephone_band(plain + b"LIST" + (400).to_bytes(4, "little") + b"\x7f\x01" * 200) == sox.telephone_band(
        plain
    )


def test_what_is_no_wav_file_is_refused(espeak: EspeakNg) -> None:
    """The mistake says what sox found."""
    sox = Sox.beside(espeak)
    for content in (b"", b"ID3 music", wav_file(tone(), 8000)[:20]):
        with pytest.raises(ValueError, match="expected: a wav file"):
            sox.telephone_band(content)


def test_a_voice_that_is_not_there(espeak: EspeakNg) -> None:
    """The message names the program and the voice."""
    with pytest.raises(PrerequisiteError, match="xx-nobody"):
        espeak.say("Hello", "xx-nobody", 150)
    with pytest.raises(PrerequisiteError, match="cannot be run"):
        EspeakNg(ROOT / "no-such-program").say("Hello", "cy", 150)
