"""Putting a service together: routers, errors, health, metrics, and what runs beside the requests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from kit import telemetry
from kit.auth import TokenReader
from kit.clock import Clock
from kit.db import Database
from kit.http.answers import install_problems, problem_documentation
from kit.http.edge import EdgeMiddleware, Refusal, as_problem
from kit.http.routes import Check, Kit
from kit.plumbing import Measure, measure_for_ever
from kit.settings import Settings

Background = Callable[[], Awaitable[None]]


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
    limits: Mapping[str, int] | None = None,
    measure: Measure | None = None,
    refusal: Refusal = as_problem,
) -> FastAPI:
    """A service's FastAPI application.

    ``around`` are context managers held open while it runs (a broker), ``background`` coroutines that run
    beside it, ``checks`` extra readiness checks by dependency name. ``limits`` are the largest bodies of single paths
    (a pattern of the whole path), ``measure`` sets the service's own gauges beside those of its plumbing, ``refusal`` answers a
    body that is too large.
    """
    telemetry.set_up(service, settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            if database is not None:
                stack.push_async_callback(database.close)
            for open_context in around:
                await stack.enter_async_context(open_context())
            works = list(background)
            if database is not None:
                works.append(partial(measure_for_ever, service, database, measure))
            tasks = [asyncio.ensure_future(work()) for work in works]
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
    app.add_middleware(
        EdgeMiddleware,
        body_limit=settings.body_limit_bytes,
        upload_paths=upload_paths,
        upload_limit=upload_limit,
        limits=limits or {},
        refusal=refusal,
    )
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
                async with asyncio.timeout(3):
                    await check()
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
