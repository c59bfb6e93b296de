"""Every error as an RFC 9457 problem, and how OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kit.db import is_transient
from kit.inbox import NotYet
from kit.problems import Conflict, FieldError, InvalidInput, Problem, Unavailable

log = structlog.get_logger()
PROBLEM_MEDIA = "application/problem+json"


def problem_response(problem: Problem) -> Response:
    return JSONResponse(problem.as_json(), status_code=problem.status, media_type=PROBLEM_MEDIA, headers=problem.headers or None)


def _path_of(location: Sequence[int | str]) -> str:
    parts = [*location]
    where = str(parts.pop(0)) if parts and parts[0] in {"path", "query", "header", "cookie"} else ""
    if parts and parts[0] == "body":
        parts.pop(0)
    path = where
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else str(part))
    return path or "body"


_MENDS = {
    "missing": "add this field",
    "extra_forbidden": "leave this field out",
    "json_invalid": "send well-formed JSON",
    "string_too_short": "write more",
    "string_too_long": "shorten it",
    "enum": "use one of the listed values",
    "literal_error": "use one of the listed values",
}


def validation_problem(errors: Sequence[Any]) -> InvalidInput:
    """Pydantic's findings as field errors."""
    found = [FieldError(_path_of(item["loc"]), item["msg"], _MENDS.get(item["type"], "correct the value")) for item in errors]
    return InvalidInput(f"{len(found)} field{'s are' if len(found) != 1 else ' is'} not valid.", found)


def install_problems(app: FastAPI) -> None:
    """Answer every error as problem+json."""

    @app.exception_handler(Problem)
    async def known(_: Request, error: Problem) -> Response:
        return problem_response(error)

    @app.exception_handler(NotYet)
    async def waits(_: Request, error: NotYet) -> Response:
        return problem_response(Conflict(f"What this needs is not there yet: {error}."))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return problem_response(validation_problem(error.errors()))

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "bad-request")
        problem = Problem(
            str(error.detail), status=error.status_code, code=code, title=str(error.detail), headers=dict(error.headers or {})
        )
        return problem_response(problem)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        if is_transient(error):
            log.warning("request.unavailable", path=request.url.path, error=str(error)[:300])
            return problem_response(Unavailable("A part of the system is away. Nothing was changed; try again in a moment."))
        log.error("request.failed", path=request.url.path, exc_info=error)
        return problem_response(
            Problem(
                "Something went wrong here, and it was recorded. Nothing was changed.",
                status=500,
                code="internal",
                title="Unexpected error",
            )
        )


def problem_documentation() -> dict[int | str, dict[str, Any]]:
    """OpenAPI descriptions of the problems any route may answer."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"path": {"type": "string"}, "message": {"type": "string"}, "mend": {"type": "string"}},
                },
            },
        },
    }
    texts = {
        400: "bad request",
        401: "not signed in",
        403: "no right to this",
        404: "no such thing",
        409: "the state does not allow it",
        412: "changed meanwhile",
        413: "too large",
        422: "input not valid",
        428: "If-Match is missing",
        503: "a part is away",
    }
    return {status: {"description": text, "content": {PROBLEM_MEDIA: {"schema": schema}}} for status, text in texts.items()}
