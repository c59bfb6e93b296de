"""What the plumbing tells Prometheus: what waits, how far consumers are behind, and processes that serve nobody."""

from __future__ import annotations

import asyncio
import socket
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client import REGISTRY
from sqlalchemy import text

from contracts.cycle import CaseClosed
from contracts.topics import CYCLE
from kit.bus import ensure_topics, make_broker, make_producer, running, subscribe
from kit.db import Database
from kit.http.beside import answering
from kit.inbox import EventConsumer, NotYet
from kit.lag import GroupLag, LagWatch
from kit.plumbing import measure
from kit.settings import Settings
from tests.kit.conftest import closed, record


def metric(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_what_waits_in_the_plumbing_is_measured_with_its_age(database: Database, settings: Settings) -> None:
    async def stumble(*_: object) -> None:
        raise NotYet("somebody is missing")

    consumer = EventConsumer("measured", database, settings, {CaseClosed: stumble})
    await consumer.on_batch([record(closed(), settings)])
    broken = record(closed(), settings, offset=1)
    await consumer.on_batch([type(broken)(broken.topic, 0, 1, b"k", b"not json")])
    async with database.transaction() as session:
        await session.execute(text("UPDATE outbox SET created_at = now() - interval '2 minutes'"))
        await session.execute(text("UPDATE parked_event SET parked_at = now() - interval '1 minute'"))
    await measure("measured", database)
    assert metric("siklus_outbox_pending", service="measured") == 1, "the dead letter on its way to its topic"
    assert 119 < (metric("siklus_outbox_oldest_seconds", service="measured") or 0) < 180
    assert metric("siklus_parked_events", service="measured") == 1
    assert 59 < (metric("siklus_parked_oldest_seconds", service="measured") or 0) < 120
    assert metric("siklus_dead_letters_waiting", service="measured") == 1


async def test_the_lag_of_a_group_whose_consumers_are_gone_is_known(settings: Settings, kafka_bootstrap: str) -> None:
    settings = settings.model_copy(update={"kafka_bootstrap": kafka_bootstrap})
    await ensure_topics(settings)
    topic = CYCLE.full_name(settings.topic_prefix)
    producer = make_producer(settings)
    await producer.start()
    for _ in range(5):
        await producer.send_and_wait(topic, b"{}", partition=2)
    await producer.stop()
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka_bootstrap, group_id=f"{settings.topic_prefix}.readers", enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(topic, 2)])
    await consumer.commit({TopicPartition(topic, 2): 2})
    await consumer.stop()
    assert await LagWatch(settings, ("readers",)).look() == [GroupLag(group="readers", topic="cycle", events=3, dealt_with=2)]


async def test_repeated_batches_and_the_age_of_events_are_counted(settings: Settings, kafka_bootstrap: str) -> None:
    settings = settings.model_copy(update={"kafka_bootstrap": kafka_bootstrap})
    await ensure_topics(settings)
    group, dealt_with, tries = f"counted-{uuid4().hex[:6]}", asyncio.Event(), 0

    async def on_batch(records: object) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError("away")
        dealt_with.set()

    broker = make_broker(settings)
    subscribe(broker, settings, group=group, topics=(CYCLE,), on_batch=on_batch)
    producer = make_producer(settings)
    await producer.start()
    async with running(broker):
        await producer.send_and_wait(CYCLE.full_name(settings.topic_prefix), b"{}", key=b"k")
        async with asyncio.timeout(60):
            await dealt_with.wait()
            while not metric("siklus_event_age_seconds_count", group=group):
                await asyncio.sleep(0.05)
    await producer.stop()
    assert metric("siklus_batches_repeated_total", group=group) == 1
    assert metric("siklus_event_age_seconds_count", group=group) == 1


async def test_a_process_that_serves_nobody_tells_its_health_and_metrics(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    async def away() -> None:
        raise ConnectionRefusedError("nobody there")

    async with (
        answering("relay", settings.model_copy(update={"metrics_port": port}), {"kafka": away}),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        async with asyncio.timeout(20):
            while True:
                try:
                    live = await http.get("/health/live")
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.05)
        ready = await http.get("/health/ready")
        metrics = await http.get("/metrics")
    assert live.status_code == 200
    assert (ready.status_code, list(ready.json()["failing"])) == (503, ["kafka"])
    assert "siklus_relay_failures_total" in metrics.text
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient(trust_env=False) as http:
            await http.get(f"http://127.0.0.1:{port}/metrics")
