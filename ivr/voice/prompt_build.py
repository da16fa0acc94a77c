"""The build of the prompts: catalogues and recordings in, sound files and their index out.

Run by the set-up and before a reload. Each sound is named by what it was made from, so only what changed is made, and
a call that plays an older one is not disturbed. The index is written last: a build that fails changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from ivr.domain.ids import Language
from ivr.errors import ConfigError
from ivr.softphone import g711
from ivr.voice import audio, catalogue
from ivr.voice.catalogue import Catalogue, Script, Unit
from ivr.voice.programs import EspeakNg, Narrower, Sox, Speaker
from ivr.voice.prompts import FORMAT, INDEX_FILE, QUIET, BuiltLanguage, BuiltUnit, Index, index_name

RECIPE = 2
"""Part of every file's name; to be raised when the same text would now sound different."""
KEEP_S = 24 * 3600
"""How long a sound that no longer belongs to the newest build is kept for the calls that use it."""

_SUFFIXES = (".wav", ".alaw")
QUIET_S = 60
"""Longer than anybody may take over a reference (R-DTMF-1)."""

Progress = Callable[[int, int], None]
"""Called with the number of sounds made, and of those to be made."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: names (``en/greeting-cmg``) of the sounds it made, how many were there, files it removed.

    ``digest`` names this build's index, for ``Prompts.load(folder, digest)``.
    """

    digest: str
    made: tuple[str, ...] = ()
    kept: int = 0
    pruned: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Job:
    """One sound to be made: ``recording`` is the wav file that somebody recorded, or None."""

    unit: Unit
    recording: bytes | None
    stem: str


def build(
    prompts_dir: Path,
    out_dir: Path,
    espeak: EspeakNg,
    progress: Progress | None = None,
    keep: Collection[str] | None = (),
) -> BuildReport:
    """Make in ``out_dir`` what ``prompts_dir`` asks for, and write its index.

    ``keep``: stems of sounds that stay whatever their age, since a call may play them; None: nothing is removed.

    ``ConfigError``: every mistake in the catalogues and recordings; ``PrerequisiteError``: a program cannot be run
    (espeak-ng, or the sox beside it).

    >>> build(Path("prompts"), Path("state/prompts"), EspeakNg(Path("bin/espeak-ng")))  # doctest: +SKIP
    BuildReport(digest='0dd147bc', made=('en/closed',), kept=472, pruned=(), seconds=0.11)
    """
    return build_with(prompts_dir, out_dir, espeak, Sox.beside(espeak), progress, keep)


def build_with(
    prompts_dir: Path,
    out_dir: Path,
    speaker: Speaker,
    narrower: Narrower,
    progress: Progress | None = None,
    keep: Collection[str] | None = (),
) -> BuildReport:
    """As ``build``, with any two programs."""
    began = time.monotonic()
    scripts = {code: catalogue.script(texts) for code, texts in catalogue.load(prompts_dir).items()}
    jobs = _jobs(scripts, _recordings(prompts_dir / "recordings", scripts))
    for code in scripts:
        (out_dir / code).mkdir(parents=True, exist_ok=True)
    missing = [job for job in jobs if not _there(out_dir, job)]
    _make_all(partial(_make, out_dir, speaker, narrower), missing, progress)
    index = Index(
        format=FORMAT, languages={code: _language(out_dir, code, script, jobs) for code, script in scripts.items()}
    )
    _retire(out_dir, index)
    _write_quiet(out_dir / f"{QUIET}.alaw")
    digest = _write_index(out_dir, index)
    pruned = () if keep is None else _prune(out_dir, index, digest, keep)
    made = tuple(f"{job.unit.language}/{job.unit.name}" for job in missing)
    return BuildReport(digest, made, len(jobs) - len(made), pruned, time.monotonic() - began)


def check_recordings(prompts_dir: Path, catalogues: Mapping[Language, Catalogue]) -> None:
    """Raises ``ConfigError`` for each recording that is no sound of ours; what is in them is found by the build."""
    _recordings(prompts_dir / "recordings", {code: catalogue.script(texts) for code, texts in catalogues.items()})


def _recordings(folder: Path, scripts: dict[Language, Script]) -> dict[str, bytes]:
    """Every recording by language and name (``cy/closed``); ``ConfigError`` for those that are nobody's."""
    known = [f"{code}/{unit}" for code, script in scripts.items() for unit in script.units]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    named = {path.relative_to(folder).as_posix(): path for path in files if path.suffix != ".md"}
    mistakes = [
        f"recordings/{name}: found: no such sound; expected: en or cy/<name>.wav{_nearest(name, known)}"
        for name in named
        if not name.endswith(".wav") or name.removesuffix(".wav") not in known
    ]
    if mistakes:
        raise ConfigError(mistakes)
    return {name.removesuffix(".wav"): path.read_bytes() for name, path in named.items()}


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name.rpartition(".")[0], known, n=1)
    return f" (nearest: {near[0]}.wav)" if near else ""


