"""A Kafka consumer that waits where there is nothing to read, also at a broker that does not.

A broker keeps a fetch until something arrives or ``fetch_max_wait_ms`` has passed. The development broker answers an
empty fetch at once, and aiokafka asks again at once: a consumer with nothing to do would keep a processor busy.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.protocol.fetch import FetchRequest
from faststream.kafka import KafkaBroker

EMPTY_PAUSE_SECONDS = 0.02
"""How long an empty answer is held back: what it adds to an event's way at most."""
IDLE_MILLISECONDS = 1000


class PatientConsumer(AIOKafkaConsumer):
    """Answers with records only, as soon as there are any."""

    def __init__(self, *topics: str, **options: Any) -> None:
        consumer: Any = super()
        consumer.__init__(*topics, **options)
        client: Any = self._client
        self._send_at_once = client.send
        client.send = self._send

    async def _send(self, node_id: Any, request: Any, **options: Any) -> Any:
        answer: Any = await self._send_at_once(node_id, request, **options)
        if isinstance(request, FetchRequest) and not any(part[-1] for _, parts in answer.topics for part in parts):
            await asyncio.sleep(EMPTY_PAUSE_SECONDS)
        return answer

    async def getmany(self, *partitions: Any, timeout_ms: float = 0, max_records: int | None = None) -> dict[Any, list[Any]]:
        """The next records. FastStream would sleep over what arrives after an empty answer, so there is none."""
        while not (found := await super().getmany(*partitions, timeout_ms=IDLE_MILLISECONDS, max_records=max_records)):
            pass
        return found


class PatientBroker(KafkaBroker):
    """FastStream's broker, reading with patient consumers."""

    async def _connect(self) -> Any:
        builder: Any = await super()._connect()
        self.config.broker_config.builder = partial(PatientConsumer, **builder.keywords)
        return self.config.broker_config.builder
