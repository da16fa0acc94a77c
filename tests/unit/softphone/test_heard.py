"""Which prompt was heard, and what of it: on sounds made for the purpose."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pytest

from ivr.softphone import g711
from ivr.softphone.recording import Recording
from tests.e2e.heard import (
    EAR_S,
    LookingOut,
    audible_share,
    heard,
    level_dbfs,
    music_heard,
    overheard,
    said,
    silence,
    tone_heard,
    tone_share,
)

RATE = 8000


def speech(seed: int, seconds: float) -> bytes:
    """A-law that behaves like speech: noise with the pitch of a voice, in syllables with short pauses."""
    dice = np.random.default_rng(seed)
    count = round(seconds * RATE)
    noise = np.convolve(dice.normal(size=count + 40), np.hanning(41) / 20, mode="valid")
    syllables = np.repeat(dice.choice([0.02, 1.0, 1.0, 0.6], size=count // 800 + 1), 800)[:count]
    samples = np.clip(6000 * noise * syllables, -30000, 30000).astype(np.int16)
    samples[:800] = (6000 * noise[:800]).clip(-30000, 30000).astype(np.int16)
    return g711.encode(array("h", samples.tobytes()))


def quiet(seconds: float) -> bytes:
    """A-law silence."""
    return bytes([g711.SILENCE]) * round(seconds * RATE)


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    """A prompt of 4 s."""
    path = tmp_path / "ask.alaw"
    path.write_bytes(speech(1, 4))
    return path


@pytest.fixture
def same_beginning(tmp_path: Path, prompt: Path) -> Path:
    """A prompt that begins like the other for 1.5 s and then goes on differently."""
    path = tmp_path / "ask_again.alaw"
    path.write_bytes(prompt.read_bytes()[: RATE + RATE // 2] + speech(2, 3))
    return path


def test_a_whole_prompt_scores_one_at_its_place(prompt: Path) -> None:
    """The same octets as in the file: exact, to the sample."""
    found = heard(quiet(1.25) + prompt.read_bytes() + quiet(1), prompt)
    assert len(found) == 1
    assert found[0].at_s == pytest.approx(1.25, abs=1 / RATE)
    assert found[0].score == pytest.approx(1.0, abs=1e-3)
    assert found[0].is_whole


def test_a_prompt_cut_by_barge_in_is_found_cut(prompt: Path) -> None:
    """R-MENU-3: a digit interrupts at once; the recording shows when."""
    found = heard(quiet(0.5) + prompt.read_bytes()[: round(1.7 * RATE)] + quiet(4), prompt)
    assert len(found) == 1
    assert found[0].seconds_heard == pytest.approx(1.7, abs=0.11)
    assert not found[0].is_whole
    assert found[0].score < 0.9


def test_a_call_that_ends_within_a_prompt_shows_it_cut(prompt: Path) -> None:
    """The recording is shorter than the prompt."""
    found = heard(prompt.read_bytes()[:RATE], prompt)
    assert [round(one.seconds_heard, 1) for one in found] == [1.0]


def test_a_prompt_with_the_same_beginning_is_not_mistaken(prompt: Path, same_beginning: Path) -> None:
    """R-DTMF-2: the second attempt's prompt begins as the first's, and is another."""
    call = quiet(0.5) + same_beginning.read_bytes() + quiet(1)
    mistaken = heard(call, prompt)
    assert all(not one.is_whole and one.seconds_heard < 1.8 for one in mistaken)
    assert [one.prompt for one in said(call, [prompt, same_beginning])] == [same_beginning]


def test_what_was_said_is_a_script_in_order(prompt: Path, same_beginning: Path, tmp_path: Path) -> None:
    """A story reads the call as its caller heard it; who was cut early could have been either."""
    other = tmp_path / "other.alaw"
    other.write_bytes(speech(3, 2))
    cut = prompt.read_bytes()[:RATE]
    call = cut + other.read_bytes() + quiet(0.5) + prompt.read_bytes()
    script = said(call, [other, prompt, same_beginning])
    assert [line.prompt for line in script][1:] == [other, prompt]
    assert {script[0].prompt, *script[0].or_else} == {prompt, same_beginning}
    assert script[1].or_else == ()


def test_what_was_not_said_is_not_found(prompt: Path) -> None:
    """Unrelated speech is no prompt, and neither is silence."""
    assert heard(speech(9, 10), prompt) == []
    assert heard(quiet(10), prompt) == []
    assert heard(b"", prompt) == []


def test_a_prompt_said_twice_is_found_twice(prompt: Path) -> None:
    """R-MENU-4: asked again."""
    found = heard(prompt.read_bytes() + quiet(0.5) + prompt.read_bytes(), prompt)
    assert [round(one.at_s, 3) for one in found if one.is_whole] == [0.0, 4.5]


def test_through_a_browser_it_is_still_the_prompt(prompt: Path) -> None:
    """Audio that was coded twice, is quieter and noisy."""
    clean = np.array(g711.decode(prompt.read_bytes()), dtype=np.float64)
    noise = np.random.default_rng(5).normal(scale=0.2 * clean.std(), size=len(clean))
    samples = np.asarray((0.5 * clean + noise).astype(np.int16))
    found = heard(samples, prompt, threshold=0.6)
    assert found[0].score == pytest.approx(0.93, abs=0.05)


def test_a_recording_is_a_sound_too(prompt: Path) -> None:
    """What a phone recorded goes straight in."""
    recording = Recording(0.0)
    recording.write(1, 0, prompt.read_bytes(), 2.0)
    assert heard(recording, prompt)[0].at_s == pytest.approx(2.0, abs=0.001)


def test_silence_is_silence_in_every_tenth(prompt: Path) -> None:
    """A caller on hold without music, or nobody at all."""
    call = quiet(2) + prompt.read_bytes()
    assert silence(call, 0, 2)
    assert not silence(call, 1, 3)
    assert silence(call, 10, 12)
    assert level_dbfs(call, 0, 1) < -60
    assert audible_share(call, 2, 4) > 0.5


def test_music_is_found_wherever_it_began(tmp_path: Path) -> None:
    """R-WAIT-2: music on hold, from the middle of its file and round its end."""
    music = tmp_path / "music.alaw"
    music.write_bytes(speech(7, 12))
    octets = music.read_bytes()
    assert music_heard(octets[5 * RATE : 9 * RATE], music, 0, 4) == 1.0
    assert music_heard(octets[9 * RATE :] + octets[: 3 * RATE], music, 0, 6) >= 5 / 6
    assert music_heard(speech(8, 4), music, 0, 4) == 0.0


def test_a_tone_is_heard_and_another_is_not() -> None:
    """Audio both ways: each side's tone, told apart by frequency."""
    tone = g711.tone(600)
    assert tone_share(tone, 600, 0, 1) == pytest.approx(1.0, abs=0.01)
    assert tone_heard(tone, 600, 0.2, 0.4)
    assert not tone_heard(tone, 1000, 0.2, 0.4)
    assert not tone_heard(quiet(1), 600, 0, 1)
    assert not tone_heard(speech(4, 1), 600, 0, 1)


