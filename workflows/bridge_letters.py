"""The bridge's dead letters: read from the dead-letter topics, handed to the cases again, or set aside.

The bridge has no database. What is dealt with is the committed offset of a consumer group of their own: letters are dealt with in their
order, and one that still cannot be handed on comes to the end of its topic again with its new reason.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from temporalio.client import Client

from contracts import topics
from kit.bus import make_producer
from kit.inbox import ConsumedAgain
from kit.settings import Settings
from workflows.bridge import Bridge

HEADER = "siklus-dead-letter"
MOST_AT_ONCE = 1000
READ_MILLISECONDS = 2000


@dataclass(frozen=True)
class Letter:
    """An event the bridge could not hand to a case, with where it was read and where its letter lies."""

    place: TopicPartition
    position: int
    topic: str
    partition: int
    offset: int
    key: str | None
    error: str
    failed_at: datetime
    value: bytes | None


class BridgeLetters:
    """Reads and settles the bridge's dead letters. Every method raises ``KafkaError`` or ``OSError`` while Kafka is away."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        prefix = settings.topic_prefix
        self._group = f"{prefix}.bridge-letters"
        self._places = [
            TopicPartition(topic.dead_letter_name(prefix), 0) for topic in (topics.APPRAISAL, topics.SUPERVISION, topics.PERSONNEL)
        ]

    async def waiting(self, limit: int = MOST_AT_ONCE) -> list[Letter]:
        """The letters that wait, oldest first."""
        async with self._consumer() as consumer:
            return await self._read(consumer, limit)

    async def replay(self, temporal: Client, limit: int) -> tuple[int, int]:
        """Hand letters to their cases again; returns how many were handed on, and how many came back."""
        producer = make_producer(self.settings)
        async with self._consumer() as consumer:
            letters = await self._read(consumer, limit)
            await producer.start()
            try:
                bridge = Bridge(self.settings, temporal, producer)
                for letter in letters:
                    key, value = (letter.key or "").encode(), letter.value or b""
                    record: Any = ConsumedAgain(letter.topic, letter.partition, letter.offset, key, value)
                    await bridge.on_batch([record])
                    await consumer.commit({letter.place: letter.position + 1})
            finally:
                await producer.stop()
        return len(letters) - bridge.dead_letters, bridge.dead_letters

    async def set_aside(self, limit: int) -> int:
        """Wait for these letters no longer; they stay in their topics."""
        async with self._consumer() as consumer:
            letters = await self._read(consumer, limit)
            for letter in letters:
                await consumer.commit({letter.place: letter.position + 1})
        return len(letters)

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[Any]:
        consumer: Any = AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka_bootstrap, group_id=self._group, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            consumer.assign(self._places)
            yield consumer
        finally:
            await consumer.stop()

    async def _read(self, consumer: Any, limit: int) -> list[Letter]:
        ends = await consumer.end_offsets(self._places)
        found: list[Letter] = []
        for place in self._places:
            position = await consumer.committed(place) or (await consumer.beginning_offsets([place]))[place]
            consumer.seek(place, position)
            others = True
            while position < ends[place] and len(found) < limit:
                records = (await consumer.getmany(place, timeout_ms=READ_MILLISECONDS)).get(place, [])
                if not records:
                    break
                for record in records:
                    letter = _letter(place, record)
                    if letter is not None and len(found) < limit:
                        found.append(letter)
                        others = False
                    position = record.offset + 1
                if others:
                    # What other consumers laid aside is theirs; it is not read again.
                    await consumer.commit({place: position})
        return sorted(found, key=lambda letter: letter.failed_at)


def _letter(place: TopicPartition, record: Any) -> Letter | None:
    """The letter, where it is one of the bridge's."""
    source = json.loads(dict(record.headers).get(HEADER, b"{}"))
    if source.get("consumer") != "bridge":
        return None
    return Letter(
        place=place,
        position=record.offset,
        topic=source["topic"],
        partition=source["partition"],
        offset=source["offset"],
        key=record.key.decode(errors="replace") if record.key is not None else None,
        error=source["error"],
        failed_at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        value=record.value,
    )
