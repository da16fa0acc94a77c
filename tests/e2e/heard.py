"""What was heard in a call: prompts, cut or whole, music, silence, tones. For stories on a real PBX.

A prompt is found by normalised cross-correlation of the recording with its file: where RTP carried the same A-law
octets the score is 1.0, unrelated speech has about 0.1, a prompt that only begins with the same words 0.2 to 0.5. It is
then followed piece by piece, so that one cut by barge-in is known by where it was cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import find_peaks, oaconvolve

from ivr.softphone import g711
from ivr.softphone.recording import Recording

Samples = npt.NDArray[np.float64]
Sound = Recording | npt.NDArray[np.int16] | bytes

RATE = g711.SAMPLE_RATE
FULL_SCALE = 32768.0
THRESHOLD = 0.7  # of a piece's score; exact octets give 1.0, a browser's audio 0.7 and more
ANCHOR_S = 0.3  # the first sound of a prompt, by which its beginning is found
PIECE_S = 0.25  # a prompt is followed in pieces of this length
OVERHEARD_PIECE_S = 0.6  # pieces by which a prompt is known whose beginning was lost
OVERHEARD_SHARE = 0.75  # of the pieces
OVERHEARD_S = 4  # they are taken from so much of it
FINE_S = 0.05  # and, where it stops, in pieces of this
SLACK_SAMPLES = 8  # a piece is looked for this much around its place
SAME_PLACE_S = 0.15  # two findings of one prompt closer than this are one
QUIET_SHARE = 0.02  # a piece below this share of the prompt's RMS is a pause: it proves nothing
TONE_SHARE = 0.5  # of the power, for a tone to count as heard
EAR_S = 6.0  # how far an ear that looks often looks back


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A prompt in a recording: from ``at_s``, ``seconds_heard`` of its ``of_s``; ``score`` over its whole length."""

    at_s: float
    score: float
    seconds_heard: float
    of_s: float

    @property
    def is_whole(self) -> bool:
        """Was it heard to its end (the last pause aside)?"""
        return self.seconds_heard >= self.of_s - PIECE_S

    @property
    def ends_at_s(self) -> float:
        """Where it ended, or was cut."""
        return self.at_s + self.seconds_heard


@dataclass(frozen=True, slots=True)
class Said:
    """One line of what a caller was told: which prompt, and what of it was heard.

    ``or_else``: other prompts that explain it as well, as those with one beginning do when they are cut early.
    """

    prompt: Path
    occurrence: Occurrence
    or_else: tuple[Path, ...] = ()


def samples_of(sound: Sound) -> Samples:
    """Any sound as samples between -1 and 1; octets are taken as A-law."""
    if isinstance(sound, Recording):
        sound = sound.alaw
    if isinstance(sound, bytes):
        return np.asarray(np.array(g711.decode(sound), dtype=np.float64) / FULL_SCALE)
    return np.asarray(sound, dtype=np.float64) / FULL_SCALE


def read(path: Path) -> Samples:
    """The samples of a ``.alaw`` or 8 kHz ``.wav`` file."""
    return samples_of(g711.read_audio(path))


def heard(recording: Sound, prompt_path: Path, *, threshold: float = THRESHOLD) -> list[Occurrence]:
    """Every place where the prompt begins, in order; an empty list if it was not heard."""
    return find(samples_of(recording), read(prompt_path), threshold=threshold)


def find(
    recording: Samples, prompt: Samples, *, threshold: float = THRESHOLD, from_its_beginning: bool = False
) -> list[Occurrence]:
    """As ``heard``, of samples; ``from_its_beginning``: three times as fast, but blind to a lost first syllable."""
    first, last = _sounding(prompt)
    if last <= first:
        return []
    anchor = prompt[first : first + round(ANCHOR_S * RATE)]
    begun = _as_long(correlation(recording, anchor), len(recording))
    if not from_its_beginning:
        begun = np.maximum(begun, _as_long(correlation(recording, prompt[first:last]), len(recording)))
    peaks, _ = find_peaks(np.pad(begun, 1), height=threshold, distance=round(SAME_PLACE_S * RATE))
    found = [_follow(recording, prompt, int(peak) - 1 - first, threshold) for peak in peaks]
    return [occurrence for occurrence in found if occurrence.seconds_heard > 0]


