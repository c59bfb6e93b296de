"""How far consumer groups are behind, asked of Kafka: it answers also when no consumer of a group lives."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pydantic import BaseModel

from contracts.topics import ALL
from kit import telemetry
from kit.settings import Settings

log = structlog.get_logger()
MEASURE_SECONDS = 10.0


class GroupLag(BaseModel):
    """Events of a topic that a group has not dealt with; ``group`` and ``topic`` without the installation's prefix."""

    group: str
    topic: str
    events: int
    dealt_with: int = 0
    """Events the group has dealt with since the topic began: it grows while the group is alive."""


class LagWatch:
    """Knows how far the groups are behind."""

    def __init__(self, settings: Settings, groups: Sequence[str]) -> None:
        self.settings = settings
        self.groups = tuple(groups)
        self.last: list[GroupLag] = []

    async def look(self) -> list[GroupLag]:
        """Ask Kafka now.

        Raises:
            KafkaError, OSError: Kafka is away.
        """
        admin: Any = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap)
        consumer: Any = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka_bootstrap)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(admin.close)
            await admin.start()
            stack.push_async_callback(consumer.stop)
            await consumer.start()
            found: list[GroupLag] = []
            for group in self.groups:
                found += await self._of_group(admin, consumer, group)
        self.last = found
        return found

    async def _of_group(self, admin: Any, consumer: Any, group: str) -> list[GroupLag]:
        prefix = self.settings.topic_prefix
        committed = {
            place: stand.offset
            for place, stand in (await admin.list_consumer_group_offsets(f"{prefix}.{group}")).items()
            if stand.offset >= 0
        }
        names = {topic.full_name(prefix): topic.name for topic in ALL}
        places = [TopicPartition(place.topic, place.partition) for place in committed if place.topic in names]
        ends = await consumer.end_offsets(places) if places else {}
        behind: dict[str, int] = {}
        dealt_with: dict[str, int] = {}
        for place in places:
            name = names[place.topic]
            behind[name] = behind.get(name, 0) + max(ends[place] - committed[place], 0)
            dealt_with[name] = dealt_with.get(name, 0) + committed[place]
        return [GroupLag(group=group, topic=topic, events=events, dealt_with=dealt_with[topic]) for topic, events in sorted(behind.items())]

    async def watch(self) -> None:
        """The background task: look every ten seconds and set the metric."""
        while True:
            try:
                for lag in await self.look():
                    telemetry.CONSUMER_LAG.labels(lag.group, lag.topic).set(lag.events)
            except Exception as error:
                log.warning("lag.unknown", error=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(MEASURE_SECONDS)
