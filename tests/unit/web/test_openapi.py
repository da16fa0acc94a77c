"""The OpenAPI document describes the operations, all of them, completely."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from ivr.domain.agents import AUX_CODES
from ivr.web.api import OPERATIONS
from ivr.web.models import NoBody
from ivr.web.openapi import _plain, document
from ivr.web.registry import Auth

DOCUMENT: Final[dict[str, Any]] = json.loads(document(OPERATIONS))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    if isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_every_route_is_described_with_all_it_may_answer() -> None:
    """A client's author reads in one place what to expect, problems included."""
    for operation in OPERATIONS:
        path = _plain(operation.path)
        described = DOCUMENT["paths"][path][operation.method.lower()]
        assert described["operationId"] == operation.name
        statuses = {*operation.answers, *operation.problems()}
        assert set(described["responses"]) == {str(status) for status in statuses}
        assert ("requestBody" in described) is (operation.body is not NoBody)
        assert bool(described["security"]) is (operation.auth is not Auth.ANYONE)
        assert statuses >= {500, 503}
        if operation.auth is not Auth.ANYONE:
            assert 401 in statuses
    assert {"/api/events", "/api/openapi.json"} <= set(DOCUMENT["paths"])


def test_every_reference_leads_somewhere() -> None:
    """No schema is named that is not there."""
    schemas = DOCUMENT["components"]["schemas"]
    references = set(_references(DOCUMENT))
    assert "#/components/schemas/Problem" in references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_states_and_codes_are_listed() -> None:
    """R-STATE-2: a client can build its menu of codes from the document."""
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["AskNotReady"]["properties"]["code"]["enum"] == list(AUX_CODES)
    body = DOCUMENT["paths"]["/api/agents/me/state"]["put"]["requestBody"]["content"]["application/json"]
    assert body["examples"]["example2"]["value"] == {"state": "not_ready", "code": "Break"}
    (parameter,) = DOCUMENT["paths"]["/api/calls/{call_id}/journey"]["get"]["parameters"]
    assert parameter["schema"]["pattern"] == "^c[0-9a-z]{16}$"


def test_searching_and_opening_are_described_whole() -> None:
    """R-POP-3, R-POP-4: examples of what may be looked for, every kind, and the form of each part of a path."""
    schemas = DOCUMENT["components"]["schemas"]
    search = DOCUMENT["paths"]["/api/contacts/search"]["post"]
    examples = search["requestBody"]["content"]["application/json"]["examples"]
    assert examples["example2"]["value"] == {"words": "120/DB340", "kinds": ["employer"]}
    kinds = ["client", "representative", "employer", "employer_agent"]
    assert schemas["SearchBody"]["properties"]["kinds"]["items"]["enum"] == kinds
    parameters = DOCUMENT["paths"]["/api/records/{kind}/{record_id}"]["get"]["parameters"]
    patterns = {one["name"]: re.compile(one["schema"]["pattern"]) for one in parameters}
    assert all(patterns["kind"].search(kind) for kind in kinds)
    assert not patterns["kind"].search("clients")
    assert not patterns["record_id"].search("1x")
    assert {"404"} <= set(DOCUMENT["paths"]["/api/cases/{number}"]["get"]["responses"])
    assert {"ringing_since", "waited_s", "redirected", "search_among"} <= set(schemas["ScreenPop"]["properties"])
