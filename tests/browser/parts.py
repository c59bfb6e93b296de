"""Parts of the city at addresses of their own: some as processes that can be killed and started again, the rest beside the test."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from kit.settings import Settings
from siklus.part import bind_to_parent
from tests.infrastructure import free_ports

NAMES = ("appraisal", "supervision", "notification", "portal")


@contextlib.asynccontextmanager
async def served(app: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    """An application of this process at an address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1, timeout_keep_alive=30))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.05)
    yield
    server.should_exit = True
    await serving


class Parts:
    """Web parts as processes, each at an address that it keeps when it is started again."""

    def __init__(self, settings: Settings, logs: Path) -> None:
        self._ports = dict(zip(NAMES, free_ports(len(NAMES)), strict=True))
        addresses = {f"{name}_url": f"http://127.0.0.1:{port}" for name, port in self._ports.items()}
        self.settings = settings.model_copy(update=addresses)
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def listen(self, name: str) -> socket.socket:
        """The address of a part that this process serves itself."""
        return socket.create_server(("127.0.0.1", self._ports[name]))

    async def start(self, *names: str) -> None:
        """Start parts and wait until they answer."""
        for name in names:
            self._launch(name)
        for name in names:
            await self._answering(name)

    def _launch(self, name: str) -> None:
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "siklus", "serve", name, "--port", str(self._ports[name])],
                env={**os.environ, **self._environment(), "SIKLUS_KAFKA_INSTANCE": name},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=bind_to_parent(signal.SIGKILL),
            )

    def kill(self, name: str) -> None:
        """End a part as a crash of its machine would: it gets no moment to finish anything."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def end(self) -> None:
        for name in list(self._running):
            self.kill(name)

    async def _answering(self, name: str) -> None:
        process = self._running[name]
        while True:
            assert process.poll() is None, (self._logs / f"{name}.log").read_text()
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self._ports[name])
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return

    def _environment(self) -> dict[str, str]:
        values = self.settings.model_dump()
        told = {name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in values.items()}
        return {f"SIKLUS_{name.upper()}": value for name, value in told.items()}
