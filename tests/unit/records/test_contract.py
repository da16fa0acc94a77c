"""What is agreed with another system of record stands in the documents as it is in the code."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.records.edge.contract import ASKED, FoundClient, openapi
from ivr.settings import PROJECT

FILE = PROJECT / "docs" / "system-of-record.openapi.json"


def test_the_document_is_the_code() -> None:
    """After a change: ``python -m tests.unit.records.test_contract``."""
    assert json.loads(FILE.read_text(encoding="utf-8")) == openapi()


def test_the_example_on_the_page_is_as_agreed() -> None:
    """docs/system-of-record.md."""
    text = (PROJECT / "docs" / "system-of-record.md").read_text(encoding="utf-8")
    example = text.split("```json\n")[1].split("```")[0]
    found = FoundClient.model_validate_json(example)
    assert found.client is not None
    assert [(case.owner, case.roles) for case in found.client.cases] == [("7001", ("rp",))]


NAMES = st.sampled_from(["client", "scin", "name", "brand", "cases", "number", "owner", "team", "roles", "employer"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


@given(st.sampled_from(sorted(ASKED)), st.binary(max_size=60) | ANYTHING.map(lambda one: json.dumps(one).encode()))
def test_whatever_comes_is_as_agreed_or_refused(path: str, body: bytes) -> None:
    """Nothing else is raised."""
    _, shape = ASKED[path]
    with suppress(ValidationError):
        shape.model_validate_json(body)


if __name__ == "__main__":
    FILE.write_text(json.dumps(openapi(), indent=2) + "\n", encoding="utf-8")
