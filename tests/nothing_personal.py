"""Nothing personal stands in any log of the run (R-DTMF-5): a plugin of pytest's that searches them at its end.

The logs are those of every helpline that the tests started, written at debug level, and of their Asterisk. Each process
notes what its people are and key (`personal_data`); the one that all others report to searches all logs for all of it.
What is found fails the run and is named: the file, the line, the kind of datum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from ivr.softphone.call import Call
from tests import personal_data
from tests.personal_data import OF_THIS_RUN, Datum

RULE: Final = "personal data in the logs"
SHOWN: Final = 200
_LOGS: Final = ("*.log", "log/full*", "log/queue_log*", "log/messages*")
_DIGITS: Final = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ()/-]{0,2}\d)+(?!\w)|\d{9,}")
_NUMBERED: Final = re.compile(
    r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\]|\[C-[0-9a-f]{8}\]|(?<=[a-z\d])-[0-9a-f]{8}(?!\w)"
)
"""What Asterisk itself numbers: the time, the call, the channel."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}\b")
_DEBUG: Final = '"level": "debug"'


@dataclass(frozen=True, slots=True)
class Found:
    """Something personal in a log."""

    file: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}: {self.text[:SHOWN]}"


@dataclass(frozen=True, slots=True)
class Result:
    """What a search came to: what was found, in how many logs and lines, looking for how many data."""

    found: tuple[Found, ...]
    logs: int
    lines: int
    data: int

    def __str__(self) -> str:
        return f"nothing personal in {self.logs} logs of {self.lines} lines, searched for {self.data} data"


class Search:
    """Looks for all data at once: by sets, where a log's own numbers and words are few."""

    def __init__(self, data: Iterable[Datum]) -> None:
        self._by_form: Mapping[str, dict[str, str]] = {"digits": {}, "word": {}, "text": {}}
        for datum in data:
            self._by_form[datum.form].setdefault(datum.value, datum.kind)

    def file(self, path: Path) -> tuple[list[Found], int]:
        """What stands in a log, and how many lines it has."""
        content = path.read_text(encoding="utf-8", errors="replace")
        lines = content.splitlines()
        if not any(self._kinds(content)):
            return [], len(lines)
        return [
            Found(path, number, kind, line)
            for number, line in enumerate(lines, start=1)
            for kind in sorted(set(self._kinds(line)))
        ], len(lines)

    def _kinds(self, text: str) -> Iterator[str]:
        """Kinds of what stands in ``text``."""
        digits, words, texts = (self._by_form[form] for form in ("digits", "word", "text"))
        for run in set(_DIGITS.findall(_NUMBERED.sub(" ", text))):
            yield from (digits[part] for part in _parts(run) if part in digits)
        yield from (words[word] for word in set(_WORD.findall(text)) if word in words)
        yield from (kind for value, kind in texts.items() if value in text)
        if _MAIL.search(text):
            yield "an e-mail address"


def _parts(run: str) -> Iterator[str]:
    """What a run of digits may be: itself, without its prefix, or anything of ten or twelve digits within it."""
    digits = re.sub(r"\D", "", run)
    yield digits
    yield personal_data.significant(digits)
    for length in (10, 12):
        yield from (digits[at : at + length] for at in range(len(digits) - length + 1))


def search(folder: Path) -> Result:
    """Search every log in ``folder`` and below for what was gathered there."""
    data = personal_data.read(folder)
    logs = sorted({path for pattern in _LOGS for path in folder.rglob(pattern) if path.is_file()})
    looking = Search(data)
    found: list[Found] = []
    lines = 0
    for log in logs:
        here, count = looking.file(log)
        found, lines = [*found, *here], lines + count
    return Result((*found, *_not_at_debug(logs)), len(logs), lines, len(data))


def _not_at_debug(logs: Iterable[Path]) -> Iterator[Found]:
    """A service that took calls without a line at debug level proves nothing."""
    for log in logs:
        if log.name == "service.log":
            content = log.read_text(encoding="utf-8", errors="replace")
            if "call.arrived" in content and _DEBUG not in content:
                yield Found(log, 1, "not written at debug level", "")


# --- the plugin -------------------------------------------------------------------------------------------------------

_result = pytest.StashKey[Result]()


@pytest.fixture(autouse=True, scope="session")
def _digits_are_kept() -> Iterator[None]:
    """Whatever a phone keys is gathered."""
    with pytest.MonkeyPatch.context() as patch:
        at_ease = Call.key

        async def key(call: Call, digits: str, **how: object) -> None:
            OF_THIS_RUN.keep_digits(digits)
            await at_ease(call, digits, **how)  # type: ignore[arg-type]

        patch.setattr(Call, "key", key)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Every process writes what it kept; the last one searches."""
    folder = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    OF_THIS_RUN.write(folder)
    if hasattr(session.config, "workerinput") or not any(folder.rglob("service.log")):
        return
    session.config.stash[_result] = result = search(folder)
    if result.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was searched, and name whatever was found."""
    result = terminalreporter.config.stash.get(_result, None)
    if result is None:
        return
    if result.found:
        terminalreporter.write_sep("=", RULE, red=True)
        for found in result.found:
            terminalreporter.write_line(str(found))
    else:
        terminalreporter.write_line(str(result))
