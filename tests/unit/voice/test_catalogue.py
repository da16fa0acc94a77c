"""The two catalogues, and every mistake in them found before it goes live."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ivr.domain.ids import Language
from ivr.errors import ConfigError
from ivr.voice import catalogue
from ivr.voice.names import Prompt

PROMPTS = Path(__file__).parents[3] / "prompts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped catalogues, to be spoilt."""
    for file in catalogue.FILES.values():
        shutil.copy(PROMPTS / file, tmp_path)
    return tmp_path


def spoil(folder: Path, file: str, line: str, instead: str) -> None:
    """Replace the whole line that begins with ``line``."""
    path = folder / file
    text, count = re.subn(rf"(?m)^{re.escape(line)}.*$", lambda _: instead, path.read_text())
    assert count == 1
    path.write_text(text)


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        catalogue.load(folder)
    return caught.value.mistakes


def test_the_shipped_catalogues_are_right() -> None:
    """R-MENU-1, R-NI-1: both languages have every prompt, and a name for each brand."""
    both = catalogue.load(PROMPTS)
    assert both["en"].texts.keys() == both["cy"].texts.keys()
    assert both["en"].brands["nicms"] == "Northern Ireland Child Maintenance Service"
    assert both["cy"].brands["cmg"] == "Y Grŵp Cynhaliaeth Plant"


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_old_terms_are_never_spoken(language: Language) -> None:
    """Prompts never say parent with care or non-resident parent, and no caller is asked for a SCIN by that name."""
    for name, text in catalogue.load(PROMPTS)[language].texts.items():
        assert not re.search(r"parent with care|non-resident|\bSCIN\b|\bGICH\b|\bPIN\b", text, re.IGNORECASE), name


def test_the_reference_is_named_as_callers_know_it() -> None:
    """R-CASE-1: the number and where to find it."""
    text = catalogue.load(PROMPTS)["en"].texts[Prompt.ASK_SCIN]
    assert "your twelve digit reference number, found at the top right of our letters" in text


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    """A mistake names the file, the key, what was found and what was expected."""
    spoil(folder, "cy-GB.toml", "closed =", "")
    spoil(folder, "en-GB.toml", "greeting =", 'greeting = "This is {brnad}."')
    spoil(folder, "en-GB.toml", "goodbye =", 'goodbye = " "')
    spoil(folder, "en-GB.toml", "thank-you =", 'thank-you = "Thanks.\u0020{ "')
    spoil(folder, "cy-GB.toml", "waiting-position =", 'waiting-position = "Yn y ciw."')
    spoil(folder, "cy-GB.toml", "nicms =", "")
    spoil(folder, "cy-GB.toml", "words_per_minute =", "words_per_minute = 15")
    assert mistakes(folder) == [
        "en-GB.toml: prompts.greeting: found: {brnad}; expected: {brand}",
        "en-GB.toml: prompts.thank-you: found: a brace alone; expected: a placeholder between { and }",
        "en-GB.toml: prompts.goodbye: found: ' '; expected: a text to be spoken",
        "cy-GB.toml: voice.words_per_minute: found: 15; expected: 80 to 300",
        "cy-GB.toml: brands.nicms: found: None; expected: the name as it is spoken",
        "cy-GB.toml: prompts.closed: found: nothing; expected: its text",
        "cy-GB.toml: prompts.waiting-position: found: {position} 0 times; expected: once",
    ]


def test_a_prompt_of_ones_own_is_needed_in_both_languages(folder: Path) -> None:
    """A line's own closed message in English alone is refused: Welsh callers would hear nothing."""
    with (folder / "en-GB.toml").open("a") as file:
        file.write('closed-office-move = "We are moving office."\n')
    assert mistakes(folder) == ["cy-GB.toml: prompts.closed-office-move: found: nothing; expected: its text"]


def test_a_misspelt_name_is_guessed(folder: Path) -> None:
    """The mistake says which name was probably meant."""
    spoil(folder, "en-GB.toml", "closed-holiday =", 'closed-hollidays = "We are closed."')
    assert any(
        "prompts.closed-holiday: found: nothing" in line and "(is closed-hollidays meant?)" in line
        for line in mistakes(folder)
    )


def test_a_key_given_twice(folder: Path) -> None:
    """TOML allows a key once; the line is named."""
    with (folder / "en-GB.toml").open("a") as file:
        file.write('closed = "Again."\n')
    (only,) = mistakes(folder)
    assert only.startswith("en-GB.toml: found: Cannot overwrite a value (at line")


def test_a_name_that_a_variant_already_has(folder: Path) -> None:
    """greeting-cmg is what the greeting's variant is called; number-7 is made by rule."""
    for file in catalogue.FILES.values():
        with (folder / file).open("a") as end:
            end.write('greeting-cmg = "Hello."\nnumber-7 = "Seven"\n')
    assert "en-GB.toml: prompts.greeting-cmg: found: made twice; expected: another name" in mistakes(folder)
    assert "cy-GB.toml: prompts.number-7: found: made twice; expected: another name" in mistakes(folder)


def test_a_missing_file(tmp_path: Path) -> None:
    """Both files are named."""
    assert [line.split(":")[0] for line in mistakes(tmp_path)] == ["en-GB.toml", "cy-GB.toml"]


def test_a_text_is_cut_where_a_value_is_said() -> None:
    """R-WAIT-2: You are number … in the queue, with the voice kept up before the number."""
    script = catalogue.script(catalogue.load(PROMPTS)["en"])
    assert script.templates["waiting-position"]["*"] == ("waiting-position-1", "{position}", "waiting-position-2")
    assert script.units["waiting-position-1"].text == "You are number"
    assert not script.units["waiting-position-1"].final
    assert script.units["waiting-position-2"].final
    assert script.templates["waiting-expected"]["*"] == ("waiting-expected-1", "{minutes}")


def test_a_brand_makes_a_variant_for_each() -> None:
    """R-NI-1: the NICMS line speaks its own name."""
    script = catalogue.script(catalogue.load(PROMPTS)["cy"])
    assert script.templates["greeting"] == {"cmg": ("greeting-cmg",), "nicms": ("greeting-nicms",)}
    assert "Gogledd Iwerddon" in script.units["greeting-nicms"].text
    assert script.templates["closed"] == {"*": ("closed",)}
