"""The inbox as it happens, over a real HTTP connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import event

from services.notification import stream
from tests.notification import facts
from tests.notification.town import BUDI, RINA, WATI, Town


@asynccontextmanager
async def served(town: Town) -> AsyncIterator[str]:
    """The service on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(town.app, port=0, lifespan="off", log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


class Stream:
    """The events of one open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def heartbeat(self) -> None:
        async with asyncio.timeout(10):
            while await anext(self._lines) != ": still here":
                pass

    async def next(self) -> tuple[str, Any, str]:
        """Kind, data and id of the next event."""
        found: dict[str, str] = {}
        async with asyncio.timeout(10):
            while True:
                line = await anext(self._lines)
                if not line and found:
                    return found["event"], json.loads(found["data"]), found.get("id", "")
                name, _, value = line.partition(": ")
                if name:
                    found[name] = value


@asynccontextmanager
async def following(town: Town, base: str, who: str, **headers: str) -> AsyncIterator[Stream]:
    async with (
        httpx.AsyncClient(timeout=10) as http,
        http.stream("GET", f"{base}/inbox/stream", headers={"Authorization": f"Bearer {town.token(who)}", **headers}) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        followed = Stream(response)
        await followed.heartbeat()
        yield followed


async def listening(town: Town) -> None:
    """Until the listener's connection is there."""
    async with asyncio.timeout(10):
        while not await town.rows("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()"):
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.1)


async def test_a_new_message_shows_in_the_open_inbox_of_its_person_only(town: Town) -> None:
    async with served(town) as base, town.sending():
        await listening(town)
        async with following(town, base, BUDI) as budi, following(town, base, RINA) as rina:
            await told_at_once(town, budi, rina)


async def told_at_once(town: Town, budi: Stream, rina: Stream) -> None:
    await town.hear(facts.opened())
    kind, message, identity = await budi.next()
    assert (kind, message["kind"], message["message_id"]) == ("message", "task_opened", identity)
    assert message["title"] == "Putuskan rencana kinerja Rina Marlina"
    assert message == (await town.inbox(BUDI))[0]
    await town.hear(facts.approved())
    assert (await rina.next())[1]["kind"] == "plan_approved"


async def test_what_is_new_is_read_for_all_open_inboxes_together(town: Town) -> None:
    asked: list[str] = []

    def ask(*given: Any) -> None:
        if "message.snoozed_until IS NULL" in given[2]:
            asked.append(given[2])

    async with served(town) as base, town.sending():
        await listening(town)
        async with following(town, base, BUDI) as budi, following(town, base, RINA) as rina:
            event.listen(town.database.engine.sync_engine, "before_cursor_execute", ask)
            await town.hear(*(facts.opened(task_id=f"task-{number}") for number in range(20)), *(facts.approved() for _ in range(20)))
            told = {(await inbox.next())[2] for inbox in (budi, rina) for _ in range(20)}
    assert len(told) == 40
    assert len(asked) <= 3, "however many are told, few questions are asked"


async def test_whoever_comes_back_gets_what_came_meanwhile(town: Town) -> None:
    await town.hear(facts.opened(), facts.reminder(3), facts.reminder(1))
    newest, middle, oldest = await town.inbox(BUDI)
    async with served(town) as base:
        async with following(town, base, BUDI, **{"Last-Event-ID": oldest["message_id"]}) as again:
            assert [(await again.next())[2] for _ in range(2)] == [middle["message_id"], newest["message_id"]]
        async with following(town, base, BUDI, **{"Last-Event-ID": "nonsense"}) as again:
            assert (await again.next())[0] == "refresh"


async def test_a_quiet_stream_shows_that_it_lives(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.1)
    async with served(town) as base, following(town, base, WATI) as followed:
        await followed.heartbeat()
        await followed.heartbeat()


async def test_a_lost_database_connection_makes_open_inboxes_look_for_themselves(town: Town) -> None:
    async with served(town) as base, town.sending():
        await listening(town)
        async with following(town, base, BUDI) as budi:
            await town.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()"
            )
            assert (await budi.next())[0] == "refresh"
            await town.hear(facts.opened())
            assert (await budi.next())[0] == "message"


async def test_a_closed_stream_leaves_nothing_behind(town: Town) -> None:
    async with served(town) as base:
        async with following(town, base, BUDI):
            assert set(town.listener._inboxes) == {BUDI}
        async with asyncio.timeout(10):
            while town.listener._inboxes:
                await asyncio.sleep(0.05)
