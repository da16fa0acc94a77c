"""FastAGI: a call that stays in the dialplan and asks the service what to play and what was keyed.

Enters: connections from the dialplan's ``AGI()``, whose first argument is the secret that both sides know. Leaves: an
`AgiCall` for each, whose task is owned by the `AgiServer`. Whoever connects and falls silent is let go after a limit;
what waits on the other side is up to the dialplan, which has a limit of its own.

panoramisk speaks the protocol's commands. Its reader of the head is not used: it would spin for ever when a peer closes
before the blank line.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from panoramisk.fast_agi import Request

from ivr.errors import IvrError, NotFound, PbxError, PbxUnavailable

log = structlog.get_logger()

HEAD_BYTES: Final = 8192
"""Asterisk's head has some 700 bytes; a line of an answer far fewer."""
HEAD_S: Final = 3.0
COMMAND_S: Final = 5.0
"""Limit for a command's answer, beyond what it takes by itself (to play, to wait for digits)."""
LONGEST_PROMPT_S: Final = 20.0
MOST_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class AgiHead:
    """What the dialplan said first: ``arguments`` are those of ``AGI()``, the secret left out."""

    script: str
    arguments: tuple[str, ...]
    secret: str


class AgiCall:
    """One call in the dialplan. Verbs raise NotFound once the caller has hung up, PbxUnavailable past its limit."""

    def __init__(self, head: AgiHead, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.script = head.script
        self.arguments = head.arguments
        self._request = Request(None, {}, reader, writer)

    async def answer(self) -> None:
        """Answer the call; what is keyed from here on is heard by the next question."""
        await self._command("ANSWER", 0.0)

    async def play(self, *sounds: Path) -> None:
        """Play sounds, one after another; keys do not cut them short."""
        for sound in sounds:
            await self._command(f'STREAM FILE {_quoted(sound)} ""', LONGEST_PROMPT_S)

    async def ask_digits(self, sound: Path, most: int, wait_s: float) -> str:
        """Play ``sound`` until the first key; at most ``most`` digits, each awaited ``wait_s``; ``#`` ends them.

        One sound, for a key pressed while others were played before it would be lost.
        """
        limit_s = LONGEST_PROMPT_S + (most + 1) * wait_s
        return await self._command(f"GET DATA {_quoted(sound)} {round(wait_s * 1000)} {most}", limit_s)

    async def set_variable(self, name: str, value: str) -> None:
        """Set a variable of the channel, or write a function: ``TIMEOUT(absolute)``."""
        await self._command(f'SET VARIABLE {name} "{value}"', 0.0)

    async def _command(self, command: str, takes_s: float) -> str:
        """The result of one command. Nothing of it is logged: it may be a PIN."""
        try:
            async with asyncio.timeout(takes_s + COMMAND_S):
                answer = await self._request.send_command(command)
        except TimeoutError:
            raise PbxUnavailable(f"FastAGI: no answer to {command.partition(' ')[0]} in time") from None
        except (OSError, ValueError) as error:  # a reset; a line that is empty, too long or not text
            if self._request.reader.at_eof():
                raise NotFound("FastAGI: closed, as it is when the caller has gone") from None
            raise PbxUnavailable(f"FastAGI: {type(error).__name__}") from None
        return _result(answer)


Serve = Callable[[AgiCall], Awaitable[None]]


class AgiServer:
    """Listens for the dialplan; each connection is one task, ended by its own end or by `close`."""

    def __init__(self, serve: Serve, secret: str) -> None:
        """``serve`` is awaited for each call; its errors end that call alone."""
        self._serve = serve
        self._secret = secret
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> None:
        """Listen, beside a process that this one takes over from. Raises ``OSError``."""
        self._server = await asyncio.start_server(self._connected, host, port, limit=HEAD_BYTES, reuse_port=True)

    async def close(self) -> None:
        """Listen no longer, and let go of every call; the dialplan goes on with it."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= MOST_AT_ONCE:
            log.error("agi.too_many", up=len(self._tasks))
            writer.close()
            return
        task = asyncio.create_task(self.attend(reader, writer), name="agi")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first byte to its end."""
        try:
            head = await read_head(reader)
            if hmac.compare_digest(head.secret.encode(), self._secret.encode()):
                await self._serve(AgiCall(head, reader, writer))
            else:
                log.warning("agi.refused", script=head.script)
        except NotFound:
            log.info("agi.caller_gone")
        except IvrError as error:
            log.warning("agi.failed", error=str(error))
        except Exception:
            log.exception("agi.failed")
        finally:
            with contextlib.suppress(OSError):
                writer.close()


async def read_head(reader: asyncio.StreamReader) -> AgiHead:
    """What comes before the blank line. Raises PbxError for anything but an AGI head within `HEAD_BYTES`, `HEAD_S`."""
    try:
        async with asyncio.timeout(HEAD_S):
            head = await reader.readuntil(b"\n\n")
    except TimeoutError:
        raise PbxError(f"FastAGI: no head within {HEAD_S} s") from None
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
        raise PbxError(f"FastAGI: no head: {type(error).__name__}") from None
    return _head(head.decode(errors="replace"))


def _head(text: str) -> AgiHead:
    """Source: res_agi.c, setup_env: ``agi_name: value`` line by line, the arguments as ``agi_arg_1`` and on."""
    values: dict[str, str] = {}
    for line in text.rstrip("\n").split("\n"):
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_") or name in values:
            raise PbxError("FastAGI: the head has a line that is none of Asterisk's")
        values[name] = value.removeprefix(" ")
    secret, *arguments = _arguments(values) or ("",)
    return AgiHead(values.get("agi_network_script", ""), tuple(arguments), secret)


def _arguments(values: Mapping[str, str]) -> list[str]:
    count = sum(name.startswith("agi_arg_") for name in values)
    return [values.get(f"agi_arg_{number}", "") for number in range(1, count + 1)]


def _quoted(sound: Path) -> str:
    path = str(sound.with_suffix(""))
    if not path.isprintable() or set('"\\') & set(path):
        raise PbxError("FastAGI: a sound's path has characters that a command cannot have")
    return f'"{path}"'


def _result(answer: Mapping[str, Any]) -> str:
    """A command's ``result=``. Asterisk says hang-up in several ways: ``HANGUP``, ``-1``, 511, and by closing."""
    status = answer.get("status_code", 0)
    if answer.get("error") in {"AGIResultHangup", "AGIAppError"} or status in {0, 511}:
        raise NotFound("FastAGI: the caller has gone")
    if status != 200:
        raise PbxError(f"FastAGI: refused with {status}")
    return str(answer["result"][0])
