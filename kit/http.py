"""HTTP edge of a service: one transaction a request, idempotent commands, problem+json, health, metrics."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson
import structlog
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select as select_rows
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.envelope import Actor
from kit import telemetry
from kit.auth import Principal, TokenReader
from kit.clock import Clock
from kit.db import Database, idempotency_key, is_transient
from kit.problems import FieldError, InvalidInput, KeyReused, NotSignedIn, Problem, StaleVersion, TooLarge, Unavailable, VersionRequired
from kit.settings import Settings
from kit.unit import UnitOfWork

log = structlog.get_logger()
PROBLEM_MEDIA = "application/problem+json"
Check = Callable[[], Awaitable[None]]
Background = Callable[[], Awaitable[None]]


@dataclass
class Kit:
    """What every request handler of a service can reach (``request.app.state.kit``)."""

    service: str
    settings: Settings
    clock: Clock
    tokens: TokenReader
    database: Database | None = None
    checks: dict[str, Check] = field(default_factory=dict)


class ServiceRoute(APIRoute):
    """A route that runs in one transaction, committed before the answer leaves.

    With ``Idempotency-Key`` the answer is stored in the same transaction: a repeat of the request gets the
    first answer again and changes nothing.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            kit: Kit = request.app.state.kit
            assert kit.database is not None, "a ServiceRoute needs a database"
            authorization = request.headers.get("authorization")
            principal = kit.tokens.read(authorization) if authorization else None
            request.state.principal = principal
            actor = Actor.person(principal.person_id) if principal else Actor(kind="citizen", id="anonymous")
            if principal and "service" in principal.roles:
                actor = Actor.system(principal.person_id.removeprefix("service:"))
            async with kit.database.transaction() as session:
                unit = UnitOfWork(
                    session,
                    source=kit.service,
                    clock=kit.clock,
                    actor=actor,
                    topic_prefix=kit.settings.topic_prefix,
                    trace=telemetry.traceparent(),
                )
                request.state.unit = unit
                key = request.headers.get("idempotency-key") if request.method not in {"GET", "HEAD"} else None
                if not key:
                    response = await answer(request)
                    await unit.flush()
                    return response
                owner = principal.person_id if principal else "anonymous"
                earlier = await _claim_key(unit, owner, key, request)
                if earlier is not None:
                    return earlier
                response = await answer(request)
                await unit.flush()
                await _store_answer(unit, owner, key, response)
                return response

        return handle


async def _claim_key(unit: UnitOfWork, owner: str, key: str, request: Request) -> Response | None:
    if len(key) > 120:
        raise InvalidInput(
            "The Idempotency-Key is too long.", [FieldError("header.Idempotency-Key", "longer than 120 characters", "send a UUID")]
        )
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()).hexdigest()
    claimed = await unit.session.execute(
        insert(idempotency_key).values(actor=owner, key=key, request_hash=digest).on_conflict_do_nothing().returning(idempotency_key.c.key)
    )
    if claimed.scalar_one_or_none() is not None:
        return None
    row = (
        await unit.session.execute(select_rows(idempotency_key).where(idempotency_key.c.actor == owner, idempotency_key.c.key == key))
    ).one()
    if row.request_hash != digest:
        raise KeyReused("Send a new Idempotency-Key for a new request; the same key only repeats the same request.")
    headers = {**(row.headers or {}), "Idempotent-Replay": "true"}
    return Response(content=row.body or b"", status_code=row.status or 200, headers=headers)


async def _store_answer(unit: UnitOfWork, owner: str, key: str, response: Response) -> None:
    headers = {name: value for name, value in response.headers.items() if name.lower() in {"content-type", "etag", "location"}}
    await unit.session.execute(
        update(idempotency_key)
        .where(idempotency_key.c.actor == owner, idempotency_key.c.key == key)
        .values(status=response.status_code, headers=headers, body=bytes(response.body))
    )


def current_unit(request: Request) -> UnitOfWork:
    unit: UnitOfWork = request.state.unit
    return unit


def current_principal(request: Request) -> Principal:
    """The signed-in person; refuses anonymous requests."""
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        kit: Kit = request.app.state.kit
        principal = kit.tokens.read(request.headers.get("authorization"))
        request.state.principal = principal
    return principal


def expected_version(if_match: Annotated[str | None, Header(description='version you read, as ETag: "3"')] = None) -> int:
    """The version named by ``If-Match``.

    Raises:
        VersionRequired: the header is missing.
        InvalidInput: it holds no version.
    """
    if if_match is None:
        raise VersionRequired('Send the ETag you read, for example If-Match: "3".')
    try:
        return int(if_match.removeprefix("W/").strip('"'))
    except ValueError:
        raise InvalidInput(
            "If-Match holds no version.",
            [FieldError("header.If-Match", f"{if_match!r} is not an ETag of ours", 'send the ETag you read, for example "3"')],
        ) from None


Unit = Annotated[UnitOfWork, Depends(current_unit)]
Caller = Annotated[Principal, Depends(current_principal)]
Version = Annotated[int, Depends(expected_version)]
PageLimit = Annotated[int, Query(ge=1, le=500, description="rows a page")]