def _jobs(scripts: dict[Language, Script], recordings: dict[str, bytes]) -> list[_Job]:
    units = chain.from_iterable(script.units.values() for script in scripts.values())
    return [_job(unit, recordings.get(f"{unit.language}/{unit.name}")) for unit in units]


def _job(unit: Unit, recording: bytes | None) -> _Job:
    """The job of one sound; its file's name holds a hash of all that decides how it sounds."""
    made_from = f"{unit.voice}\n{unit.words_per_minute}\n{unit.text}".encode() if recording is None else recording
    digest = _digest(b"%d %d\n%b" % (RECIPE, unit.final, made_from))
    return _Job(unit, recording, f"{unit.language}/{unit.name}-{digest}")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def _there(out_dir: Path, job: _Job) -> bool:
    return all((out_dir / f"{job.stem}{suffix}").exists() for suffix in _SUFFIXES)


def _make_all(make: Callable[[_Job], str | None], jobs: list[_Job], progress: Progress | None) -> None:
    """Make every job's files, side by side; ``ConfigError`` names each bad recording."""
    mistakes = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, mistake in enumerate(pool.map(make, jobs), 1):
            mistakes += [mistake] if mistake else []
            if progress is not None:
                progress(done, len(jobs))
    if mistakes:
        raise ConfigError(mistakes)


def _make(out_dir: Path, speaker: Speaker, narrower: Narrower, job: _Job) -> str | None:
    """Make one sound's two files; what is wrong with it, if anything."""
    unit = job.unit
    try:
        samples = narrower.telephone_band(_spoken(speaker, unit) if job.recording is None else job.recording)
        samples = audio.prompt(samples, tail_s=audio.TAIL_S if unit.final else audio.JOIN_S)
    except ValueError as fault:
        return f"{'prompts' if job.recording is None else 'recordings'}/{unit.language}/{unit.name}: {fault}"
    _write(out_dir / f"{job.stem}.wav", audio.as_wav(samples))
    _write(out_dir / f"{job.stem}.alaw", g711.encode(samples))
    return None


def _spoken(speaker: Speaker, unit: Unit) -> bytes:
    """A wav file of ``unit``; a comma keeps the voice up where the sentence goes on in the next sound."""
    text = unit.text if unit.final else f"{unit.text},"
    return speaker.say(text, unit.voice, unit.words_per_minute)


def _write(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _language(out_dir: Path, code: Language, script: Script, jobs: list[_Job]) -> BuiltLanguage:
    """What the index says of one language."""
    units = {
        job.unit.name: BuiltUnit(
            stem=job.stem,
            text=job.unit.text,
            seconds=(out_dir / f"{job.stem}.alaw").stat().st_size / audio.SAMPLE_RATE,
            source="voice" if job.recording is None else "recording",
        )
        for job in jobs
        if job.unit.language == code
    }
    return BuiltLanguage(units=units, templates={name: dict(parts) for name, parts in script.templates.items()})


def _write_quiet(path: Path) -> None:
    if not path.exists():
        _write(path, g711.SILENT_FRAME * (QUIET_S * audio.SAMPLE_RATE // g711.FRAME_SAMPLES))


def _write_index(out_dir: Path, index: Index) -> str:
    """Write the index under its own digest, and as the newest; its digest."""
    content = json.dumps(index.model_dump(mode="json"), ensure_ascii=False, indent=1).encode()
    digest = _digest(content)
    for path in (out_dir / index_name(digest), out_dir / INDEX_FILE):
        if not path.exists() or path.read_bytes() != content:
            _write(path, content)
    return digest


def _retire(out_dir: Path, index: Index) -> None:
    """Begin the day of grace of whatever the newest build so far has and ``index`` has not."""
    try:
        content = (out_dir / INDEX_FILE).read_bytes()
        before = Index.model_validate_json(content)
    except (OSError, ValidationError):
        return
    stale = [f"{stem}{suffix}" for stem in stems(before) - stems(index) for suffix in _SUFFIXES]
    for path in (out_dir / name for name in [index_name(_digest(content)), *stale]):
        if path.exists():
            path.touch()


def stems(index: Index) -> set[str]:
    """The sounds of a build: their paths below its folder, without suffix."""
    return {unit.stem for built in index.languages.values() for unit in built.units.values()}


def _prune(out_dir: Path, index: Index, digest: str, keep: Collection[str]) -> tuple[str, ...]:
    """Remove what no longer belongs to the newest build and whose day is over; the names of what was removed."""
    wanted = {f"{stem}{suffix}" for stem in stems(index).union(keep) for suffix in _SUFFIXES}
    wanted |= {INDEX_FILE, index_name(digest)}
    ours = [path for pattern in ("index-*.json", "*/*.wav", "*/*.alaw", "*/.*") for path in out_dir.glob(pattern)]
    over = time.time() - KEEP_S
    removed = []
    for path in ours:
        name = path.relative_to(out_dir).as_posix()
        if name not in wanted and path.stat().st_mtime < over:
            path.unlink(missing_ok=True)
            removed.append(name)
    return tuple(sorted(removed))
