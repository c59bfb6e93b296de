"""Errors as pages people can act on; typed text is kept by the browser."""

from __future__ import annotations

from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kit.http import problem_response, validation_problem
from kit.problems import Problem
from services.portal.forms import BY_ITSELF, FormState
from services.portal.rendering import page, texts
from services.portal.security import CSRF_FIELD, OutlivedForm
from services.portal.sessions import SignInNeeded, current_visitor

log = structlog.get_logger()
CODES_WITH_TEXT = frozenset(
    {
        "stale-form",
        "unavailable",
        "not-found",
        "forbidden",
        "wrong-phase",
        "conflict",
        "stale-version",
        "invalid-input",
        "too-large",
        "internal",
    }
)


def heading_key(problem: Problem) -> str:
    """The text key of a problem's heading in the visitor's language."""
    code = problem.code if problem.code in CODES_WITH_TEXT else ("internal" if problem.status >= 500 else "bad-request")
    return f"problem.{code.replace('-', '_')}"


def problem_page(request: Request, problem: Problem) -> Response:
    if problem.status == 401:
        return _to_sign_in(request.url.path if request.method == "GET" else "/")
    key = heading_key(problem)
    return page(request, "problem.html", status=problem.status, problem=problem, heading=key, advice=f"{key}_advice")


def refusal_page(request: Request, problem: Problem) -> Response:
    """What the edge refuses, as a page where there is a session to show one in."""
    return problem_page(request, problem) if "session" in request.scope else problem_response(problem)


def _to_sign_in(back_to: str) -> Response:
    return RedirectResponse(f"/sign-in?{urlencode({'next': back_to})}", 303)


def install_pages_of_errors(app: FastAPI) -> None:
    """Answer every error as a page."""

    @app.exception_handler(SignInNeeded)
    async def sign_in_needed(request: Request, error: SignInNeeded) -> Response:
        if request.headers.get("hx-request"):
            return Response(status_code=204)
        return _to_sign_in(error.back_to)

    @app.exception_handler(OutlivedForm)
    async def outlived(request: Request, error: OutlivedForm) -> Response:
        form = FormState.failed("outlived", error.typed, error)
        if BY_ITSELF in request.headers or not any(name != CSRF_FIELD and value for name, value in form.sent):
            return problem_page(request, error)
        gone = current_visitor(request) is None
        advice = "problem.signed_out_kept" if gone else "problem.stale_form_kept"
        return page(request, "kept.html", status=error.status, form=form, heading="problem.stale_form", advice=advice, sign_in_again=gone)

    @app.exception_handler(Problem)
    async def known(request: Request, error: Problem) -> Response:
        return problem_page(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return problem_page(request, validation_problem(error.errors()))

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        code = {404: "not-found", 405: "not-found", 413: "too-large"}.get(error.status_code, "bad-request")
        return problem_page(request, Problem(str(error.detail), status=error.status_code, code=code))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("page.failed", path=request.url.path, exc_info=error)
        return problem_page(request, Problem(texts.text("en", "problem.internal"), status=500, code="internal"))