def overheard(recording: Sound, prompt_path: Path, *, threshold: float = THRESHOLD) -> bool:
    """Was the prompt begun, though a gap in the sound (a machine that stalled) hides its very beginning?

    Three in four pieces of its first seconds must be there; the very beginning, which prompts share, does not count.
    """
    samples, prompt = samples_of(recording), read(prompt_path)
    first, last = _sounding(prompt)
    step = round(OVERHEARD_PIECE_S * RATE)
    starts = range(first + round(ANCHOR_S * RATE), min(last, first + OVERHEARD_S * RATE), step)
    may_miss = len(starts) - math.ceil(OVERHEARD_SHARE * len(starts))
    for start in starts:
        if float(np.max(correlation(samples, prompt[start : start + step]), initial=0.0)) < threshold:
            may_miss -= 1
        if may_miss < 0:
            return False
    return True


def said(recording: Sound, prompts: Iterable[Path], *, threshold: float = THRESHOLD) -> list[Said]:
    """The call as a script: for each moment the prompt of which most was heard there, in order."""
    samples = samples_of(recording)
    found = [
        Said(path, one)
        for path in prompts
        for one in find(samples, read(path), threshold=threshold, from_its_beginning=True)
    ]
    best: list[Said] = []
    for candidate in sorted(found, key=lambda one: (-one.occurrence.seconds_heard, -one.occurrence.score)):
        if not any(_overlap(candidate.occurrence, chosen.occurrence) for chosen in best):
            alike = tuple(one.prompt for one in found if one != candidate and _alike(one, candidate))
            best.append(replace(candidate, or_else=alike))
    return sorted(best, key=lambda one: one.occurrence.at_s)


class LookingOut:
    """Has a prompt begun, somewhere in a call so far? What was looked at is not looked at again, but for its end."""

    def __init__(self, recording: Recording, prompt_path: Path) -> None:
        """``recording``: what grows while we listen."""
        self._recording = recording
        self._prompt = prompt_path
        self._looked_to_s = 0.0

    def has_begun(self) -> bool:
        """To be asked every few moments: the first time of all that was heard, then of what is new."""
        end = self._recording.seconds
        if end == self._looked_to_s:
            return False
        part = self._recording.part(self._looked_to_s - EAR_S, end)
        is_first, self._looked_to_s = self._looked_to_s == 0.0, end
        found = find(samples_of(part), read(self._prompt), from_its_beginning=not is_first)
        return bool(found) or overheard(part, self._prompt)


class Ear:
    """Follows a call that goes on, prompt by prompt: each is looked for behind the beginning of the one before."""

    def __init__(self, recording: Recording) -> None:
        """``recording``: what grows while we listen."""
        self._recording = recording
        self._from_s = 0.0
        self._looked_to_s = 0.0

    def hears(self, prompt_path: Path) -> bool:
        """Has the prompt begun? True takes the ear there. To be asked every few moments, and not of the past."""
        begin, end = max(self._from_s, self._looked_to_s - EAR_S), self._recording.seconds
        part = self._recording.part(begin, end)
        self._looked_to_s = end
        found = find(samples_of(part), read(prompt_path), from_its_beginning=True)
        if not found and not overheard(part, prompt_path):
            return False
        self._from_s = begin + found[0].at_s + ANCHOR_S if found else end
        return True


def correlation(recording: Samples, part: Samples) -> Samples:
    """The normalised cross-correlation of ``part`` with ``recording`` at each place where it fits; -1 to 1."""
    if not len(part) or len(recording) < len(part):
        return np.zeros(0)
    raw = oaconvolve(recording, part[::-1], mode="valid")
    total = np.concatenate(([0.0], np.cumsum(recording**2)))
    energy = total[len(part) :] - total[: -len(part)]
    scale = np.sqrt(np.maximum(energy, 0) * np.sum(part**2))
    floor = len(part) * 1e-8  # next to no energy correlates with nothing
    return np.asarray(np.where(scale > floor, raw / np.maximum(scale, floor), 0.0))


def _as_long(scores: Samples, length: int) -> Samples:
    """``scores`` with zeros up to ``length``."""
    return np.asarray(np.pad(scores, (0, max(0, length - len(scores))))[:length])


def _sounding(prompt: Samples) -> tuple[int, int]:
    """The first and the last sample that can be heard (pauses around it prove nothing)."""
    loud = np.flatnonzero(np.abs(prompt) > QUIET_SHARE * np.max(np.abs(prompt), initial=0.0))
    return (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)


def _follow(recording: Samples, prompt: Samples, at: int, threshold: float) -> Occurrence:
    """The prompt that begins at sample ``at`` of the recording: how far it goes."""
    rest = np.pad(recording[max(0, at) :], (max(0, -at), len(prompt)))
    score = float(correlation(rest[: len(prompt)], prompt)[0])
    length = _heard_until(rest, prompt, round(PIECE_S * RATE), 0, threshold)
    length = _heard_until(rest, prompt, round(FINE_S * RATE), length, threshold)
    return Occurrence(at / RATE, score, length / RATE, len(prompt) / RATE)


