"""From a person's action to another person's open inbox: a supervisor agrees to plans over HTTP at a steady pace, and each employee's
inbox stream says so. Beside it, the bare Kafka round trip at the same pace on the same broker."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from aiokafka import AIOKafkaConsumer

from contracts.appraisal import PlanSubmitted
from contracts.cycle import CaseOpened, CycleOpened
from contracts.envelope import Actor, Envelope, EventData, derived_id
from contracts.personnel import PersonChanged, UnitChanged
from contracts.topics import SUPERVISION, topic_of
from kit.auth import TokenSigner
from kit.bus import make_producer
from kit.settings import Settings
from siklus.city import City
from siklus.infrastructure.kafka import KafkaKind
from siklus.sample_cycle import sample_cycle

PARTS = ("postgres", "kafka", "mail", "supervision", "notification", "relay")
CYCLE, UNIT, HEAD = "latency", "diskominfo", "p-000000000000"
A_SECOND = 50


@dataclass(frozen=True)
class Latency:
    """Milliseconds of each action, sorted."""

    milliseconds: Sequence[float]

    def percentile(self, percent: float) -> float:
        return self.milliseconds[min(len(self.milliseconds) - 1, int(len(self.milliseconds) * percent / 100))]


async def measure(actions: int, var: Path, port_offset: int, *, kafka: KafkaKind = "dev") -> tuple[Latency, Latency]:
    """The latency of ``actions`` actions end to end, and of as many bare messages through the broker."""
    async with City(var / "city", port_offset=port_offset, kafka=kafka, speed=1.0, only=PARTS) as city:
        settings = city.settings()
        await _prepare(city, settings, actions)
        whole = await _end_to_end(city, settings, actions)
        bare = await _bare(settings, actions)
    return whole, bare


def _employee(number: int) -> str:
    return f"p-{number + 1:012x}"


def _case(number: int) -> str:
    return f"{CYCLE}.{_employee(number)}"


async def _prepare(city: City, settings: Settings, actions: int) -> None:
    """Everybody has handed in a plan."""
    now = city.clock.now()
    people = [HEAD, *(_employee(number) for number in range(actions))]
    first: list[EventData] = [
        UnitChanged(unit_id=UNIT, name=UNIT, parent_id=None, head_id=HEAD),
        *(
            PersonChanged(
                person_id=who,
                name=f"Name {who}",
                email=f"{who}@bandung.example",
                unit_id=UNIT,
                position="Analis",
                position_kind="pelaksana",
                supervisor_id=None if who == HEAD else HEAD,
            )
            for who in people
        ),
        CycleOpened(cycle_id=CYCLE, definition=sample_cycle(CYCLE, now, speed=1.0)),
    ]
    due = now + timedelta(days=30)
    for number in range(actions):
        who = {"cycle_id": CYCLE, "case_id": _case(number), "person_id": _employee(number)}
        first += [CaseOpened(**who, unit_id=UNIT, due_at=due), PlanSubmitted(**who, plan_version=1)]
    producer = make_producer(settings)
    await producer.start()
    for number, data in enumerate(first):
        envelope = Envelope.of(data, id=derived_id(CYCLE, str(number)), source="bench", time=now, actor=Actor.system("bench"))
        await producer.send(topic_of(data.TYPE).full_name(settings.topic_prefix), envelope.to_bytes(), key=data.subject().encode())
    await producer.stop()
    headers = {"Authorization": f"Bearer {TokenSigner(settings).sign(HEAD, ['employee'])}"}
    async with httpx.AsyncClient(base_url=city.urls["supervision"], headers=headers) as http, asyncio.timeout(120):
        for number in range(actions):
            while True:
                answer = await http.get(f"/cases/{_case(number)}")
                if answer.is_success and any(task["kind"] == "approve_plan" for task in answer.json()["tasks"]):
                    break
                await asyncio.sleep(0.2)


async def _end_to_end(city: City, settings: Settings, actions: int) -> Latency:
    signer = TokenSigner(settings)
    began = [0.0] * actions
    seen: list[asyncio.Future[float]] = [asyncio.get_running_loop().create_future() for _ in range(actions)]
    ready = [asyncio.Event() for _ in range(actions)]
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=None, limits=limits) as http:  # noqa: S113 (streams stay open)

        async def follow(number: int) -> None:
            headers = {"Authorization": f"Bearer {signer.sign(_employee(number), ['employee'])}"}
            async with http.stream("GET", f"{city.urls['notification']}/inbox/stream", headers=headers) as stream:
                async for line in stream.aiter_lines():
                    ready[number].set()
                    if line.startswith("data: ") and json.loads(line[6:]).get("kind") == "plan_approved":
                        seen[number].set_result(time.perf_counter())
                        return

        async def act(number: int) -> None:
            headers = {"Authorization": f"Bearer {signer.sign(HEAD, ['employee'])}"}
            body = {"decision": "approve", "plan_version": 1}
            began[number] = time.perf_counter()
            answer = await http.post(f"{city.urls['supervision']}/cases/{_case(number)}/plan-decision", json=body, headers=headers)
            answer.raise_for_status()

        following = [asyncio.create_task(follow(number)) for number in range(actions)]
        await asyncio.gather(*(event.wait() for event in ready))
        acting = []
        for number in range(actions):
            acting.append(asyncio.create_task(act(number)))
            await asyncio.sleep(1 / A_SECOND)
        await asyncio.gather(*acting)
        async with asyncio.timeout(60):
            ended = await asyncio.gather(*seen)
        await asyncio.gather(*following)
    return Latency(sorted((end - start) * 1000 for start, end in zip(began, ended, strict=True)))


async def _bare(settings: Settings, actions: int) -> Latency:
    """A message of the same size and pace, straight through the broker."""
    topic = SUPERVISION.full_name(settings.topic_prefix)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="latest")
    producer = make_producer(settings)
    await consumer.start()
    await consumer.seek_to_end()
    await producer.start()
    found: list[float] = []

    async def read() -> None:
        async for record in consumer:
            if record.key == b"bare":
                found.append((time.perf_counter() - float(record.value[:20])) * 1000)
            if len(found) == actions:
                return

    reading = asyncio.create_task(read())
    for _ in range(actions):
        await producer.send(topic, f"{time.perf_counter():020.9f}".encode().ljust(500), key=b"bare")
        await asyncio.sleep(1 / A_SECOND)
    async with asyncio.timeout(30):
        await reading
    await producer.stop()
    await consumer.stop()
    return Latency(sorted(found))
