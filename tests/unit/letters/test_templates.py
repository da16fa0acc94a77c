"""Operations' templates: every mistake is found with file and line, and a broken one never replaces one in use."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from jinja2 import TemplateError

from ivr import checking as whole
from ivr.domain.documents import Form
from ivr.errors import ConfigError, RequestError
from ivr.letters import printer, templates
from ivr.letters.checking import check, example
from ivr.letters.in_use import Letters
from ivr.letters.printer import Printer
from ivr.settings import PROJECT
from tests.unit.letters.press import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what is shipped, to be spoilt."""
    return shutil.copytree(FOLDER, tmp_path / "letters")


def spoil(path: Path, found: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert found in text
    path.write_text(text.replace(found, instead, 1), encoding="utf-8")


def test_what_is_shipped_is_sound() -> None:
    """Every form, in each language and brand, with every field and with those it cannot do without."""
    assert check(templates.read(FOLDER)) == []


@pytest.mark.parametrize(
    ("file", "found", "instead", "mistake"),
    [
        (
            "letter.html",
            "{{ addressee }}",
            "{{ adressee }}",
            "letters/letter.html: line 10: found 'adressee', no such field (did you mean 'addressee'?)",
        ),
        (
            "en/CMSL0077.html",
            "{{ brand.fee }}",
            "{{ brand.fees }}",
            "letters/en/CMSL0077.html: line 5: found 'brand.fees', no such field (did you mean 'fee'?)",
        ),
        (
            "cy/CMSL8300.html",
            "{{ called_on | day }}",
            "{{ called_on | dya }}",
            "letters/cy/CMSL8300.html: line 6: No filter named 'dya'.",
        ),
        (
            "en/CMSF5550.html",
            "{% block main %}",
            "{% block main %}\n{% if team %}",
            "letters/en/CMSF5550.html: line 27: Encountered unknown tag 'endblock'.",
        ),
        (
            "letter.html",
            '{% extends "base.html" %}',
            '{% extends "basis.html" %}',
            "letters/basis.html: missing, expected a template",
        ),
        (
            "words.toml",
            'fee = "£20"\n',
            "",
            "letters/words.toml: cmg.en.fee: missing, others have it",
        ),
        (
            "base.html",
            "picture(brand.mark)",
            "picture('mark.svg')",
            "letters/base.html: line 11: KeyError: 'mark.svg'",
        ),
        (
            "base.html",
            "{{ brand.name }}",
            "{{ ''.__class__.__mro__ }}",
            "letters/base.html: line 6: SecurityError: access to attribute '__class__' of 'str' object is unsafe.",
        ),
        ("words.toml", "[cmg.en]", "[cmg.en", "letters/words.toml: "),
    ],
)
def test_each_mistake_has_its_file_and_line(folder: Path, file: str, found: str, instead: str, mistake: str) -> None:
    """`ivr check`: where the mistake is, what was found, what was meant."""
    spoil(folder / file, found, instead)
    mistakes = check(templates.read(folder))
    assert any(one.startswith(mistake) for one in mistakes), mistakes


def test_they_are_checked_with_everything_else(folder: Path) -> None:
    """`ivr check` and `ivr reload`: nothing is taken while a letter is broken."""
    dialplan, prompts = PROJECT / "dialplan", PROJECT / "prompts"
    assert whole.check(dialplan, prompts, letters_folder=folder).startswith("The configuration is sound")
    spoil(folder / "en" / "CMSL8300.html", "{{ addressee }}", "{{ employer }}")
    with pytest.raises(ConfigError) as caught:
        whole.check(dialplan, prompts, letters_folder=folder)
    assert caught.value.mistakes == ["letters/en/CMSL8300.html: line 6: found 'employer', no such field"]
    with pytest.raises(ConfigError, match="no templates are there"):
        whole.check(dialplan, prompts, letters_folder=folder / "none")


def test_a_field_is_never_markup() -> None:
    """What was typed stands in the page as text, whatever it is."""
    sheet = example(Form.FAILED_SECURITY_CHECK)
    hostile = {**sheet.fields, "addressee": "<h1>{{ brand.name }}</h1>"}
    found = templates.html(templates.read(FOLDER), templates.Sheet(sheet.form, hostile, sheet.dated))
    assert "&lt;h1&gt;{{ brand.name }}&lt;/h1&gt;" in found
    assert found.count("<h1>") == 1


def test_what_was_not_found_out_fails_when_it_is_printed() -> None:
    """A template reaches nothing that it is not given."""
    texts = {**templates.read(FOLDER), "base.html": "{% if false %}{% endif %}{{ open('/etc/passwd') }}"}
    with pytest.raises(TemplateError):
        templates.html(texts, example(Form.BOGUS_CALLER))


async def test_a_broken_template_never_replaces_one_in_use(folder: Path, tmp_path: Path) -> None:
    """The last good one is used, and it is told; over a restart too."""
    letters = Letters(folder, tmp_path / "state")
    assert await letters.look() == []
    good = letters._texts
    spoil(folder / "letter.html", "{{ addressee }}", "{{ adressee }}")
    assert [one.partition(" (")[0] for one in await letters.look()] == [
        "letters/letter.html: line 10: found 'adressee', no such field"
    ]
    assert letters._texts == good
    await letters.close()
    after = Letters(folder, tmp_path / "state")
    assert len(await after.look()) == 1
    assert after._texts == good
    spoil(folder / "letter.html", "{{ adressee }}", "To {{ addressee }}")
    assert await after.look() == []
    assert after._texts != good
    await after.close()


async def test_without_any_sound_template_nothing_is_printed(tmp_path: Path) -> None:
    """It is refused in words; nothing else is harmed."""
    letters = Letters(tmp_path / "none", tmp_path / "state")
    with pytest.raises(RequestError) as caught:
        await letters.pdf(example(Form.BOGUS_CALLER))
    assert caught.value.error_id == "letters.not_printed"
    await letters.close()


async def test_a_process_that_hangs_is_ended_and_the_next_sheet_begins_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter never holds anything up for longer than its limit."""
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    silent.chmod(0o700)
    real = sys.executable
    monkeypatch.setattr(sys, "executable", str(silent))
    hung = Printer(limit_s=0.2)
    with pytest.raises(RequestError):
        await hung.check(templates.read(FOLDER))
    assert hung._process is None
    monkeypatch.setattr(sys, "executable", real)
    hung._limit_s = printer.LIMIT_S
    assert await hung.check(templates.read(FOLDER)) == []
    await hung.close()


async def test_an_idle_process_ends() -> None:
    """Nothing is kept for letters that nobody prints."""
    idle = Printer(idle_s=0.0)
    assert await idle.check(templates.read(FOLDER)) == []
    process = idle._process
    assert process is not None
    async with asyncio.timeout(10):
        await process.wait()
    await idle.close()
