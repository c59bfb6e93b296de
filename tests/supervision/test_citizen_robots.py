"""The demo's citizens fill in forms that the service takes."""

from __future__ import annotations

import asyncio
import socket

import uvicorn

from siklus.robots import citizens
from tests.supervision.city import HR, City


async def test_robots_answer_forms_and_leave_something_to_read(city: City) -> None:
    await city.found()
    listening = socket.create_server(("127.0.0.1", 0))
    settings = city.settings.model_copy(
        update={"supervision_url": f"http://127.0.0.1:{listening.getsockname()[1]}", "citizen_form_seconds": 0}
    )
    city.app.state.kit.settings = settings
    server = uvicorn.Server(uvicorn.Config(city.app, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.02)
    assert await citizens.visit(settings, HR) == 16
    server.should_exit = True
    await serving
    page = await city.get(HR, "/citizens/summaries")
    assert {one["unit_id"]: (one["answers"], one["complaints"], one["waiting"]) for one in page["items"]} == {
        "kota": (4, 1, 0),
        "diskominfo": (4, 1, 0),
        "dinkes": (4, 1, 0),
        "bkpsdm": (1, 0, 3),
    }, "nobody moderates what is said of their own unit"
