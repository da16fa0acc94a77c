"""A whole configuration: what the files say and what callers hear, under one name, its hash.

Enters: the files and the built prompts, or the content of both as it was stored. Leaves: a `Configuration`, or
ConfigError with every mistake. A call that began with one keeps it, after a restart too: the content is all it takes,
since sounds are named by what they were made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ivr.config.dialplan import Dialplan, load, parse
from ivr.config.mistakes import nearest
from ivr.errors import ConfigError
from ivr.flows.services import Rules
from ivr.voice.prompts import Index, Prompts


class Content(BaseModel):
    """What is stored of a configuration: the files' texts by name, and the index of the prompts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    files: dict[str, str]
    prompts: Index


@dataclass(frozen=True, slots=True)
class Configuration:
    """``content`` is what is stored of it, ``hash`` names it."""

    dialplan: Dialplan
    prompts: Prompts
    content: str = field(repr=False)
    hash: str

    @property
    def rules(self) -> Rules:
        """The figures and names a call starts with."""
        return replace(self.dialplan.rules, config_hash=self.hash)


def from_files(folder: Path, prompts_dir: Path) -> Configuration:
    """What the files in ``folder`` and the newest build of prompts say. Raises ConfigError."""
    dialplan, prompts = load(folder), Prompts.load(prompts_dir)
    content = Content(files=dict(dialplan.texts), prompts=prompts.index).model_dump_json()
    return _whole(dialplan, prompts, content)


def from_content(content: str, prompts_dir: Path) -> Configuration:
    """The configuration that was once stored. Raises ConfigError: a version that reads it otherwise, a lost sound."""
    stored = read_content(content)
    return _whole(parse(stored.files), Prompts.of(prompts_dir, stored.prompts), content)


def read_content(content: str) -> Content:
    """What was stored, taken apart. Raises ConfigError."""
    try:
        return Content.model_validate_json(content)
    except ValidationError as fault:
        raise ConfigError([f"stored configuration: found: {fault}; expected: one that this version reads"]) from fault


def unspoken(dialplan: Dialplan, known: Collection[str]) -> list[str]:
    """A mistake for each prompt that a line names and that not both languages (``known``) have."""
    return [
        f"lines.toml: {line.name}.{key}: found {prompt!r}, expected a prompt in both languages{nearest(prompt, known)}"
        for line in dialplan.lines.values()
        for key, prompt in (("greeting", line.greeting), ("closed", line.closed))
        if prompt not in known
    ]


def _whole(dialplan: Dialplan, prompts: Prompts, content: str) -> Configuration:
    if mistakes := unspoken(dialplan, prompts.names()):
        raise ConfigError(mistakes)
    return Configuration(dialplan, prompts, content, hashlib.sha256(content.encode()).hexdigest())
