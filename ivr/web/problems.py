"""The one place where errors become HTTP: each a status and a `Problem`, never a page, never a trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.security import Question
from ivr.errors import IvrError, PbxUnavailable, RequestError, StoreError, StoreUnavailable
from ivr.web.models import Problem

log = structlog.get_logger()
_FOUND_LENGTH: Final = 80
_SECRET_FIELDS: Final = frozenset({"password", "token", "pin", "answers", *(question.value for question in Question)})
_RETRY_S: Final = "1"


class Refusal(RequestError):
    """A request refused with a status of its own; ``field``, ``found`` and ``expected`` say where and what."""

    def __init__(
        self,
        status: int,
        error_id: str,
        message: str,
        *,
        field: str | None = None,
        found: str | None = None,
        expected: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """``status``: the HTTP status; ``headers`` go with it."""
        super().__init__(message, error_id=error_id)
        self.status = status
        self.problem = Problem(error_id=error_id, message=message, field=field, found=found, expected=expected)
        self.headers = dict(headers or {})


def unauthenticated(message: str) -> Refusal:
    """401: there is no valid session."""
    return Refusal(401, "session.required", message, headers={"WWW-Authenticate": "Bearer"})


def for_people() -> Refusal:
    """403: a program's token is worth nothing here."""
    return Refusal(403, "session.for_people", "this is for people: log in, and ask with the session")


def invalid(error: ValidationError) -> Refusal:
    """400 for what is not JSON at all, else 422 with the first key that is wrong."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "request.not_json", f"the body is not JSON: {first['msg']}", expected="a JSON object")
    field = _field(first)
    where = f"{field}: " if field else ""
    return Refusal(
        422,
        "request.invalid",
        where + _words(first),
        field=field,
        found=_found(first, field),
        expected=_expected(first),
    )


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Run the handler; whatever it raises is answered as a `Problem`."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _of_http(request, error)
    except (IvrError, SQLAlchemyError, TimeoutError) as error:
        return _of_service(request, error)
    except Exception:
        log.exception("request.failed", method=request.method, path=_route(request))
        return _response(500, Problem(error_id="service.failed", message="the service failed; the log says why"))


def _of_service(request: web.Request, error: Exception) -> web.Response:
    if isinstance(error, Refusal):
        return _response(error.status, error.problem, error.headers)
    if isinstance(error, RequestError):
        return _response(409, Problem(error_id=error.error_id, message=str(error)))
    if isinstance(error, StoreUnavailable | PbxUnavailable | TimeoutError):
        error_id = error.error_id if isinstance(error, IvrError) else StoreUnavailable.error_id
        log.warning("request.not_served", method=request.method, path=_route(request), error=str(error))
        problem = Problem(error_id=error_id, message="the service cannot answer now; try again in a moment")
        return _response(503, problem, {"Retry-After": _RETRY_S})
    log.error("request.failed", method=request.method, path=_route(request), exc_info=error)
    error_id = error.error_id if isinstance(error, IvrError) else StoreError.error_id
    return _response(500, Problem(error_id=error_id, message="the service failed; the log says why"))


def _of_http(request: web.Request, error: web.HTTPException) -> web.Response:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        problem = Problem(
            error_id="request.method_not_allowed",
            message=f"this address does not answer {request.method}",
            found=request.method,
            expected=allowed,
        )
        return _response(error.status, problem, {"Allow": allowed})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return _response(413, Problem(error_id="request.too_large", message="the body is too large"))
    if error.status == 404:
        return _response(404, Problem(error_id="request.not_found", message="there is nothing at this address"))
    return _response(error.status, Problem(error_id="request.refused", message=error.reason))


def _response(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> web.Response:
    text = problem.model_dump_json(exclude_none=True)
    return web.Response(status=status, text=text, content_type="application/json", headers=headers)


def _route(request: web.Request) -> str:
    """The path as it is registered: without what stands in its parameters."""
    resource = request.match_info.route.resource
    return "(unknown)" if resource is None else resource.canonical


def _field(first: ErrorDetails) -> str | None:
    if first["type"].startswith("union_tag"):
        return str(first.get("ctx", {}).get("discriminator", "")).strip("'") or None
    names = [part for part in first["loc"] if isinstance(part, str)]
    return names[-1] if names else None


def _words(first: ErrorDetails) -> str:
    if first["type"].startswith("union_tag"):
        return "is missing" if first["type"] == "union_tag_not_found" else "is not one that can be asked for"
    return first["msg"].removeprefix("Value error, ")


def _found(first: ErrorDetails, field: str | None) -> str | None:
    if field in _SECRET_FIELDS or first["type"] in {"missing", "union_tag_not_found"}:
        return None
    value = first["input"]
    if first["type"] == "union_tag_invalid":
        value = first.get("ctx", {}).get("tag", value)
    return str(value)[:_FOUND_LENGTH] if isinstance(value, str | int | float | bool) else None


def _expected(first: ErrorDetails) -> str | None:
    context = first.get("ctx", {})
    for key in ("expected_tags", "expected", "pattern", "class_name"):
        if key in context:
            return str(context[key])
    return None
