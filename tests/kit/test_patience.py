"""Reading from Kafka: nothing is asked for without pause, and what comes is handed on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest

from contracts import topics
from kit.bus import Record, ensure_topics, make_broker, make_producer, running, subscribe
from kit.settings import Settings

WATCHED_SECONDS = 1.0
BUSY = 200
"""A consumer that asks without pause sends some thousand fetches in that time."""


async def test_a_consumer_with_nothing_to_read_lets_the_broker_rest_and_reads_what_comes(
    settings: Settings, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings.model_copy(update={"kafka_bootstrap": kafka_bootstrap})
    await ensure_topics(settings)
    fetches = 0
    send: Any = AIOKafkaClient.send

    async def counted(client: Any, node_id: Any, request: Any, **options: Any) -> Any:
        nonlocal fetches
        fetches += isinstance(request, FetchRequest)
        return await send(client, node_id, request, **options)

    monkeypatch.setattr(AIOKafkaClient, "send", counted)
    read: list[bytes | None] = []

    async def on_batch(records: Sequence[Record]) -> None:
        read.extend(record.value for record in records)

    broker, producer = make_broker(settings), make_producer(settings)
    subscribe(broker, settings, group="patient", topics=(topics.CYCLE,), on_batch=on_batch)
    await producer.start()
    async with running(broker):
        while not fetches:
            await asyncio.sleep(0.05)
        fetches = 0
        await asyncio.sleep(WATCHED_SECONDS)
        assert 0 < fetches < BUSY
        await producer.send_and_wait(topics.CYCLE.full_name(settings.topic_prefix), b"something", key=b"c")
        async with asyncio.timeout(20):
            while not read:
                await asyncio.sleep(0.05)
    await producer.stop()
    assert read == [b"something"]
