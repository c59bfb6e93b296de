"""Measures scoring: reviewed cases from the event stream to stored, explained results, beside bare consumers and a bare reader."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts.appraisal import Rating
from contracts.cycle import CaseOpened, CycleDefinition, CycleOpened
from contracts.envelope import Actor, Envelope, EventData
from contracts.supervision import ReviewSubmitted
from contracts.topics import SUPERVISION, topic_of
from kit.bus import MAXIMUM_BATCH, OnBatch, Record, make_producer
from kit.db import Database
from kit.inbox import EventConsumer
from kit.settings import Settings
from kit.unit import UnitOfWork
from siklus.city import City
from siklus.demo import people_in
from siklus.first_start import service_client
from siklus.infrastructure.kafka import KafkaKind
from siklus.roster import make_roster
from siklus.sample_cycle import sample_cycle

PARTS = ("postgres", "kafka", "mail", "appraisal")
LONGEST_SECONDS = 1800
LOOK_EVERY_SECONDS = 0.25
ROSTER_PAGE = 500


@dataclass(frozen=True)
class ScoringMeasured:
    """Seconds for all cases: scored by the service, taken in by a consumer that has nothing to do for an event, fetched by one that
    does not even look at it, read back from the database. ``processor_seconds`` are those the service spent on scoring."""

    cases: int
    scoring_seconds: float
    processor_seconds: float
    inbox_seconds: float
    bare_seconds: float
    reading_seconds: float


async def measure(cases: int, var: Path, port_offset: int, *, kafka: KafkaKind = "dev", seed: int = 1) -> ScoringMeasured:
    """Open ``cases`` cases in the appraisal service, publish a review of each at once, and wait for the last result."""
    roster = var / "roster"
    make_roster(cases, seed).write(roster)
    async with City(var / "city", port_offset=port_offset, kafka=kafka, speed=1.0, only=PARTS) as city:
        await people_in(city, roster)
        definition = sample_cycle("bench", city.clock.now(), speed=city.clock.speed)
        async with service_client(city) as http:
            people = await _participants(http, city, definition)
        producer = make_producer(city.settings())
        await producer.start()
        database = await asyncpg.connect(city.postgres.url("siklus_appraisal").replace("+asyncpg", ""))
        try:
            await _publish(city, producer, _openings(definition, people, city))
            await _until(database, "SELECT count(*) FROM appraisal_case", len(people))
            reviews = [_review(definition, person["person_id"], number) for number, person in enumerate(people)]
            began, spent = time.perf_counter(), _processor_seconds(city)
            await _publish(city, producer, reviews)
            await _until(database, "SELECT count(*) FROM result_version", len(people))
            scoring, spent = time.perf_counter() - began, _processor_seconds(city) - spent
            began = time.perf_counter()
            await database.fetch("SELECT case_id, version, category, explanation, hash FROM result_version")
            reading = time.perf_counter() - began
        finally:
            await producer.stop()
            await database.close()
        return ScoringMeasured(len(people), scoring, spent, await _inbox(city, len(people)), await _bare(city, len(people)), reading)


async def _participants(http: httpx.AsyncClient, city: City, definition: CycleDefinition) -> list[dict[str, Any]]:
    url = city.urls["appraisal"]
    (await http.put(f"{url}/cycles/{definition.cycle_id}", json=definition.model_dump(mode="json"))).raise_for_status()
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await http.get(f"{url}/roster", params={"cycle_id": definition.cycle_id, "limit": ROSTER_PAGE, **cursor})
        page.raise_for_status()
        found += page.json()["items"]
        if not page.json()["next_cursor"]:
            return found
        cursor = {"cursor": page.json()["next_cursor"]}


def _openings(definition: CycleDefinition, people: Iterable[dict[str, Any]], city: City) -> list[EventData]:
    due = definition.calendar.target_setting.due_at
    opened = [
        CaseOpened(
            cycle_id=definition.cycle_id,
            case_id=f"{definition.cycle_id}.{person['person_id']}",
            person_id=person["person_id"],
            unit_id=person["unit_id"],
            due_at=due,
        )
        for person in people
    ]
    return [CycleOpened(cycle_id=definition.cycle_id, definition=definition), *opened]


def _review(definition: CycleDefinition, person_id: str, number: int) -> ReviewSubmitted:
    ratings = list(Rating)
    return ReviewSubmitted(
        cycle_id=definition.cycle_id,
        case_id=f"{definition.cycle_id}.{person_id}",
        person_id=person_id,
        reviewer_id="p-bench",
        results=ratings[number % 3],
        behaviour=ratings[number // 3 % 3],
        reason="Capaian dibahas sepanjang tahun.",
    )


async def _publish(city: City, producer: AIOKafkaProducer, events: Iterable[EventData]) -> None:
    prefix, now = city.settings().topic_prefix, city.clock.now()
    waiting = []
    for data in events:
        envelope = Envelope.of(data, id=uuid4(), source="benchmark", time=now, actor=Actor.system("benchmark"))
        topic = topic_of(envelope.type).full_name(prefix)
        waiting.append(await producer.send(topic, envelope.to_bytes(), key=envelope.subject.encode()))
    await asyncio.gather(*waiting)


async def _until(database: asyncpg.Connection[asyncpg.Record], count: str, wanted: int) -> None:
    async with asyncio.timeout(LONGEST_SECONDS):
        while await database.fetchval(count) < wanted:
            await asyncio.sleep(LOOK_EVERY_SECONDS)


def _processor_seconds(city: City) -> float:
    times = psutil.Process(city.process_of("appraisal")).cpu_times()
    return float(times.user + times.system)


async def _nothing(unit: UnitOfWork, data: ReviewSubmitted, envelope: Envelope) -> None:
    """The handler of a consumer that only keeps the promises of every consumer of ours."""


async def _inbox(city: City, wanted: int) -> float:
    """Seconds in which a consumer that reads, checks and claims each review, batch by batch, and does nothing about it has all."""
    settings = city.settings()
    database = Database(city.postgres.url("siklus_appraisal"))
    consumer = EventConsumer("bare", database, settings, {ReviewSubmitted: _nothing})
    try:
        return await _consumed(settings, wanted, consumer.on_batch)
    finally:
        await database.close()


async def _bare(city: City, wanted: int) -> float:
    """Seconds in which a consumer that only fetches their bytes has all the reviews."""

    async def forget(records: Sequence[Record]) -> None:
        pass

    return await _consumed(city.settings(), wanted, forget)


async def _consumed(settings: Settings, wanted: int, on_batch: OnBatch) -> float:
    consumer: Any = AIOKafkaConsumer(
        SUPERVISION.full_name(settings.topic_prefix),
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=f"bare-{uuid4().hex[:8]}",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        began, got = time.perf_counter(), 0
        async with asyncio.timeout(LONGEST_SECONDS):
            while got < wanted:
                for records in (await consumer.getmany(timeout_ms=200, max_records=MAXIMUM_BATCH)).values():
                    await on_batch(records)
                    got += len(records)
        return time.perf_counter() - began
    finally:
        await consumer.stop()
