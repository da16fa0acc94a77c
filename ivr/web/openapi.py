"""The OpenAPI 3.1 document, made from the operations that the routes are registered from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

import ivr
from ivr.web.door import COOKIE
from ivr.web.event_models import Introduction, LiveEvent
from ivr.web.models import NoBody, NoQuery, Problem
from ivr.web.registry import Answer, AnyOperation, Auth

OPENAPI_PATH: Final = "/api/openapi.json"
EVENTS_PATH: Final = "/api/events"
_REF: Final = "#/components/schemas/{model}"
_PARAMETER: Final = re.compile(r"\{(\w+):((?:[^{}]|\{\d+(?:,\d*)?\})+)\}")
_EVENTS: Final = """A WebSocket. The token goes into the Authorization header, or, from a browser, into the first \
message: `{"token": "…"}` within 5 s. Then the service sends JSON messages (schema LiveEvent): a snapshot, then each \
change, with a rising seq. Who connects again with `?after=<seq>` gets what was missed, or a fresh snapshot. Closed \
with 4401 when the session is unknown or over, 1001 when the service goes away, 1013 when it cannot answer; a client \
that falls behind is cut off. What a client sends later is ignored."""

_SCHEMES: Final = {
    "session": {"type": "http", "scheme": "bearer", "description": "the token of POST /api/sessions"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "the same, for our own pages"},
    "program": {"type": "http", "scheme": "bearer", "description": "a program's token, from POST /api/tokens"},
}
Json = dict[str, Any]
"""JSON Schema is open by nature; it is built and written here and goes nowhere else."""


def document(operations: Sequence[AnyOperation]) -> str:
    """The document as JSON text."""
    paths: Json = {}
    for operation in operations:
        paths.setdefault(_plain(operation.path), {})[operation.method.lower()] = _operation(operation)
    paths[OPENAPI_PATH] = {"get": _openapi_operation()}
    paths[EVENTS_PATH] = {"get": _events_operation()}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "The helpline", "version": _version(), "description": "Agents, queues, calls, records."},
            "servers": [{"url": "/"}],
            "paths": paths,
            "components": {
                "schemas": _schemas(operations),
                "securitySchemes": _SCHEMES,
            },
        },
        indent=1,
    )


def _version() -> str:
    return str(getattr(ivr, "__version__", "0.1.0"))


def _plain(path: str) -> str:
    """The path of aiohttp without the forms of its parameters."""
    return _PARAMETER.sub(r"{\1}", path)


def _operation(operation: AnyOperation) -> Json:
    responses = {str(status): _answer(answer) for status, answer in operation.answers.items()}
    responses |= {str(status): _problem(words) for status, words in sorted(operation.problems().items())}
    found: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": responses,
        "security": _security(operation),
        "description": f"For {operation.auth.words}" + (", and for programs." if operation.programs else "."),
    }
    if parameters := [*_path_parameters(operation), *_query_parameters(operation.query)]:
        found["parameters"] = parameters
    if operation.body is not NoBody:
        found["requestBody"] = {"required": True, "content": _content(operation.body)}
    return found


def _security(operation: AnyOperation) -> list[Json]:
    if operation.auth is Auth.ANYONE:
        return []
    return [{"session": []}, {"cookie": []}, *([{"program": []}] if operation.programs else [])]


def _answer(answer: Answer) -> Json:
    found: Json = {"description": answer.words}
    if answer.model is not None:
        found["content"] = _content(answer.model)
    if answer.media is not None:
        found["content"] = {answer.media: {"schema": {"type": "string", "format": "binary"}}}
    return found


def _problem(words: str) -> Json:
    example = {"error_id": "request.refused", "message": words}
    return {
        "description": words,
        "content": {"application/json": {"schema": {"$ref": _REF.format(model="Problem")}, "example": example}},
    }


def _content(model: type[BaseModel]) -> Json:
    content: Json = {"schema": {"$ref": _REF.format(model=model.__name__)}}
    extra = model.model_config.get("json_schema_extra")
    if isinstance(extra, dict) and isinstance(examples := extra.get("examples"), list):
        content["examples"] = {f"example{n}": {"value": value} for n, value in enumerate(examples, start=1)}
    return {"application/json": content}


def _path_parameters(operation: AnyOperation) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{form}$"}}
        | ({"example": operation.examples[name]} if name in operation.examples else {})
        for name, form in _PARAMETER.findall(operation.path)
    ]


def _query_parameters(model: type[BaseModel]) -> list[Json]:
    if model is NoQuery:
        return []
    schema = model.model_json_schema()
    forms = {name: _inlined(form, schema.get("$defs", {})) for name, form in schema["properties"].items()}
    return [
        {"name": name, "in": "query", "required": False, "allowEmptyValue": "" in form.get("enum", ()), "schema": form}
        for name, form in forms.items()
    ]


def _inlined(node: Any, definitions: Json) -> Any:
    """A parameter's schema with what it refers to in its place: it has no components of its own."""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
    if isinstance(node, dict):
        return {key: _inlined(value, definitions) for key, value in node.items()}
    return [_inlined(value, definitions) for value in node] if isinstance(node, list) else node


def _schemas(operations: Sequence[AnyOperation]) -> Json:
    wanted: dict[type[BaseModel], JsonSchemaMode] = {
        Introduction: "validation",
        Problem: "serialization",
        LiveEvent: "serialization",
    }
    for operation in operations:
        if operation.body is not NoBody:
            wanted[operation.body] = "validation"
        for answer in operation.answers.values():
            if answer.model is not None:
                wanted[answer.model] = "serialization"
    _, schema = models_json_schema(sorted(wanted.items(), key=lambda pair: pair[0].__name__), ref_template=_REF)
    definitions: Json = schema["$defs"]
    return definitions


def _openapi_operation() -> Json:
    described = {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"operationId": "openapi", "summary": "This document", "security": [], "responses": {"200": described}}


def _events_operation() -> Json:
    after = {"type": "integer", "minimum": 0, "description": "the seq of the last message received"}
    beat = {"type": "integer", "enum": [1], "description": "be told each 5 s of silence that the service is there"}
    return {
        "operationId": "events",
        "summary": "Live events",
        "description": _EVENTS,
        "security": [{"session": []}, {"cookie": []}, {"program": []}, {}],
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in (("after", after), ("beat", beat))
        ],
        "responses": {
            "101": {"description": "The socket is open; each message is a LiveEvent."},
            "401": _problem("The token in the header is not valid."),
            "422": _problem("after is not a whole number."),
            "426": _problem("This address takes WebSockets only."),
            "500": _problem("The service failed; its log says why."),
            "503": _problem("The database does not answer; try again in a moment."),
        },
    }
