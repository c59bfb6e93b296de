"""The relay on a real broker: every committed event, in its case's order, also with several relays at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer
from sqlalchemy import select

from contracts.envelope import Envelope
from kit.bus import ensure_topics, make_producer
from kit.db import Database, outbox
from kit.relay import Relay
from kit.settings import Settings
from kit.unit import UnitOfWork
from tests.kit.conftest import closed

EVENTS_A_CASE = 20
CASES = 30


async def everything_on(topic: str, bootstrap: str, count: int) -> list[Envelope]:
    consumer: Any = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    found: list[Envelope] = []
    try:
        async with asyncio.timeout(30):
            while len(found) < count:
                batches = await consumer.getmany(timeout_ms=200)
                found += [Envelope.model_validate_json(record.value) for batch in batches.values() for record in batch]
    finally:
        await consumer.stop()
    return found


async def test_events_reach_kafka_once_and_in_their_cases_order_with_many_relays(
    database: Database, settings: Settings, kafka_bootstrap: str, unit_in: Callable[[Any], UnitOfWork]
) -> None:
    settings = settings.model_copy(update={"kafka_bootstrap": kafka_bootstrap})
    await ensure_topics(settings)
    producer = make_producer(settings)
    await producer.start()
    relays = [asyncio.create_task(Relay("kit", database, producer).run()) for _ in range(3)]
    try:
        for number in range(EVENTS_A_CASE):
            async with database.transaction() as session:
                unit = unit_in(session)
                for case in range(CASES):
                    unit.publish(closed(f"c.p-{case}", str(number)))
                await unit.flush()
        found = await everything_on(f"{settings.topic_prefix}.cycle", kafka_bootstrap, CASES * EVENTS_A_CASE)
        async with asyncio.timeout(10):
            while await _pending(database):
                await asyncio.sleep(0.05)
    finally:
        for task in relays:
            task.cancel()
        await asyncio.gather(*relays, return_exceptions=True)
        await producer.stop()
    assert len({envelope.id for envelope in found}) == CASES * EVENTS_A_CASE
    for case in range(CASES):
        numbers = [int(envelope.data["reason"]) for envelope in found if envelope.subject == f"c.p-{case}"]
        assert numbers == list(range(EVENTS_A_CASE))


async def test_an_event_of_a_transaction_that_fails_is_never_published(database: Database, unit_in: Callable[[Any], UnitOfWork]) -> None:
    try:
        async with database.transaction() as session:
            unit = unit_in(session)
            unit.publish(closed())
            await unit.flush()
            raise RuntimeError("the request fails after all")
    except RuntimeError:
        pass
    assert await _pending(database) == 0


async def _pending(database: Database) -> int:
    async with database.transaction() as session:
        return len((await session.execute(select(outbox.c.position).where(outbox.c.published_at.is_(None)))).all())
