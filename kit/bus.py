"""Kafka: topics, the producer, and batch subscribers whose offsets move only when a batch is dealt with."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage

from contracts.topics import ALL, Topic
from kit import telemetry
from kit.patience import PatientBroker
from kit.settings import Settings

log = structlog.get_logger()
Record = ConsumerRecord[bytes | None, bytes | None]
OnBatch = Callable[[Sequence[Record]], Awaitable[None]]

MAXIMUM_BATCH = 500
PATIENCE_MILLISECONDS = 30 * 60_000
"""How long a batch may wait in place for a database that is away before the broker gives its partitions to another."""


async def ensure_topics(settings: Settings) -> None:
    """Create the topics (and their dead-letter topics) that do not exist yet."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        wanted: list[NewTopic] = []
        for topic in ALL:
            configuration = {"cleanup.policy": "compact"} if topic.compacted else {"retention.ms": str(topic.retention_milliseconds)}
            wanted.append(
                NewTopic(topic.full_name(settings.topic_prefix), topic.partitions, settings.kafka_replication, topic_configs=configuration)
            )
            wanted.append(NewTopic(topic.dead_letter_name(settings.topic_prefix), 1, settings.kafka_replication))
        missing = [new for new in wanted if new.name not in present]
        if missing:
            answer: Any = await admin.create_topics(missing)
            for name, code, *_ in answer.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise error(f"topic {name} could not be created")
    finally:
        await admin.close()


def make_producer(settings: Settings, *, linger_milliseconds: int = 2) -> AIOKafkaProducer:
    """A producer that loses and doubles nothing: idempotent, acknowledged by all replicas."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_idempotence=True,
        acks="all",
        linger_ms=linger_milliseconds,
        max_batch_size=262_144,
        request_timeout_ms=20_000,
        retry_backoff_ms=100,
    )


def make_broker(settings: Settings) -> KafkaBroker:
    """The FastStream broker of a process; subscribers are added by ``subscribe`` before it starts."""
    return PatientBroker(
        settings.kafka_bootstrap, client_id="siklus", logger=None, consumer_only=True, retry_backoff_ms=200, request_timeout_ms=20_000
    )


def subscribe(broker: KafkaBroker, settings: Settings, *, group: str, topics: Sequence[Topic], on_batch: OnBatch) -> None:
    """Read topics in batches; a batch's offsets are committed after ``on_batch`` has returned.

    FastStream would go on to the next batch after an exception and a later commit would pass over the
    failed one, so this handler never lets one out: it repeats the batch in place until it is dealt with.
    Consumers drop repeats by event id.

    A process with a name of its own (``kafka_instance``) that is killed and comes back takes its place in the group
    at once; without a name the group first waits until the dead member's session has run out.
    """

    @broker.subscriber(
        *[topic.full_name(settings.topic_prefix) for topic in topics],
        group_id=f"{settings.topic_prefix}.{group}",
        group_instance_id=settings.kafka_instance or None,
        batch=True,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
        fetch_max_wait_ms=100,
        max_records=MAXIMUM_BATCH,
        max_poll_interval_ms=PATIENCE_MILLISECONDS,
        session_timeout_ms=15_000,
        decoder=_leave_undecoded,
        no_reply=True,
    )
    async def receive(message: KafkaMessage) -> None:
        raw = message.raw_message
        records: tuple[Any, ...] = raw if isinstance(raw, tuple) else (raw,)
        pause = 0.2
        while True:
            try:
                await on_batch(records)
                break
            except Exception as error:
                telemetry.BATCHES_REPEATED.labels(group).inc()
                log.warning("batch.repeated", group=group, error=f"{type(error).__name__}: {error}"[:300], pause=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
        now = time.time()
        for record in records:
            telemetry.EVENT_AGE.labels(group).observe(max(now - record.timestamp / 1000, 0.0))
        try:
            await message.ack()
        except KafkaError as error:
            # The partitions moved to another consumer, which will read these events again and drop them.
            log.warning("commit.failed", group=group, error=str(error)[:300])


async def _leave_undecoded(message: KafkaMessage) -> list[Any]:
    return []


@contextlib.asynccontextmanager
async def running(broker: KafkaBroker) -> Any:
    """The broker, started with patience: Kafka may come up after us."""
    pause = 0.2
    while True:
        try:
            await broker.start()
            break
        except (KafkaError, OSError) as error:
            log.warning("kafka.away", error=str(error)[:200])
            with contextlib.suppress(Exception):
                await broker.stop()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
    try:
        yield broker
    finally:
        await broker.stop()
