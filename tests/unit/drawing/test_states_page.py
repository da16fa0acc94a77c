"""The page of states says what the code decides by."""

from __future__ import annotations

import pytest

from ivr import config
from ivr.domain.agents import AgentState
from ivr.domain.toolbar import TABLE, Action, Takes
from ivr.drawing.states import NO, STATES, redrawn

PAGE = config.PROJECT / "docs" / "states.md"


def test_the_page_is_what_the_code_says() -> None:
    """R-STATE-12: drawn anew it is the same; if not: ``python -m tools.draw_states``."""
    page = PAGE.read_text(encoding="utf-8")
    assert redrawn(page) == page


def test_every_effect_is_on_the_page() -> None:
    """R-STATE-12: a row for each action, a cell for each state."""
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| **")]
    assert len(rows) == len(Action)
    for row, action in zip(rows, Action, strict=True):
        for cell, state in zip(row[1:], AgentState, strict=True):
            rule = TABLE[state][action]
            if isinstance(rule, Takes):
                assert STATES[rule.to] in cell
            else:
                assert ("pending" in cell) is (cell.strip() != NO)


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        redrawn("# Agents' states\n")
