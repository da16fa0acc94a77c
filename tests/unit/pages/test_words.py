"""Every sentence of the service's that a page shows has its Welsh there: the toolbar's reasons, and every refusal."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ivr import domain
from ivr.domain.toolbar import PARTS, TABLE, Refused, Same

IVR: Final = Path(domain.__file__).parent.parent
PAGES: Final = IVR.parent / "pages" / "src"
WELSH: Final = (PAGES / "words" / "service-cy.ts").read_text(encoding="utf-8")
_ID: Final = re.compile(r"[a-z_]+\.[a-z_]+")
_ENTRY: Final = re.compile(r'^  (?:"(?P<quoted>[^"]+)"|(?P<plain>[a-z_]+)):\s+"(?P<welsh>[^"]+)",$', re.MULTILINE)
_PLACES: Final = {"Impossible": 0, "MayNotRing": 0, "Refusal": 1}
"""Where a call that makes a refusal has its id."""
_COMMAND_LINE: Final = frozenset({"softphone", "supervisor", "test_call"})
"""Rooms that say no to whoever types a command, never over the API."""


def _table(name: str) -> dict[str, str]:
    body = WELSH.partition(f"export const {name}")[2].partition("\n};")[0]
    return {match["quoted"] or match["plain"]: match["welsh"] for match in _ENTRY.finditer(body)}


def _reasons() -> set[str]:
    rules = [rule for table in (*TABLE.values(), *PARTS.values()) for rule in table.values()]
    return {rule.why for rule in rules if isinstance(rule, Same | Refused)}


def _error_ids() -> set[str]:
    files = [file for file in IVR.rglob("*.py") if file.relative_to(IVR).parts[0] not in _COMMAND_LINE]
    return {found for file in files for found in _ids_in(ast.parse(file.read_text(encoding="utf-8")))}


def _ids_in(tree: ast.Module) -> Iterator[str]:
    """What is written where a refusal has its id, by name or as it stands."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        for value in _values(node):
            said = constants.get(value.id, value) if isinstance(value, ast.Name) else value
            yield from (
                one.value
                for one in ast.walk(said)
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and _ID.fullmatch(one.value)
            )


def _values(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _PLACES and len(node.args) > _PLACES[name]:
            yield node.args[_PLACES[name]]
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "error_id")
    elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "error_id" for t in node.targets):
        yield node.value
    elif isinstance(node, ast.FunctionDef) and node.name == "error_id":
        yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None)


@pytest.mark.parametrize("why", sorted(_reasons()))
def test_every_reason_of_the_toolbar_has_its_welsh(why: str) -> None:
    """R-STATE-12: why something cannot be asked for now is read in Welsh by whoever works in Welsh."""
    assert _table("REASONS").get(why, why) != why


@pytest.mark.parametrize("error_id", sorted(_error_ids()))
def test_every_refusal_has_its_welsh(error_id: str) -> None:
    """A refusal has a stable id; the pages say it in Welsh by that."""
    assert error_id in _table("REFUSALS")


def test_no_welsh_is_left_of_what_is_said_no_more() -> None:
    """A sentence that the service has changed is found here, so that its Welsh is changed with it."""
    source = "".join(file.read_text(encoding="utf-8") for file in IVR.rglob("*.py"))
    assert not [why for why in _table("REASONS") if why not in source]
    assert not set(_table("REFUSALS")) - _error_ids()


def test_the_ids_are_found() -> None:
    """The walk sees ids given by name, by keyword, by class and by property."""
    known = {"agent.not_free", "call_back.not_yours", "store.unavailable", "session.wrong_role", "dialling.premium"}
    assert known <= _error_ids()
