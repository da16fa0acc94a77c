"""The search of a run's logs for personal data can fail, and says what stands where. R-DTMF-5."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from ivr.records import sample
from tests.nothing_personal import Result, search
from tests.personal_data import Gathered, of_column, of_sample

PROJECT: Final = Path(__file__).resolve().parents[3]
PASSWORD: Final = "a pass phrase"
SAFE: Final = '{"event": "call.arrived", "dnis": "…100", "timestamp": "2026-11-22T14:06:12.020620Z", "level": "debug"}'


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that this run's own search does not come to."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def _searched(folder: Path, line: str, gathered: Gathered | None = None) -> Result:
    """A log of three lines, ``line`` in the middle."""
    known = gathered or Gathered()
    (folder / "helpline").mkdir(exist_ok=True)
    (folder / "helpline" / "service.log").write_text(f"{SAFE}\n{line}\n{SAFE}\n", encoding="utf-8")
    known.keep(of_sample(PASSWORD))
    known.write(folder)
    return search(folder)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"keyed": "120000000019"}', "a SCIN"),
        ("keyed 1120000000019# at last", "a SCIN"),
        ('{"found": "Jane Example"}', "a client's name"),
        ('{"found": "Okafor, D."}', "an agent's name"),
        ("child Zara", "a child's name"),
        ("born 02/06/2014", "a date of birth"),
        ("born 2014-06-02", "a date of birth"),
        ("born on 2 June 2014", "a date of birth"),
        ("digits 02062014", "a date of birth"),
        (f"pin={sample.pin(PASSWORD)}", "a PIN"),
        (f"log in with {PASSWORD!r}", "a password"),
        ("case 9000 0000 4471", "a case number"),
        ("From: <sip:+441632960011@127.0.0.1>", "a telephone number"),
        ("rang (01632) 960011", "a telephone number"),
        ("Drama Bakeries Ltd rang", "an employer's name"),
        ("sent to jane@post.example", "an e-mail address"),
    ],
)
def test_what_is_planted_is_found(elsewhere: Path, line: str, kind: str) -> None:
    """However it is written: with its file, its line and what kind of thing it is."""
    found = _searched(elsewhere, line).found
    assert (elsewhere / "helpline" / "service.log", 2, kind) in [(one.file, one.line, one.kind) for one in found]


@pytest.mark.parametrize(
    "line",
    [
        '{"keyed": "…019", "agent": "7001", "port": 49152, "call_id": "c120000000019abcd", "took_ms": 0.020620}',
        '{"path": "channels/ivr-0af79c64-1795356330.20/play", "phone": "sip:7001@127.0.0.1:5060"}',
    ],
)
def test_what_is_nobodys_is_left_alone(elsewhere: Path, line: str) -> None:
    """Masked references, staff numbers, ports, instants, our own ids and SIP's addresses."""
    result = _searched(elsewhere, line.replace("c120000000019abcd", "c01k9p1234567abcd"))
    assert result.found == ()
    assert (result.logs, result.lines) == (1, 3)


def test_a_run_is_searched_for_what_its_rows_and_callers_were(elsewhere: Path) -> None:
    """Not the sample alone: who was imported, what was written in notes, who rang, what they keyed."""
    gathered = Gathered()
    gathered.keep_digits("1" + "130000000017")
    gathered.keep(of_column("call.cli", "07700900123"))
    gathered.keep(of_column("call_back.notes", "rings after six, not before"))
    gathered.keep(of_column("child.born_on", date(2019, 2, 3)))
    gathered.keep(of_column("client.name", None))
    for line in ("to 0044 7700 900123", '{"n": "rings after six, not before"}', "03022019", "got 130000000017"):
        assert len(_searched(elsewhere, line, gathered).found) == 1, line


def test_every_kind_of_person_in_the_database_is_searched_for() -> None:
    """A column that is renamed out of the search's sight is missed here."""
    asked: list[str] = []
    Gathered().keep_rows(lambda query: asked.append(query) or [])  # type: ignore[func-returns-value]
    text = "\n".join(asked)
    for column in ("scin", "ern", "earn", "trn", "name", "born_on", "phone", "cli", "keyed", "notes", "paye_reference"):
        assert f'"{column}"' in text


def test_a_log_that_was_not_written_at_debug_level_proves_nothing(elsewhere: Path) -> None:
    (elsewhere / "service.log").write_text('{"event": "call.arrived", "level": "info"}\n')
    assert [one.kind for one in search(elsewhere).found] == ["not written at debug level"]


CONFTEST: Final = """
from tests import nothing_personal


def pytest_configure(config):
    config.pluginmanager.register(nothing_personal)
"""
TEST: Final = """
from tests.personal_data import OF_THIS_RUN, of_sample


def test_a_story(tmp_path_factory):
    log = tmp_path_factory.mktemp("helpline") / "service.log"
    log.write_text('{"level": "debug"}\\n%s is here\\n')
    OF_THIS_RUN.keep(of_sample("secret"))


def test_another():
    pass
"""


@pytest.mark.parametrize(("workers", "who", "code"), [("2", "Jane", 1), ("0", "Somebody", 0)])
def test_a_run_that_passed_fails_for_its_logs(elsewhere: Path, workers: str, who: str, code: int) -> None:
    """Whichever process wrote the log."""
    (elsewhere / "conftest.py").write_text(CONFTEST)
    (elsewhere / "test_it.py").write_text(TEST % who)
    plugins = ("-p", "xdist", "-p", "no:cacheprovider", f"--basetemp={elsewhere / 'base'}")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-n", workers, "-c", os.devnull, "--rootdir", elsewhere, elsewhere],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(PROJECT)},
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == code
    assert ("service.log:2: a client's name: Jane is here" in done.stdout) == bool(code)
    assert ("nothing personal in 1 logs of 2 lines" in done.stdout) == (not code)
