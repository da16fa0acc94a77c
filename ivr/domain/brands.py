"""The words that change with the brand (R-NI): one table, and how a text takes them. Pure.

What callers hear has its names in ``prompts/*.toml``; the pages' table is ``pages/src/words/brand.ts``, letters and
forms have theirs beside their templates. A record's brand goes before the line's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivr.domain.ids import Brand

WORDS: Final[Mapping[Brand, Mapping[str, tuple[str, str]]]] = {
    "cmg": {
        "organisation": ("CMG", "CMG"),
        "department": ("DWP", "DWP"),
        "options": ("Options", "Opsiynau"),
        "cm_options": ("CM Options", "CM Options"),
    },
    "nicms": {
        "organisation": ("NICMS", "NICMS"),
        "department": ("DSD", "DSD"),
        "options": ("Choices (NI)", "Choices (NI)"),
        "cm_options": ("Choices (NI)", "Choices (NI)"),
    },
}
"""English, Welsh. Choices (NI) is a name, and has no Welsh one."""
WEBSITES: Final[Mapping[Brand, str]] = {
    "cmg": "https://www.gov.uk/child-maintenance-service",
    "nicms": "https://www.nidirect.gov.uk/articles/applying-for-child-maintenance",
}
"""For who finds no record (R-POP-3)."""


def in_brand(text: str, brand: Brand, *, welsh: bool = False) -> str:
    """``text`` with its gaps ({organisation}, {department}, {options}, {cm_options}) filled."""
    return text.format_map({gap: words[welsh] for gap, words in WORDS[brand].items()})
