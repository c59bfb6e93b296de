"""A real browser (Debian's Chromium) at the portal, before the real services in this process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright, expect

from kit.settings import Settings
from tests.portal.city import City

CHROMIUM = Path("/usr/bin/chromium")
CARRY_PAUSE_SECONDS = 0.15
expect.set_options(timeout=30_000)
"""A busy machine draws a page late; what never comes still fails."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: install the package chromium to run the browser tests")
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        await made.close()


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city, its portal at ``settings.portal_url``, and events carried all the time."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    made = City(settings.model_copy(update={"portal_url": f"http://127.0.0.1:{port}"}), make_database)
    await made.import_sample()
    server = uvicorn.Server(uvicorn.Config(made.portal, log_level="warning", timeout_graceful_shutdown=1, timeout_keep_alive=30))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.05)
    carrying = asyncio.create_task(_carry_for_ever(made))
    yield made
    carrying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await carrying
    server.should_exit = True
    await serving
    await made.close()


async def _carry_for_ever(city: City) -> None:
    while True:
        await city.carry()
        await asyncio.sleep(CARRY_PAUSE_SECONDS)
