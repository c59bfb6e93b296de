"""The servers of a test run really serve."""

from __future__ import annotations

from collections.abc import Callable

from aiokafka import AIOKafkaConsumer
from sqlalchemy import text
from temporalio.client import Client

from kit.bus import ensure_topics, make_producer
from kit.db import Database
from kit.settings import Settings


async def test_a_fresh_database_has_the_plumbing_and_is_nobody_elses(make_database: Callable[[str], str]) -> None:
    first, second = Database(make_database("kit")), Database(make_database("kit"))
    async with first.transaction() as session:
        await session.execute(text("INSERT INTO inbox (consumer, event_id) VALUES ('x', gen_random_uuid())"))
    async with second.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM inbox"))).scalar_one() == 0
        assert (await session.execute(text("SELECT count(*) FROM outbox_shard"))).scalar_one() == 8
    await first.close()
    await second.close()


async def test_what_is_sent_to_the_broker_is_read_back_in_order(kafka_bootstrap: str, settings: Settings) -> None:
    settings = settings.model_copy(update={"kafka_bootstrap": kafka_bootstrap})
    await ensure_topics(settings)
    await ensure_topics(settings)
    topic = f"{settings.topic_prefix}.cycle"
    producer = make_producer(settings)
    await producer.start()
    for number in range(20):
        await producer.send_and_wait(topic, str(number).encode(), key=b"one-case")
    await producer.stop()
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka_bootstrap, group_id=f"{settings.topic_prefix}.g", auto_offset_reset="earliest"
    )
    await consumer.start()
    read = [int((await consumer.getone()).value or b"-1") for _ in range(20)]
    await consumer.stop()
    assert read == list(range(20))


async def test_temporal_knows_the_search_attributes(temporal_address: str) -> None:
    from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

    client = await Client.connect(temporal_address)
    answer = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace="default"))
    assert {"CycleId", "UnitId", "Phase", "PhaseDueAt", "Overdue", "Attention"} <= set(answer.custom_attributes)
