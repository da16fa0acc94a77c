"""R-NI-1: NICMS for CMG, DSD for DWP, Choices (NI) for Options, in all that callers hear and people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ivr.domain.activities import OUTCOMES, outcome_words
from ivr.domain.brands import WEBSITES, WORDS, in_brand
from ivr.settings import PROJECT
from ivr.voice.catalogue import EVERY_BRAND, load, script

HARD: Final = re.compile(r"\b(?:CMG|NICMS|DWP|DSD|CM Options|Choices \(NI\))(?!\w)")
"""Words of one brand; only the tables of brands have them."""
OTHERS: Final = re.compile(r"\b(?:CMG|DWP|Options|Opsiynau|Child Maintenance Group|Grŵp Cynhaliaeth Plant)\b")
"""What nobody of NICMS hears or reads."""
TABLES: Final = {"ivr/domain/brands.py", "pages/src/words/brand.ts"}


@pytest.mark.parametrize("welsh", [False, True])
def test_each_word_has_its_own_for_each_brand(*, welsh: bool) -> None:
    """Both brands have the same gaps, filled differently."""
    assert WORDS["cmg"].keys() == WORDS["nicms"].keys()
    assert WEBSITES["cmg"] != WEBSITES["nicms"]
    for gap in WORDS["cmg"]:
        theirs, ours = (in_brand(f"{{{gap}}}", brand, welsh=welsh) for brand in WORDS)
        assert theirs != ours
        assert not OTHERS.search(ours)


def test_no_outcome_that_nicms_shows_names_another() -> None:
    """Every outcome in both languages; what is stored is the same."""
    shown = {one: outcome_words(one, "nicms") for one in OUTCOMES}
    assert not [words for words in shown.values() if OTHERS.search(words.en + words.cy) or "{" in words.en + words.cy]
    changed = [one.value for one, words in shown.items() if words != outcome_words(one, "cmg")]
    assert changed == ["signposted_to_dwp_dept", "signposted_to_options"]


def test_no_prompt_names_another_brand() -> None:
    """Each prompt as each brand's callers hear it; those that say the name say their own brand's."""
    for language, catalogue in load(PROJECT / "prompts").items():
        spoken, named = script(catalogue), set[str]()
        for name, variants in spoken.templates.items():
            for brand, other in (("cmg", "nicms"), ("nicms", "cmg")):
                parts = variants.get(brand) or variants[EVERY_BRAND]
                text = " ".join(spoken.units[part].text for part in parts if part in spoken.units)
                assert catalogue.brands[other] not in text, (language, name)
                assert not HARD.search(text), (language, name)
                assert not (brand == "nicms" and OTHERS.search(text)), (language, name)
                named |= {name} if catalogue.brands[brand] in text else set()
        assert named == {"greeting", "callback-greeting"}


def test_no_text_of_a_page_has_a_brands_word() -> None:
    """They are gaps, filled from the one table of the pages."""
    for path in sorted((PROJECT / "pages" / "src").rglob("*.ts*")):
        if _named(path) not in TABLES and not path.name.endswith(".d.ts"):
            assert not HARD.search(path.read_text(encoding="utf-8").replace("* ", "")), _named(path)


def test_no_text_of_the_service_has_a_brands_word() -> None:
    """The same for what the service says; comments and docstrings may."""
    for path in sorted((PROJECT / "ivr").rglob("*.py")):
        if _named(path) not in TABLES:
            assert not [text for text in _texts(path) if HARD.search(text)], _named(path)


def _named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
