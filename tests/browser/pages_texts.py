"""Every text of the pages in both languages, read from their sources: what is to be seen in one language only."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

SOURCES: Final = Path(__file__).resolve().parents[2] / "pages" / "src"
_PAIR: Final = re.compile(r"\ben:\s*(\"(?:[^\"\\]|\\.)*\"),\s*cy:\s*(\"(?:[^\"\\]|\\.)*\")", re.DOTALL)
_SEEN: Final = """() => {
  const seen = [document.title], names = ["aria-label", "title", "placeholder"];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    if (!texts.currentNode.parentElement.closest("[lang=en]")) seen.push(texts.currentNode.data);
  for (const one of document.body.querySelectorAll("*"))
    for (const name of names) if (one.hasAttribute(name)) seen.push(one.getAttribute(name));
  return seen;
}"""


@cache
def english_only() -> dict[str, re.Pattern[str]]:
    """Each English text that no Welsh text equals, and how it looks with its gaps filled."""
    pairs = [
        pair for file in sorted(SOURCES.rglob("*.ts*")) for pair in _PAIR.findall(file.read_text(encoding="utf-8"))
    ]
    welsh = {cy[1:-1] for _en, cy in pairs}
    return {en[1:-1]: _filled(en[1:-1]) for en, _cy in pairs if en[1:-1] not in welsh and re.search(r"[a-z]{3}", en)}


def _filled(text: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"\{\w+\}", text)]
    return re.compile(".+?".join(parts))


async def english_left(page: Page) -> list[str]:
    """The English texts that a page in Welsh still shows or names."""
    seen: list[Any] = await page.evaluate(_SEEN)
    lines = {re.sub(r"\s+", " ", str(one)).strip() for one in seen}
    wanted = english_only()
    return sorted(line for line in lines if line in wanted or any(_is(one, line) for one in wanted.values()))


def _is(text: re.Pattern[str], line: str) -> bool:
    return ".+?" in text.pattern and len(text.pattern) > 12 and text.fullmatch(line) is not None
