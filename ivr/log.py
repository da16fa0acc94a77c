"""Logging: structlog as JSON lines or for a console, with personal data masked by the last processor (R-DTMF-5).

Events are named ``noun.verb_past`` (``call.offered``), particulars are keys; personal data goes under ``pii_*`` keys.
What other libraries log through ``logging`` takes the same way out.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_DIGIT_RUN: Final = re.compile(r"\d{5,}")
_DIGITS_SHOWN: Final = 3
_SHORTEST_REFERENCE: Final = 9
"""Fewer digits than this may be a date of birth or a PIN, of which nothing is shown."""
_PII_PREFIX: Final = "pii_"
_QUOTED: Final = re.compile(r"((?:DETAIL: +|query argument \$\d+: |input_value=))(.*?)(?=, input_type=|[\n\r]|\\n|$)")
"""Where a message quotes what it was given: a PostgreSQL error's detail, asyncpg's argument, pydantic's input."""
_MAIL: Final = re.compile(r"[\w.+-]+@(?=[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}\b)")
"""Whose post box it is, of an e-mail address; SIP's addresses here have a number behind the sign."""
_FREE_KEY: Final = re.compile(r"timestamp|.*_(id|hash)|id")
"""Keys that are left whole: instants, and ids of our own making, which say nothing about a person."""


def set_up(*, console: bool = False, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Configure structlog and ``logging`` for this process: JSON lines, or coloured text when ``console``.

    ``stream``: where lines go, standard error unless told.
    """
    out = sys.stderr if stream is None else stream
    render = _console_renderer(out) if console else _json_renderer()
    structlog.configure(
        processors=[*_context(), mask_personal_data, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _take_over_logging(render, level, out)


def mask_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask values of ``pii_*`` keys, what libraries quote, whose an e-mail address is, and runs of five or more digits.

    A reference or telephone number keeps its last three digits; what may be a date of birth or a PIN keeps none.
    """
    return {key: _masked_value(key, value) for key, value in event.items()}


def _masked_value(key: str, value: Any) -> Any:
    if key.startswith(_PII_PREFIX):
        return _masked_person(value)
    if _FREE_KEY.fullmatch(key):
        return value
    return _masked_digits(value)


def _masked_digits(value: Any) -> Any:
    if isinstance(value, str):
        return _DIGIT_RUN.sub(lambda run: _last_digits(run.group()), _MAIL.sub("…@", _QUOTED.sub(r"\1…", value)))
    if isinstance(value, Mapping):
        return {key: _masked_value(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked_digits(item) for item in value]
    if isinstance(value, bytes | BaseException):
        return _masked_digits(repr(value))
    return value


def _masked_person(value: Any) -> str | None:
    if value is None:
        return None
    return _last_digits("".join(character for character in str(value) if character.isdigit()))


def _last_digits(digits: str) -> str:
    return "…" + digits[-_DIGITS_SHOWN:] if len(digits) >= _SHORTEST_REFERENCE else "…"


def _context() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _json_renderer() -> list[Processor]:
    return [structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]


def _console_renderer(out: TextIO) -> list[Processor]:
    return [structlog.dev.ConsoleRenderer(colors=out.isatty())]


def _take_over_logging(render: list[Processor], level: int, out: TextIO) -> None:
    """Send what libraries log through the same processors; aiohttp's access log is left to our own middleware."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_context()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask_personal_data, *render],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.INFO))
