"""axe-core in a page: what it finds against WCAG 2.2 AA fails the test, with the element and the rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

PROJECT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = PROJECT / "pages" / "node_modules" / "axe-core" / "axe.min.js"
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN: Final = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


async def no_violations(page: Page) -> None:
    """Assert that axe finds nothing in the page as it is now."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_script())
    found = await page.evaluate(_RUN, list(TAGS))
    assert not found["violations"], "\n".join(_told(violation) for violation in found["violations"])


def _told(violation: dict[str, Any]) -> str:
    nodes = "\n".join(f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n{nodes}"
