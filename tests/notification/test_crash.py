"""The service, the mail server and the broker die at random while 2,000 events flow; everybody is told of everything once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from sqlalchemy import text

from contracts.envelope import Actor, Envelope, EventData, derived_id
from contracts.topics import topic_of
from kit.bus import ensure_topics, make_producer
from kit.db import Database
from kit.settings import Settings
from siklus.infrastructure.kafka import make_broker
from siklus.part import NotReady, Part, launch
from tests.infrastructure import free_ports
from tests.notification import facts
from tests.notification.town import CYCLE, START, Post, case_opened, person

EVENTS = 2_000
PEOPLE = [f"p-{number:012x}" for number in range(100, 140)]
DEATHS = ("service", "mail", "service", "broker", "mail", "service")
pytestmark = [pytest.mark.timeout(400), pytest.mark.xdist_group("stack")]


async def ready(part: Part) -> None:
    async with asyncio.timeout(part.ready_within):
        while True:
            with contextlib.suppress(NotReady, OSError, TimeoutError):
                await part.probe()
                return
            await asyncio.sleep(0.2)


class Scene:
    """A broker and a service as processes that can be killed, and a mail server that can go."""

    def __init__(self, settings: Settings, broker: Part, port: int, post: Post, folder: Path) -> None:
        self.settings, self.broker, self.post = settings, broker, post
        self.port = port
        self._output = (folder / "processes.log").open("ab")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    async def start_broker(self) -> None:
        self._processes["broker"] = await asyncio.to_thread(launch, self.broker, self._output, os.environ)
        await ready(self.broker)

    def start_service(self) -> None:
        values = {f"SIKLUS_{name.upper()}": str(value) for name, value in self.settings.model_dump(mode="json").items()}
        command = [str(Path(sys.executable).parent / "siklus"), "serve", "notification", "--port", str(self.port)]
        self._processes["service"] = subprocess.Popen(command, env={**os.environ, **values}, stdout=self._output, stderr=self._output)

    def kill(self, name: str) -> None:
        process = self._processes[name]
        process.send_signal(signal.SIGKILL)
        process.wait()

    async def die(self, name: str) -> None:
        """Something dies without a word and is there again a moment later."""
        if name == "mail":
            await self.post.close()
            await asyncio.sleep(0.5)
            await self.post.open()
            return
        self.kill(name)
        if name == "broker":
            await self.start_broker()
        else:
            self.start_service()

    def end(self) -> None:
        for name in self._processes:
            with contextlib.suppress(ProcessLookupError):
                self.kill(name)
        self._output.close()


@asynccontextmanager
async def scene(settings: Settings, post: Post, folder: Path) -> AsyncIterator[Scene]:
    ports = free_ports(3)
    broker = make_broker("apache", ports[0], ports[1], folder / "kafka").part()
    if broker.prepare is not None:
        await asyncio.to_thread(broker.prepare)
    changes = {
        "kafka_bootstrap": f"127.0.0.1:{ports[0]}",
        "clock_real_origin": datetime.now(UTC),
        "clock_calendar_origin": START,
        "smtp_port": post.port,
    }
    made = Scene(settings.model_copy(update=changes), broker, ports[2], post, folder)
    try:
        await made.start_broker()
        await ensure_topics(made.settings)
        made.start_service()
        yield made
    finally:
        made.end()


async def publish(settings: Settings, events: Sequence[EventData], pace_seconds: float = 0.0) -> None:
    """Hand events to Kafka, again and again until it has each; consumers drop what comes twice."""
    waiting = [
        Envelope.of(
            data, id=derived_id(settings.topic_prefix, data.TYPE, str(number)), source="test", time=START, actor=Actor.system("test")
        )
        for number, data in enumerate(events)
    ]
    while waiting:
        producer = make_producer(settings)
        try:
            async with asyncio.timeout(90):
                await producer.start()
                for start in range(0, len(waiting), 50):
                    batch = waiting[start : start + 50]
                    sent = [
                        await producer.send(topic_of(one.type).full_name(settings.topic_prefix), one.to_bytes(), key=one.subject.encode())
                        for one in batch
                    ]
                    await asyncio.gather(*sent)
                    await asyncio.sleep(pace_seconds)
            waiting = []
        except (KafkaError, TimeoutError, OSError):
            await asyncio.sleep(0.5)
        finally:
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                await producer.stop()


async def counted(database: Database) -> dict[tuple[str, str], int]:
    async with database.transaction() as session:
        rows: Sequence[Any] = (await session.execute(text("SELECT channel, state, count(*) FROM message GROUP BY 1, 2"))).all()
    return {(row[0], row[1]): row[2] for row in rows}


async def test_deaths_at_random_while_2000_events_flow_end_with_one_message_a_person_event_and_channel(
    make_database: Callable[[str], str], settings: Settings, post: Post, tmp_path: Path
) -> None:
    seed = int(os.environ.get("SIKLUS_FAULT_SEED", random.SystemRandom().randrange(10**6)))
    draw = random.Random(seed)
    settings = settings.model_copy(update={"notification_database_url": make_database("notification")})
    database = Database(settings.notification_database_url)
    # One person and one event each: nothing gathers, so that each has its own e-mail.
    told = [
        facts.approved().model_copy(
            update={"case_id": f"{CYCLE}.{PEOPLE[number % len(PEOPLE)]}", "plan_version": number, "approved_by": PEOPLE[0]}
        )
        for number in range(EVENTS)
    ]
    async with scene(settings, post, tmp_path) as stage:
        await publish(stage.settings, [*(person(who) for who in PEOPLE), *(case_opened(who) for who in PEOPLE)])
        flowing = asyncio.create_task(publish(stage.settings, told, pace_seconds=0.25))
        for name in draw.sample(DEATHS, len(DEATHS)):
            await asyncio.sleep(draw.uniform(0.5, 2.5))
            post.drop_after_data += draw.randrange(1, 6)
            await stage.die(name)
        await flowing
        wanted = {("inbox", "delivered"): EVENTS, ("email", "delivered"): EVENTS}
        try:
            async with asyncio.timeout(200):
                while (now := await counted(database)) != wanted:
                    await asyncio.sleep(0.3)
        except TimeoutError:
            pytest.fail(f"SIKLUS_FAULT_SEED={seed}: {now}, {len(post.ids())} e-mails arrived")
    await database.close()
    explanation = f"SIKLUS_FAULT_SEED={seed}"
    assert len(post.ids()) == EVENTS, explanation
    assert len(post.kept) > EVENTS, f"{explanation}: no connection broke after DATA, so nothing was proven"
    # A repeat is the same message under the same id, so a mail program shows it once.
    assert len(set(post.kept)) == EVENTS, explanation
