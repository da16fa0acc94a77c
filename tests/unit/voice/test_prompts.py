"""Build and use of the prompts, with fakes for the programs that make sound."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from ivr.errors import ConfigError
from ivr.voice import catalogue
from ivr.voice.names import REQUIRED, Prompt
from ivr.voice.prompt_build import KEEP_S, BuildReport, build_with, stems
from ivr.voice.prompts import INDEX_FILE, Prompts
from tests.unit.voice.fake_programs import FakeNarrower, FakeSpeaker, tone

SHIPPED = Path(__file__).parents[3] / "prompts"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the shipped catalogues, without recordings."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    for file in catalogue.FILES.values():
        shutil.copy(SHIPPED / file, folder)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def make(source: Path, out: Path) -> BuildReport:
    return build_with(source, out, FakeSpeaker(), FakeNarrower())


def record(source: Path, name: str, content: bytes) -> None:
    path = source / "recordings" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def reword(source: Path, old: str, new: str) -> None:
    path = source / "en-GB.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_every_prompt_can_be_played(source: Path, out: Path) -> None:
    """Whatever a flow asks for is there in both languages and brands, under an absolute path without suffix."""
    make(source, out)
    prompts = Prompts.load(out)
    for name in REQUIRED:
        english = prompts.media("en", name, position=217, minutes=12, digits="03069990102", key=4)
        welsh = prompts.media("cy", name, brand="nicms", position=217, minutes=12, digits="03069990102", key=4)
        for uri in (*english, *welsh):
            stem = Path(uri.removeprefix("sound:"))
            assert stem.is_absolute()
            assert stem.with_name(f"{stem.name}.alaw").exists()


def test_the_greeting_is_bilingual(source: Path, out: Path) -> None:
    """R-MENU-1: English with the brand's name, then the Welsh sentence by the Welsh voice, with the line's key."""
    make(source, out)
    prompts = Prompts.load(out)
    greeting = prompts.greeting("en", brand="nicms", key="9")
    assert greeting == (
        *prompts.media("en", Prompt.GREETING, brand="nicms"),
        *prompts.media("cy", Prompt.WELSH_OFFER, key=9),
    )
    assert "/cy/digit-9-" in greeting[-1]
    assert "/cy/" in prompts.greeting("en", brand="cmg", welsh_first=True)[0]
    assert prompts.text("en", Prompt.GREETING) == "Hello. This is the Child Maintenance Group."


def test_a_value_is_said_in_its_place(source: Path, out: Path) -> None:
    """R-WAIT-2: the position in the call's language."""
    make(source, out)
    prompts = Prompts.load(out)
    assert prompts.text("en", Prompt.WAITING_POSITION, position=12) == "You are number twelve in the queue."
    assert prompts.text("cy", Prompt.WAITING_POSITION, position=12) == "Chi yw rhif un deg dau yn y ciw."
    assert prompts.seconds("cy", Prompt.WAITING_POSITION, position=12) > prompts.seconds("cy", "digit-1")


def test_a_single_file_by_name(source: Path, out: Path) -> None:
    """The fallback dialplan and the tests' ears get one file; a prompt with values has no such file."""
    make(source, out)
    prompts = Prompts.load(out)
    assert prompts.path("cy", Prompt.CLOSED).suffix == ".wav"
    assert prompts.path("en", "number-7").exists()
    with pytest.raises(KeyError):
        prompts.path("en", Prompt.WAITING_POSITION)
    with pytest.raises(KeyError):
        prompts.media("en", "no-such-prompt")


def test_only_what_changed_is_made(source: Path, out: Path) -> None:
    """A second build makes nothing; a new wording makes one file, and the old one stays for calls that play it."""
    first = make(source, out)
    assert len(first.made) > 2 * len(REQUIRED)
    assert first.kept == 0
    assert make(source, out).made == ()
    old = Prompts.load(out)
    reword(source, 'Please hold the line."\nthank-you', 'One moment."\nthank-you')
    second = make(source, out)
    assert second.made == ("en/please-hold",)
    assert old.path("en", Prompt.PLEASE_HOLD).exists()
    assert Prompts.load(out).path("en", Prompt.PLEASE_HOLD) != old.path("en", Prompt.PLEASE_HOLD)
    assert Prompts.load(out, first.digest).path("en", Prompt.PLEASE_HOLD) == old.path("en", Prompt.PLEASE_HOLD)


