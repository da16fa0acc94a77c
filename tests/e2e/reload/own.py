"""A helpline whose files may be edited: its own dialplan, its own texts, its own sounds."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ivr.settings import PROJECT
from ivr.voice.prompts import Prompts
from tests.e2e.helpline import Helpline


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    text: str


class OwnHelpline(Helpline):
    """What its operations write touches no other helpline."""

    def start(self) -> None:
        """As every helpline, with copies of the texts and, by link, of the sounds."""
        self.texts = shutil.copytree(PROJECT / "prompts", self.folder / "texts")
        self._environment["IVR_PROMPTS_DIR"] = str(self.texts)
        super().start()
        shared = self.settings.prompts_dir.resolve()
        self.settings.prompts_dir.unlink()
        shutil.copytree(shared, self.settings.prompts_dir, copy_function=os.link)

    def edit(self, file: str, found: str, instead: str) -> None:
        """Operations change a file of the dialplan, or a text."""
        path = (self._dialplan if (self._dialplan / file).exists() else self.texts) / file
        content = path.read_text(encoding="utf-8")
        assert found in content, f"{file} has no {found!r}"
        path.write_text(content.replace(found, instead, 1), encoding="utf-8")

    async def reload(self) -> Said:
        """`ivr reload`, as operations run it; calls go on meanwhile."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ivr", "reload"),
            env=self._environment,
            cwd=PROJECT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        text, _ = await process.communicate()
        return Said(process.returncode or 0, text.decode())

    def newest(self, name: str) -> Path:
        """A prompt's sound as the last build made it."""
        return Prompts.load(self.settings.prompts_dir).files("en", name)[0]

    def accepted(self) -> str:
        """The hash of the configuration accepted last."""
        return str(self.rows("SELECT hash FROM configuration ORDER BY accepted_at DESC LIMIT 1")[0].hash)
