"""A service that takes requests and answers none must not hold up everybody's pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from kit.problems import NotFound, Problem, Unavailable
from services.portal.clients.base import Patience, ServiceClient

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
REFUSAL = b"HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@dataclass
class Moody:
    """A server that answers with ``words``, and with nothing at all while it has none."""

    words: bytes = b""
    port: int = 0
    asked: int = 0
    handlers: set[asyncio.Task[None]] = field(default_factory=set)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.handlers.add(task)
        while await reader.readuntil(b"\r\n\r\n"):
            self.asked += 1
            if self.words:
                writer.write(self.words)


@pytest.fixture
async def moody() -> AsyncIterator[Moody]:
    made = Moody()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    for handler in made.handlers:
        handler.cancel()
    await asyncio.gather(*made.handlers, return_exceptions=True)


@pytest.fixture
async def client(moody: Moody) -> AsyncIterator[ServiceClient]:
    patience = Patience(read_seconds=0.3, timeouts=3, left_alone_seconds=1.0)
    made = ServiceClient("moody", f"http://127.0.0.1:{moody.port}", patience=patience)
    yield made
    await made.close()


async def fails(client: ServiceClient) -> None:
    with pytest.raises(Unavailable, match="'moody' does not answer"):
        await client.get("token", "/anything")


async def test_a_service_that_hangs_is_left_alone_and_asked_again_by_one_page_until_it_answers(moody: Moody, client: ServiceClient) -> None:
    for _ in range(3):
        await fails(client)
    await asyncio.gather(*(fails(client) for _ in range(50)))
    assert moody.asked == 3, "fifty pages went on without asking it"
    await asyncio.sleep(1.1)
    await asyncio.gather(*(fails(client) for _ in range(50)))
    assert moody.asked == 4, "one of fifty asked"
    moody.words = ANSWER
    await asyncio.sleep(1.5)
    assert (await client.get("token", "/anything")).body == {}
    assert [answer.body for answer in await asyncio.gather(*(client.get("token", "/anything") for _ in range(20)))] == [{}] * 20


async def test_a_service_that_refuses_does_not_hang(moody: Moody, client: ServiceClient) -> None:
    for _ in range(2):
        await fails(client)
    moody.words = REFUSAL
    with pytest.raises(Problem) as refusal:
        await client.get("token", "/anything")
    assert refusal.value.status == NotFound("").status
    moody.words = b""
    for _ in range(3):
        await fails(client)
    assert moody.asked == 6, "the count of timeouts began anew"


async def test_commands_are_always_tried(moody: Moody, client: ServiceClient) -> None:
    for _ in range(4):
        await fails(client)
    moody.words = ANSWER
    assert (await client.send("POST", "token", "/anything", key="k")).body == {}


async def test_who_gave_up_in_line_at_the_peak_takes_no_place_from_others(moody: Moody) -> None:
    """A pool that lost a place with each request given up in its line would answer nobody any more."""
    patient = ServiceClient("moody", f"http://127.0.0.1:{moody.port}", patience=Patience(timeouts=10_000))
    try:
        asked = [asyncio.create_task(patient.get("token", "/anything")) for _ in range(400)]
        await asyncio.sleep(0.5)
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        moody.words = ANSWER
        answers = await asyncio.gather(*(patient.get("token", "/anything") for _ in range(400)))
        assert [answer.body for answer in answers] == [{}] * 400
    finally:
        await patient.close()