def test_old_sounds_go_a_day_after_they_were_replaced(source: Path, out: Path) -> None:
    """Age alone removes nothing: the day begins when a build no longer has the sound."""
    make(source, out)
    long_ago = time.time() - 10 * KEEP_S
    old = Prompts.load(out).path("en", Prompt.PLEASE_HOLD)
    os.utime(old, (long_ago, long_ago))
    reword(source, 'Please hold the line."\nthank-you', 'One moment."\nthank-you')
    assert make(source, out).pruned == ()
    assert old.exists()
    os.utime(old, (long_ago, long_ago))
    assert make(source, out).pruned == (f"en/{old.name}",)
    assert not old.exists()


def test_a_sound_that_a_call_may_play_stays_whatever_its_age(source: Path, out: Path) -> None:
    """Reload: calls keep their prompts, after a restart too; without knowledge of them nothing is removed."""
    make(source, out)
    before = Prompts.load(out)
    old = before.path("en", Prompt.PLEASE_HOLD)
    reword(source, 'Please hold the line."\nthank-you', 'One moment."\nthank-you')
    make(source, out)
    for path in out.glob("*/*"):
        os.utime(path, (time.time() - 2 * KEEP_S,) * 2)
    for keep in (stems(before.index), None):
        build_with(source, out, FakeSpeaker(), FakeNarrower(), keep=keep)
        assert Prompts.of(out, before.index).path("en", Prompt.PLEASE_HOLD) == old
    assert make(source, out).pruned == (f"en/{old.with_suffix('.alaw').name}", f"en/{old.name}")
    with pytest.raises(ConfigError):
        Prompts.of(out, before.index)


def test_a_recording_takes_precedence(source: Path, out: Path) -> None:
    """A wav file under the prompt's name replaces the voice, for that one sound."""
    make(source, out)
    record(source, "cy/closed.wav", b"RIFF" + tone(0.7).tobytes())
    assert make(source, out).made == ("cy/closed",)
    assert Prompts.load(out).seconds("cy", Prompt.CLOSED) == pytest.approx(0.7 + 0.06 + 0.15, abs=0.05)


def test_bad_recordings_are_told_and_change_nothing(source: Path, out: Path) -> None:
    """A file that is no wav, and one whose name no prompt has: refused, and the running prompts stay."""
    make(source, out)
    before = (out / INDEX_FILE).read_bytes()
    record(source, "en/closed.wav", b"ID3 not a wav")
    with pytest.raises(ConfigError) as caught:
        make(source, out)
    assert caught.value.mistakes == [
        "recordings/en/closed: found: no wav header; expected: a wav file with PCM",
    ]
    record(source, "en/closd.wav", b"RIFF")
    record(source, "cy/closed.mp3", b"ID3")
    with pytest.raises(ConfigError) as caught:
        make(source, out)
    assert caught.value.mistakes == [
        "recordings/cy/closed.mp3: found: no such sound; expected: en or cy/<name>.wav (nearest: cy/closed.wav)",
        "recordings/en/closd.wav: found: no such sound; expected: en or cy/<name>.wav (nearest: en/closed.wav)",
    ]
    assert (out / INDEX_FILE).read_bytes() == before


def test_an_incomplete_build_is_refused_when_loaded(source: Path, out: Path) -> None:
    """A missing file is found at start, not by a caller."""
    make(source, out)
    lost = Prompts.load(out).path("cy", Prompt.CLOSED)
    lost.unlink()
    with pytest.raises(ConfigError, match="found: no such file; expected: the sound of cy/closed"):
        Prompts.load(out)
    make(source, out)
    assert lost.exists()
    with pytest.raises(ConfigError, match=r"index\.json"):
        Prompts.load(out / "nowhere")


def test_progress_is_told(source: Path, out: Path) -> None:
    """The set-up shows how far it is."""
    steps: list[tuple[int, int]] = []
    build_with(source, out, FakeSpeaker(), FakeNarrower(), lambda done, of: steps.append((done, of)))
    sounds = len(steps)
    assert sounds > 2 * len(REQUIRED)
    assert steps == [(done, sounds) for done in range(1, sounds + 1)]


def test_the_voice_stays_up_before_a_number(source: Path, out: Path) -> None:
    """R-WAIT-2: what goes on in the next sound ends with a comma, not as a sentence."""
    speaker = FakeSpeaker()
    build_with(source, out, speaker, FakeNarrower())
    assert ("en-gb-x-rp", "You are number,") in speaker.said
    assert ("cy", "Chi yw rhif,") in speaker.said
