"""Consuming events once: the event id and the event's effect commit in one transaction.

Repeats are dropped. An event that comes before what it needs (topics have no order among each other) is
parked and tried again. An event that can never work becomes a dead letter with its bytes, and the
partition moves on. While the database is away nothing is skipped: the batch waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from pydantic import ValidationError
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from contracts.envelope import Actor, Envelope, EventData
from contracts.registry import UnknownEventTypeError, read_data
from contracts.topics import ALL
from kit import telemetry
from kit.bus import Record
from kit.clock import Clock
from kit.db import Database, dead_letter, inbox, is_transient, outbox, parked_event
from kit.settings import Settings
from kit.unit import UnitOfWork, flush_together, shard_of

log = structlog.get_logger()
Handler = Callable[[UnitOfWork, Any, Envelope], Awaitable[None]]
BatchHandler = Callable[[UnitOfWork, Sequence[tuple[EventData, Envelope]]], Awaitable[None]]
CLAIM = text(
    """
    WITH claimed AS (
        INSERT INTO inbox (consumer, event_id) SELECT :consumer, event_id FROM unnest(CAST(:event_ids AS uuid[])) AS event_id
        ON CONFLICT DO NOTHING RETURNING event_id
    )
    SELECT event_id, NULL AS topic, NULL AS subject FROM claimed
    UNION ALL SELECT DISTINCT CAST(NULL AS uuid), topic, subject FROM parked_event
        WHERE consumer = :consumer AND subject = ANY(CAST(:subjects AS text[]))
    """
)
PARKED_ATTEMPTS = 600
PARKED_PAUSE_SECONDS = 0.5


class NotYet(Exception):
    """Raised by a handler when what the event needs has not arrived; the event is parked and tried again."""


@dataclass(frozen=True)
class _Read:
    record: Record
    envelope: Envelope
    data: EventData


class EventConsumer:
    """One service's reading of events: ``handlers`` by event class; types without a handler are passed over.

    A service that can deal with many events at once gives ``together``: it gets the new events of a batch that goes
    well; when it raises, the ``handlers`` get them one by one. A service whose handlers lock rows gives ``hold``, which
    locks in one order what the new events of a batch concern, so that two batches never wait for each other both ways.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        settings: Settings,
        handlers: Mapping[type[EventData], Handler],
        *,
        together: BatchHandler | None = None,
        hold: BatchHandler | None = None,
    ) -> None:
        self.name = name
        self.database = database
        self.settings = settings
        self.clock = Clock.from_settings(settings)
        self.handlers = {event_type.TYPE: handler for event_type, handler in handlers.items()}
        self.together = together
        self.hold = hold

    async def on_batch(self, records: Sequence[Record]) -> None:
        """Deal with a batch: together where all goes well, else one by one."""
        good: list[_Read] = []
        for record in records:
            try:
                envelope = Envelope.model_validate_json(record.value or b"")
                if envelope.type not in self.handlers and envelope.type.partition(".")[0] in {topic.name for topic in ALL}:
                    continue
                good.append(_Read(record, envelope, read_data(envelope)))
            except (ValidationError, UnknownEventTypeError) as error:
                await self._dead_letter(record, None, error)
        if not good:
            return
        try:
            await self._together(good)
        except Exception as error:
            if is_transient(error):
                raise
            for read in good:
                await self._alone(read)

    async def _together(self, reads: Sequence[_Read]) -> None:
        async with self.database.transaction() as session:
            new, held = await self._claim(session, [read.envelope for read in reads])
            fresh: list[_Read] = []
            for read in reads:
                if read.envelope.id not in new:
                    continue
                new.discard(read.envelope.id)
                if (read.record.topic, read.envelope.subject) in held:
                    raise NotYet("an earlier event of the same subject is parked")
                fresh.append(read)
            if self.hold is not None and fresh:
                await self.hold(self._unit(session, None), [(read.data, read.envelope) for read in fresh])
            if self.together is None:
                units = [await self._handle(session, read) for read in fresh]
            else:
                for read in fresh:
                    telemetry.step(read.envelope.trace, f"consume {read.envelope.type}")
                units = [self._unit(session, telemetry.traceparent())]
                await self.together(units[0], [(read.data, read.envelope) for read in fresh])
            await flush_together(session, units)

    async def _alone(self, read: _Read) -> None:
        try:
            async with self.database.transaction() as session:
                new, held = await self._claim(session, [read.envelope])
                if not new:
                    return
                if (read.record.topic, read.envelope.subject) in held:
                    raise NotYet("an earlier event of the same subject is parked")
                await (await self._handle(session, read)).flush()
        except NotYet as reason:
            await self._park(read, str(reason))
        except Exception as error:
            if is_transient(error):
                raise
            await self._dead_letter(read.record, read.envelope, error)

    async def _handle(self, session: Any, read: _Read) -> UnitOfWork:
        """Let the handler work; what its unit collected is left to be flushed."""
        with telemetry.following(read.envelope.trace, f"consume {read.envelope.type}"):
            unit = self._unit(session, telemetry.traceparent() or read.envelope.trace, read.envelope.began or read.envelope.time)
            await self.handlers[read.envelope.type](unit, read.data, read.envelope)
            return unit

    def _unit(self, session: Any, trace: str | None, began: datetime | None = None) -> UnitOfWork:
        return UnitOfWork(
            session,
            source=self.name,
            clock=self.clock,
            actor=Actor.system(self.name),
            topic_prefix=self.settings.topic_prefix,
            trace=trace,
            began=began,
        )

    async def _claim(self, session: Any, envelopes: Sequence[Envelope]) -> tuple[set[UUID], set[tuple[str, str]]]:
        """Which of these events are new here, and of which (topic, subject) an earlier event is parked.

        Order holds within a topic only: an event of another topic must pass, for it may be the one that is waited for.
        """
        given = {
            "consumer": self.name,
            # In one order, as another consumer may claim the same events after a rebalance.
            "event_ids": sorted({envelope.id for envelope in envelopes}),
            "subjects": [envelope.subject for envelope in envelopes],
        }
        rows = (await session.execute(CLAIM, given)).all()
        new = {row.event_id for row in rows if row.event_id is not None}
        return new, {(row.topic, row.subject) for row in rows if row.event_id is None}

    async def _park(self, read: _Read, reason: str) -> None:
        async with self.database.transaction() as session:
            await session.execute(
                insert(parked_event)
                .values(
                    consumer=self.name,
                    event_id=read.envelope.id,
                    topic=read.record.topic,
                    subject=read.envelope.subject,
                    body=read.record.value or b"",
                    reason=reason,
                )
                .on_conflict_do_nothing()
            )

    async def _dead_letter(self, record: Record, envelope: Envelope | None, error: Exception) -> None:
        """Keep the event's bytes and the reason, publish both on the dead-letter topic, and let the partition move on."""
        key = (record.key or b"").decode(errors="replace")
        text = f"{type(error).__name__}: {error}"[:4000]
        log.error(
            "event.dead_letter", consumer=self.name, topic=record.topic, partition=record.partition, offset=record.offset, error=text[:300]
        )
        async with self.database.transaction() as session:
            if envelope is not None:
                await self._claim(session, [envelope])
            stored = await session.execute(
                insert(dead_letter)
                .values(
                    consumer=self.name,
                    topic=record.topic,
                    partition=record.partition,
                    offset=record.offset,
                    key=key[:200],
                    body=record.value or b"",
                    error=text,
                )
                .on_conflict_do_nothing()
                .returning(dead_letter.c.id)
            )
            if stored.scalar_one_or_none() is None:
                return
            await session.execute(
                outbox.insert().values(
                    shard=shard_of(key),
                    event_id=uuid4(),
                    topic=f"{record.topic}.dlq",
                    key=key[:120],
                    body=record.value or b"",
                )
            )
        telemetry.DEAD_LETTERS.labels(consumer=self.name).inc()

    async def retry_parked(self) -> int:
        """Try the parked events again, oldest first; returns how many are left."""
        async with self.database.reading() as session:
            rows = (
                await session.execute(
                    select(parked_event).where(parked_event.c.consumer == self.name).order_by(parked_event.c.position).limit(500)
                )
            ).all()
        held: set[tuple[str, str]] = set()
        left = 0
        for row in rows:
            if (row.topic, row.subject) in held:
                left += 1
                continue
            envelope = Envelope.model_validate_json(row.body)
            record: Any = ConsumedAgain(row.topic, -1, row.position, row.subject.encode(), row.body)
            read = _Read(record, envelope, read_data(envelope))
            try:
                async with self.database.transaction() as session:
                    gone = await session.execute(
                        delete(parked_event).where(parked_event.c.position == row.position).returning(parked_event.c.position)
                    )
                    if gone.scalar_one_or_none() is not None and (await self._claim(session, [envelope]))[0]:
                        await (await self._handle(session, read)).flush()
            except NotYet as reason:
                held.add((row.topic, row.subject))
                left += 1
                await self._count_attempt(row, read, str(reason))
            except Exception as error:
                if is_transient(error):
                    raise
                await self._dead_letter(record, envelope, error)
                await self._forget(row.position)
        return left

    async def _count_attempt(self, row: Any, read: _Read, reason: str) -> None:
        if row.attempts + 1 >= PARKED_ATTEMPTS:
            await self._dead_letter(read.record, read.envelope, NotYet(f"waited in vain: {reason}"))
            await self._forget(row.position)
            return
        async with self.database.transaction() as session:
            await session.execute(
                update(parked_event)
                .where(parked_event.c.position == row.position)
                .values(attempts=parked_event.c.attempts + 1, reason=reason)
            )

    async def _forget(self, position: int) -> None:
        async with self.database.transaction() as session:
            await session.execute(delete(parked_event).where(parked_event.c.position == position))

    async def retry_parked_for_ever(self) -> None:
        """The background task beside the subscriber."""
        while True:
            try:
                await self.retry_parked()
            except Exception as error:
                log.warning("parked.retry_failed", consumer=self.name, error=str(error)[:300])
            await asyncio.sleep(PARKED_PAUSE_SECONDS)

    async def replay_dead_letter(self, letter_id: int) -> None:
        """Handle a dead letter once more, now that its cause is mended.

        Raises:
            LookupError: there is no such letter, or it was replayed already.
            Exception: whatever the handler raises; the letter then stays as it was.
        """
        async with self.database.transaction() as session:
            row = (
                await session.execute(
                    select(dead_letter).where(dead_letter.c.id == letter_id, dead_letter.c.replayed_at.is_(None)).with_for_update()
                )
            ).one_or_none()
            if row is None:
                raise LookupError(f"dead letter {letter_id} does not exist or was replayed already")
            envelope = Envelope.model_validate_json(row.body)
            record: Any = ConsumedAgain(row.topic, row.partition, row.offset, (row.key or "").encode(), row.body)
            await session.execute(insert(inbox).values(consumer=self.name, event_id=envelope.id).on_conflict_do_nothing())
            await (await self._handle(session, _Read(record, envelope, read_data(envelope)))).flush()
            await session.execute(update(dead_letter).where(dead_letter.c.id == letter_id).values(replayed_at=func.now()))


@dataclass(frozen=True)
class ConsumedAgain:
    """A stored event in the shape of a Kafka record."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
