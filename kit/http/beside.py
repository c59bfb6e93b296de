"""Health and metrics of a process that serves nobody: relay, worker and bridge answer as the services do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping

import uvicorn

from kit.http.application import create_app
from kit.http.routes import Check
from kit.settings import Settings


class _Beside(uvicorn.Server):
    """A server that leaves the process's signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def answering(name: str, settings: Settings, checks: Mapping[str, Check]) -> AsyncIterator[None]:
    """Answer on the metrics port while the block runs; with no port set, only set up the process's telemetry."""
    application = create_app(name, settings, title=f"Siklus {name}", routers=[], checks=checks)
    if not settings.metrics_port:
        yield
        return
    server = _Beside(
        uvicorn.Config(application, host=settings.metrics_host, port=settings.metrics_port, log_level="warning", access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving
