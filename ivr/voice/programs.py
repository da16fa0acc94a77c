"""The two programs that make sound: espeak-ng speaks a text, sox brings any recording to the telephone's band.

Both come with the toolchain. Each call is one short process with a time limit; ``PrerequisiteError`` says which
program failed, and what it said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from ivr.errors import PrerequisiteError

TIMEOUT_S = 30
"""The longest that one sound may take."""

_HEADROOM_DB = "-6"


class Speaker(Protocol):
    """Whatever turns a text into speech."""

    def say(self, text: str, voice: str, words_per_minute: int) -> bytes:
        """``text`` as a wav file."""


class Narrower(Protocol):
    """Whatever brings a wav file to the telephone's band."""

    def telephone_band(self, wav: bytes) -> array[int]:
        """Mono at 8 kHz in 16 bit; ``ValueError`` when ``wav`` has no sound."""


@dataclass(frozen=True, slots=True)
class EspeakNg:
    """The speech program, and where its data and libraries are when neither the system nor a script says so.

    >>> EspeakNg(Path("/usr/bin/espeak-ng")).say("Helo.", "cy", 150)[:4]
    b'RIFF'
    """

    program: Path
    data_path: Path | None = None
    library_path: Path | None = None

    def say(self, text: str, voice: str, words_per_minute: int) -> bytes:
        """``text`` spoken by ``voice``, as a wav file; its header does not know its length."""
        command = [str(self.program), "-v", voice, "-s", str(words_per_minute), "-b1", "--stdin", "--stdout"]
        added = {"ESPEAK_DATA_PATH": self.data_path, "LD_LIBRARY_PATH": self.library_path}
        environment = {**os.environ, **{key: str(value) for key, value in added.items() if value}}
        status, wav, said = _run(command, text.encode(), environment)
        if status or not wav:
            raise PrerequisiteError(f"{self.program} cannot speak with voice {voice}: {said or status}")
        return wav


@dataclass(frozen=True, slots=True)
class Sox:
    """The sound converter."""

    program: Path

    @classmethod
    def beside(cls, espeak: EspeakNg) -> Self:
        """The one in the folder of ``espeak``, as the toolchain has it, or the system's."""
        neighbour = espeak.program.with_name("sox")
        found = None if neighbour.exists() else shutil.which("sox")
        return cls(Path(found) if found else neighbour)

    def telephone_band(self, wav: bytes) -> array[int]:
        """A wav file as mono at 8 kHz in 16 bit, 300 to 3400 Hz; ``ValueError`` when it is no wav file with sound.

        Turned down by 6 dB first, so that the filters cannot clip. Source: G.712.
        """
        reading = ["-t", "wav", "-"]
        writing = ["-t", "raw", "-e", "signed-integer", "-b", "16", "-L", "-r", "8000", "-"]
        effects = ["gain", _HEADROOM_DB, "channels", "1", "rate", "-h", "8000", "sinc", "300-3400"]
        status, raw, said = _run([str(self.program), "-V1", "-D", *reading, *writing, *effects], wav)
        if status or not raw:
            raise ValueError(f"found: {said or 'no sound'}; expected: a wav file with PCM")
        samples = array("h", raw)
        if sys.byteorder == "big":
            samples.byteswap()
        return samples


def _run(command: list[str], content: bytes, environment: dict[str, str] | None = None) -> tuple[int, bytes, str]:
    """The exit status, what the program wrote, and its complaints in one line."""
    try:
        run = subprocess.run(
            command, input=content, env=environment, capture_output=True, check=False, timeout=TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError) as fault:
        raise PrerequisiteError(f"{command[0]} cannot be run: {fault}") from fault
    return run.returncode, run.stdout, " ".join(run.stderr.decode(errors="replace").split())