def etag(version: int) -> str:
    return f'"{version}"'


def check_version(expected: int, actual: int) -> None:
    """
    Raises:
        StaleVersion: somebody changed it since it was read.
    """
    if expected != actual:
        raise StaleVersion(
            f"You changed version {expected}, but version {actual} is the newest. Read it again and repeat your change.",
            extra={"current_version": actual},
        )


def make_cursor(*values: Any) -> str:
    """An opaque page cursor from the last row's sort values."""
    return base64.urlsafe_b64encode(orjson.dumps([str(value) for value in values])).decode().rstrip("=")


def read_cursor(cursor: str | None, fields: int) -> list[str] | None:
    """The sort values in a cursor.

    Raises:
        InvalidInput: the cursor was not made by ``make_cursor``.
    """
    if not cursor:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != fields:
            raise ValueError("wrong shape")
        return [str(value) for value in values]
    except ValueError:
        raise InvalidInput(
            "The cursor cannot be read.",
            [FieldError("query.cursor", "not a cursor of this list", "leave it out to start from the first page")],
        ) from None


class EdgeMiddleware:
    """Body limit, trace, security headers and timing around every request; plain ASGI, so streams pass through."""

    def __init__(self, app: ASGIApp, body_limit: int, upload_paths: Sequence[str], upload_limit: int) -> None:
        self.app = app
        self.body_limit = body_limit
        self.upload_paths = tuple(upload_paths)
        self.upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.upload_limit if scope["path"].startswith(self.upload_paths) and self.upload_paths else self.body_limit
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        started, received, status = time.perf_counter(), 0, 500

        async def counted_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge(f"The body may hold {limit:,} bytes at most. Send less, or send it in parts.")
            return message

        async def noted_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                    (b"traceparent", (telemetry.traceparent() or "").encode()),
                ]
            await send(message)

        declared = headers.get("content-length", "0")
        with telemetry.following(headers.get("traceparent"), f"{scope['method']} {scope['path']}"):
            try:
                if declared.isdigit() and int(declared) > limit:
                    problem = TooLarge(f"The body may hold {limit:,} bytes at most. Send less, or send it in parts.")
                    await problem_response(problem)(scope, receive, noted_send)
                    return
                await self.app(scope, counted_receive, noted_send)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                telemetry.REQUEST_SECONDS.labels(scope["method"], route, str(status)).observe(time.perf_counter() - started)


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


def create_app(
    service: str,
    settings: Settings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    database: Database | None = None,
    background: Sequence[Background] = (),
    around: Sequence[Callable[[], contextlib.AbstractAsyncContextManager[Any]]] = (),
    checks: Mapping[str, Check] | None = None,
    upload_paths: Sequence[str] = (),
    upload_limit: int = 20_000_000,
) -> FastAPI:
    """A service's FastAPI application.

    ``around`` are context managers held open while it runs (a broker), ``background`` coroutines that run
    beside it, ``checks`` extra readiness checks by dependency name.
    """
    telemetry.set_up(service, settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            if database is not None:
                stack.push_async_callback(database.close)
            for open_context in around:
                await stack.enter_async_context(open_context())
            tasks = [asyncio.ensure_future(work()) for work in background]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(title=title, version="1", lifespan=lifespan, docs_url="/docs", redoc_url=None, responses=problem_documentation())
    all_checks = dict(checks or {})
    if database is not None:
        all_checks["database"] = database.ping
    app.state.kit = Kit(service, settings, Clock.from_settings(settings), TokenReader(settings), database, all_checks)
    app.add_middleware(EdgeMiddleware, body_limit=settings.body_limit_bytes, upload_paths=upload_paths, upload_limit=upload_limit)
    install_problems(app)
    for router in routers:
        app.include_router(router)
    _install_health(app)
    return app


def _install_health(app: FastAPI) -> None:
    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """The process runs."""
        return {"status": "alive"}

    @app.get("/health/ready", tags=["health"])
    async def ready(request: Request) -> Response:
        """The process and all it depends on are there; says which dependency fails."""
        kit: Kit = request.app.state.kit
        failing: dict[str, str] = {}
        for name, check in kit.checks.items():
            try:
                await asyncio.wait_for(check(), 3)
            except Exception as error:
                failing[name] = f"{type(error).__name__}: {error}"[:200]
        body = {"status": "ready" if not failing else "not ready", "failing": failing}
        return JSONResponse(body, status_code=200 if not failing else 503)

    @app.get("/metrics", tags=["health"], include_in_schema=False)
    async def metrics() -> Response:
        """Prometheus metrics."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def kafka_check(bootstrap: str) -> Check:
    """A readiness check that Kafka's port answers."""

    async def check() -> None:
        host, _, port = bootstrap.split(",")[0].partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()

    return check


__all__ = [
    "Caller",
    "Kit",
    "NotSignedIn",
    "PageLimit",
    "ServiceRoute",
    "Unit",
    "Version",
    "check_version",
    "create_app",
    "etag",
    "kafka_check",
    "make_cursor",
    "problem_response",
    "read_cursor",
]
