"""The build of the prompts: catalogues and recordings in, sound files and their index out.

Run by the set-up and before a reload. Each sound is named by what it was made from, so only what changed is made, and
a call that plays an older one is not disturbed. The index is written last: a build that fails changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from pydantic import ValidationError

from ivr.domain.ids import Language
from ivr.errors import ConfigError, PrerequisiteError
from ivr.softphone import g711
from ivr.voice import audio, catalogue
from ivr.voice.catalogue import Script, Unit
from ivr.voice.prompts import FORMAT, INDEX_FILE, BuiltLanguage, BuiltUnit, Index, index_name

RECIPE = 1
"""Part of every file's name; to be raised when the same text would now sound different."""
KEEP_S = 24 * 3600
"""How long a sound that no longer belongs to the newest build is kept for the calls that use it."""
SPEAK_TIMEOUT_S = 30

_SUFFIXES = (".wav", ".alaw")
_FEW = 8
"""Up to so many sounds are made here, without other processes."""

Progress = Callable[[int, int], None]
"""Called with the number of sounds made, and of those to be made."""


@dataclass(frozen=True, slots=True)
class EspeakNg:
    """The speech program: its path, and where its data and its libraries are when they are not the system's own.

    >>> EspeakNg(Path("/usr/bin/espeak-ng"))                                       # doctest: +ELLIPSIS
    EspeakNg(program=...)
    """

    program: Path
    data_path: Path | None = None
    library_path: str | None = None

    def say(self, unit: Unit) -> bytes:
        """``unit`` spoken, as a wav file; ``PrerequisiteError`` when the program cannot do it."""
        text = unit.text if unit.final else f"{unit.text},"
        command = [str(self.program), "-v", unit.voice, "-s", str(unit.words_per_minute), "-b1", "--stdin", "--stdout"]
        try:
            run = subprocess.run(
                command,
                input=text.encode(),
                env=self._environment(),
                capture_output=True,
                check=True,
                timeout=SPEAK_TIMEOUT_S,
            )
        except (OSError, subprocess.SubprocessError) as fault:
            said = getattr(fault, "stderr", None) or b""
            raise PrerequisiteError(f"{self.program}: cannot speak ({unit.voice}): {fault} {said.decode()}") from fault
        return run.stdout

    def _environment(self) -> dict[str, str]:
        added = {"ESPEAK_DATA_PATH": self.data_path, "LD_LIBRARY_PATH": self.library_path}
        return {**os.environ, **{key: str(value) for key, value in added.items() if value}}


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
    stem: str = field(default="")


def build(prompts_dir: Path, out_dir: Path, espeak: EspeakNg, progress: Progress | None = None) -> BuildReport:
    """Make in ``out_dir`` what ``prompts_dir`` asks for, and write its index.

    ``ConfigError``: every mistake in the catalogues and recordings; ``PrerequisiteError``: espeak-ng cannot be run.
    """
    began = time.monotonic()
    scripts = {code: catalogue.script(texts) for code, texts in catalogue.load(prompts_dir).items()}
    jobs = _jobs(scripts, _recordings(prompts_dir / "recordings", scripts))
    for code in scripts:
        (out_dir / code).mkdir(parents=True, exist_ok=True)
    missing = [job for job in jobs if not _there(out_dir, job)]
    _make_all(out_dir, espeak, missing, progress)
    index = Index(
        format=FORMAT, languages={code: _language(out_dir, code, script, jobs) for code, script in scripts.items()}
    )
    _retire(out_dir, index)
    digest = _write_index(out_dir, index)
    pruned = _prune(out_dir, index, digest)
    made = tuple(f"{job.unit.language}/{job.unit.name}" for job in missing)
    return BuildReport(digest, made, len(jobs) - len(made), pruned, time.monotonic() - began)


def _recordings(folder: Path, scripts: dict[Language, Script]) -> dict[str, bytes]:
    """Every recording by language and name (``cy/closed``); ``ConfigError`` for those that are nobody's."""
    mistakes: list[str] = []
    found: dict[str, bytes] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        known = [f"{code}/{unit}" for code, script in scripts.items() for unit in script.units]
        if path.suffix == ".md":
            continue
        if name not in known or path.suffix != ".wav":
            near = get_close_matches(name, known, n=1)
            hint = f" (nearest: {near[0]}.wav)" if near else ""
            mistakes.append(
                f"recordings/{name}{path.suffix}: found: no such sound; expected: en or cy/<name>.wav{hint}"
            )
        else:
            found[name] = path.read_bytes()
    if mistakes:
        raise ConfigError(mistakes)
    return found


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


def _make_all(out_dir: Path, espeak: EspeakNg, jobs: list[_Job], progress: Progress | None) -> None:
    """Make every job's files, on all processors when there are many; ``ConfigError`` names each bad recording."""
    mistakes = []
    few = len(jobs) <= _FEW
    with nullcontext() if few else ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        for done, mistake in enumerate(_results(pool, partial(_make, out_dir, espeak), jobs), 1):
            mistakes += [mistake] if mistake else []
            if progress is not None:
                progress(done, len(jobs))
    if mistakes:
        raise ConfigError(mistakes)


def _results(pool: Executor | None, make: Callable[[_Job], str | None], jobs: list[_Job]) -> Iterable[str | None]:
    return map(make, jobs) if pool is None else pool.map(make, jobs, chunksize=4)


def _make(out_dir: Path, espeak: EspeakNg, job: _Job) -> str | None:
    """Make one sound's two files; what is wrong with its recording, if anything."""
    spoken = espeak.say(job.unit) if job.recording is None else job.recording
    tail_s = audio.TAIL_S if job.unit.final else audio.JOIN_S
    try:
        samples = audio.as_pcm(audio.for_telephone(audio.read_wav(spoken), tail_s=tail_s))
    except ValueError as fault:
        return f"{'recordings/' if job.recording else ''}{job.unit.language}/{job.unit.name}.wav: {fault}"
    _write(out_dir / f"{job.stem}.wav", audio.as_wav(samples))
    _write(out_dir / f"{job.stem}.alaw", g711.encode(samples))
    return None


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
    (out_dir / index_name(_digest(content))).touch()
    for stem in _stems(before) - _stems(index):
        for suffix in _SUFFIXES:
            (out_dir / f"{stem}{suffix}").touch()


def _stems(index: Index) -> set[str]:
    return {unit.stem for built in index.languages.values() for unit in built.units.values()}


def _prune(out_dir: Path, index: Index, digest: str) -> tuple[str, ...]:
    """Remove what no longer belongs to the newest build and whose day is over; the names of what was removed."""
    wanted = {f"{stem}{suffix}" for stem in _stems(index) for suffix in _SUFFIXES} | {INDEX_FILE, index_name(digest)}
    ours = [path for pattern in ("index-*.json", "*/*.wav", "*/*.alaw", "*/.*") for path in out_dir.glob(pattern)]
    over = time.time() - KEEP_S
    removed = []
    for path in ours:
        name = path.relative_to(out_dir).as_posix()
        if name not in wanted and path.stat().st_mtime < over:
            path.unlink(missing_ok=True)
            removed.append(name)
    return tuple(sorted(removed))