def _heard_until(rest: Samples, prompt: Samples, step: int, begin: int, threshold: float) -> int:
    """The sample up to which ``prompt`` is in ``rest``, in pieces of ``step``; a pause counts if sound follows it."""
    quiet = QUIET_SHARE * math.sqrt(float(np.mean(prompt**2)))
    reached = begin
    for start in range(begin, len(prompt), step):
        piece = prompt[start : start + step]
        if math.sqrt(float(np.mean(piece**2))) <= quiet:
            continue
        if not _piece_heard(rest, piece, start, threshold):
            return reached
        reached = start + len(piece)
    return len(prompt)


def _piece_heard(rest: Samples, piece: Samples, start: int, threshold: float) -> bool:
    """Is ``piece`` at ``start``, or a few samples from it?"""
    around = rest[max(0, start - SLACK_SAMPLES) : start + len(piece) + SLACK_SAMPLES]
    scores = correlation(around, piece)
    return bool(len(scores)) and float(np.max(scores)) >= threshold


def _alike(one: Said, other: Said) -> bool:
    """Do two findings explain the same stretch equally well?"""
    here, there = one.occurrence, other.occurrence
    ends = abs(here.ends_at_s - there.ends_at_s)
    return abs(here.at_s - there.at_s) < FINE_S and ends < FINE_S and here.is_whole == there.is_whole


def _overlap(one: Occurrence, other: Occurrence) -> bool:
    """Do two findings claim the same time, beyond a shared edge?"""
    begin, end = max(one.at_s, other.at_s), min(one.ends_at_s, other.ends_at_s)
    return end - begin > SAME_PLACE_S


# -- levels, silence, music, tones ------------------------------------------------------------------------------------


def level_dbfs(recording: Sound, from_s: float, to_s: float) -> float:
    """The RMS level of a stretch, in dB of full scale; -96 for nothing at all."""
    part = _stretch(recording, from_s, to_s)
    power = float(np.mean(part**2)) if len(part) else 0.0
    return max(-96.0, 10 * math.log10(power)) if power > 0 else -96.0


def silence(recording: Sound, from_s: float, to_s: float, *, below_dbfs: float = -50.0) -> bool:
    """Was nothing to be heard in any 0.1 s of the stretch? Past the recording's end is silence too."""
    return audible_share(recording, from_s, to_s, above_dbfs=below_dbfs) == 0.0


def audible_share(recording: Sound, from_s: float, to_s: float, *, above_dbfs: float = -50.0) -> float:
    """The share of a stretch's tenths of a second that could be heard."""
    step = RATE // 10
    part = _stretch(recording, from_s, to_s)
    part = np.pad(part, (0, max(0, round((to_s - from_s) * RATE) - len(part))))
    pieces = [part[start : start + step] for start in range(0, len(part), step)]
    loud = 10 ** (above_dbfs / 10)
    return sum(float(np.mean(piece**2)) > loud for piece in pieces) / max(1, len(pieces))


def music_heard(
    recording: Sound, music_path: Path, from_s: float, to_s: float, *, threshold: float = THRESHOLD
) -> float:
    """The share of a stretch's seconds that are somewhere in the music's file, wherever it began and looped."""
    music = read(music_path)
    part = _stretch(recording, from_s, to_s)
    pieces = [part[start : start + RATE] for start in range(0, len(part) - RATE // 2, RATE)]
    found = [float(np.max(correlation(music, piece), initial=0.0)) >= threshold for piece in pieces]
    return sum(found) / max(1, len(found))


def tone_share(recording: Sound, frequency_hz: float, from_s: float, to_s: float) -> float:
    """The share of a stretch's power that is in one frequency (Goertzel); 0 for silence, about 1 for that tone."""
    part = _stretch(recording, from_s, to_s)
    power = float(np.sum(part**2))
    if power <= len(part) * 1e-8:
        return 0.0
    turns = np.exp(-2j * math.pi * frequency_hz / RATE * np.arange(len(part)))
    return float(2 * abs(np.dot(part, turns)) ** 2 / (len(part) * power))


def tone_heard(recording: Sound, frequency_hz: float, from_s: float, to_s: float) -> bool:
    """Was that tone what one heard in the stretch? Both ways of a call are proven by a tone from each side."""
    return tone_share(recording, frequency_hz, from_s, to_s) >= TONE_SHARE


def _stretch(recording: Sound, from_s: float, to_s: float) -> Samples:
    """The samples between two places."""
    return samples_of(recording)[max(0, round(from_s * RATE)) : max(0, round(to_s * RATE))]