def test_a_prompt_whose_beginning_was_lost_is_overheard(prompt: Path, same_beginning: Path) -> None:
    """A gap in the sound hides the first of it; other speech is not mistaken for it."""
    without_its_beginning = prompt.read_bytes()[2400:]
    assert overheard(without_its_beginning, prompt)
    assert not heard(without_its_beginning[:1200], prompt)
    assert not overheard(speech(9, 4), prompt)
    assert not overheard(same_beginning.read_bytes(), prompt)


def test_who_looks_out_hears_a_prompt_once_it_has_begun(prompt: Path, same_beginning: Path) -> None:
    """However long the call has been, and though only what is new is looked at."""
    recording, packet, at = Recording(0.0), RATE // 50, 0

    def goes_on(alaw: bytes) -> None:
        nonlocal at
        for start in range(0, len(alaw), packet):
            recording.write(1, at, alaw[start : start + packet], at / RATE)
            at += packet

    looking, other = LookingOut(recording, prompt), LookingOut(recording, same_beginning)
    assert not looking.has_begun()
    for _ in range(4):
        goes_on(speech(7, EAR_S / 2))
        assert not looking.has_begun()
    goes_on(prompt.read_bytes()[: RATE // 4])
    assert not looking.has_begun(), "a quarter of a second proves nothing"
    goes_on(prompt.read_bytes()[RATE // 4 : RATE])
    assert looking.has_begun()
    goes_on(same_beginning.read_bytes()[RATE:] + quiet(2 * EAR_S))
    assert LookingOut(recording, prompt).has_begun(), "whoever begins to look out looks at the whole call first"
    assert other.has_begun()
