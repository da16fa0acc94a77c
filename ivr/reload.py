"""`ivr reload`: what operations have written is checked, built, and handed to the running service.

Reading, checking and making sounds are done here, in a process of lower priority, so that calls have the service to
themselves; the service gets the finished configuration whole, and says what came of it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Final

from ivr import accepted, checking, config, control, provision
from ivr.errors import ConfigError, RequestError
from ivr.settings import Settings, letters_dir

NICENESS: Final = 10


def reload(settings: Settings) -> Iterator[str]:
    """Say what happens, line by line. Raises ``ConfigError`` with every mistake (then nothing has changed),
    ``RequestError`` when no service runs or something is left to be done.
    """
    yield checking.check(config.folder(), config.prompts_folder(), accepted.standing_if_set_up(), letters_dir())
    os.nice(NICENESS)
    provision.build_prompts(settings)
    content = config.from_files(config.folder(), settings.prompts_dir).content
    taken = asyncio.run(control.ask(control.socket_path(settings), control.Take(content=content)))
    if taken.mistakes:
        raise ConfigError(taken.mistakes)
    yield "It is in use for calls from now on; calls that are up keep what they began with."
    if taken.unfinished:
        raise RequestError("\n".join(taken.unfinished))
