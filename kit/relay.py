"""The relay: takes committed events from the outboxes to Kafka.

Rows of one shard are sent in their order by one relay at a time (the shard's row is locked with SKIP LOCKED),
so many relays are safe side by side and a case's events stay in order. Rows are marked only after the broker
has acknowledged them; a relay that dies in between sends them again, and consumers drop the repeats.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from sqlalchemy import delete, func, text

from kit import telemetry
from kit.bus import make_producer
from kit.db import Database, inbox, outbox
from kit.http import kafka_check
from kit.http.beside import answering
from kit.settings import ServiceName, Settings, load_settings

log = structlog.get_logger()
BATCH = 500
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.02
"""How long a relay that was woken waits for what else is committed: several transactions then share one round."""
KEEP_PUBLISHED = timedelta(days=7)
KEEP_INBOX = timedelta(days=60)
SERVICES: tuple[ServiceName, ...] = ("appraisal", "supervision", "notification")
HOLD_SHARDS = text(
    """
    SELECT shard FROM outbox_shard
    WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.shard = outbox_shard.shard AND published_at IS NULL) FOR UPDATE SKIP LOCKED
    """
)
PENDING = text(
    """
    SELECT position, topic, key, body FROM outbox WHERE shard = ANY(CAST(:shards AS smallint[])) AND published_at IS NULL
    ORDER BY position LIMIT :limit
    """
)
"""A statement of its own: only what begins after the lock is held sees what the holder before us has marked."""
MARK_PUBLISHED = text("UPDATE outbox SET published_at = now() WHERE position = ANY(CAST(:positions AS bigint[]))")


class Relay:
    """Relays one service's outbox."""

    def __init__(self, service: str, database: Database, producer: AIOKafkaProducer) -> None:
        self.service = service
        self.database = database
        self.producer = producer
        self._wake = asyncio.Event()

    async def relay_once(self) -> int:
        """Send what is pending in the shards nobody else holds; returns how many events were sent."""
        async with self.database.engine.begin() as connection:
            shards = (await connection.execute(HOLD_SHARDS)).scalars().all()
            if not shards:
                return 0
            rows = (await connection.execute(PENDING, {"shards": shards, "limit": BATCH})).all()
            for row in rows:
                telemetry.step(trace_in(row.body), f"relay {self.service}")
            sent = [await self.producer.send(row.topic, row.body, key=row.key.encode()) for row in rows]
            await asyncio.gather(*sent)
            await connection.execute(MARK_PUBLISHED, {"positions": [row.position for row in rows]})
        telemetry.EVENTS_PUBLISHED.labels(source=self.service).inc(len(rows))
        return len(rows)

    async def run(self) -> None:
        """Relay for ever: woken by the database, with polling behind it."""
        listening = asyncio.create_task(self._listen())
        pause = 0.2
        try:
            while True:
                self._wake.clear()
                try:
                    sent = await self.relay_once()
                    pause = 0.2
                except (KafkaError, OSError, TimeoutError) as error:
                    telemetry.RELAY_FAILURES.labels(self.service).inc()
                    log.warning("relay.kafka_away", outbox=self.service, error=str(error)[:200])
                    sent = await self._rest(pause)
                    pause = min(pause * 2, 5.0)
                except Exception as error:
                    telemetry.RELAY_FAILURES.labels(self.service).inc()
                    log.warning("relay.failed", outbox=self.service, error=f"{type(error).__name__}: {error}"[:300])
                    sent = await self._rest(pause)
                    pause = min(pause * 2, 5.0)
                if sent < BATCH:
                    await self._rest_until_woken()
        finally:
            listening.cancel()

    async def _rest(self, seconds: float) -> int:
        """Rest after a failure; what waits is tried again at once then."""
        await asyncio.sleep(seconds)
        return BATCH

    async def _rest_until_woken(self) -> None:
        with contextlib.suppress(TimeoutError):
            # Not wait_for: on Python 3.11 it can swallow a cancellation that comes together with the event.
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        await asyncio.sleep(GATHER_SECONDS)

    async def _listen(self) -> None:
        """Wake on NOTIFY; a lost connection is opened again."""
        dsn = self.database.url.replace("postgresql+asyncpg://", "postgresql://")
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(dsn)
                try:
                    await connection.add_listener("outbox", lambda *_: self._wake.set())
                    self._wake.set()
                    while not connection.is_closed():
                        await asyncio.sleep(1)
                finally:
                    await connection.close(timeout=1)
            await asyncio.sleep(1)

    async def prune(self) -> None:
        """Forget events published long ago and inbox ids no broker can deliver again."""
        async with self.database.transaction() as session:
            await session.execute(delete(outbox).where(outbox.c.published_at < func.now() - KEEP_PUBLISHED))
            await session.execute(delete(inbox).where(inbox.c.received_at < func.now() - KEEP_INBOX))

    async def prune_for_ever(self) -> None:
        while True:
            await asyncio.sleep(3600)
            try:
                await self.prune()
            except Exception as error:
                log.warning("relay.prune_failed", outbox=self.service, error=str(error)[:200])


TRACE = re.compile(rb'"trace":"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"')


def trace_in(body: bytes) -> str | None:
    """The traceparent of an envelope, without reading all of it; a dead letter's bytes may be anything."""
    found = TRACE.search(body)
    return found[1].decode() if found else None


async def started_producer(settings: Settings) -> AIOKafkaProducer:
    """A producer connected to Kafka, however long that takes to come up."""
    while True:
        producer = make_producer(settings)
        try:
            await producer.start()
            return producer
        except (KafkaError, OSError) as error:
            log.warning("kafka.away", error=str(error)[:200])
            with contextlib.suppress(Exception):
                await producer.stop()
            await asyncio.sleep(1)


def stop_requested() -> asyncio.Event:
    """Set by SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def main(services: Sequence[ServiceName] = SERVICES) -> None:
    """Relay the outboxes of the given services until asked to stop."""
    settings = load_settings()
    databases = {name: Database(settings.database_url(name), pool_size=3) for name in services}
    checks = {f"database {name}": database.ping for name, database in databases.items()}
    async with answering("relay", settings, {**checks, "kafka": kafka_check(settings.kafka_bootstrap)}):
        stop = stop_requested()
        producer = await started_producer(settings)
        relays = [Relay(name, database, producer) for name, database in databases.items()]
        tasks = [asyncio.create_task(work()) for relay in relays for work in (relay.run, relay.prune_for_ever)]
        log.info("relay.ready", services=list(services))
        await stop.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await producer.stop()
        for database in databases.values():
            await database.close()
