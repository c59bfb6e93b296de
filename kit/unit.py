"""The unit of work: one transaction with what it publishes and records. The edge that opened it commits it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.envelope import Actor, Envelope, EventData
from contracts.topics import topic_of
from kit import audit
from kit.clock import Clock
from kit.db import OUTBOX_SHARDS

SEND = """
    INSERT INTO outbox (shard, event_id, topic, key, body)
    SELECT shard, event_id, topic, key, body FROM unnest(CAST(:shard AS smallint[]), CAST(:event_id AS uuid[]),
        CAST(:topic AS text[]), CAST(:key AS text[]), CAST(:body AS bytea[])) WITH ORDINALITY
        AS given(shard, event_id, topic, key, body, place) ORDER BY place
"""
"""Puts events into the outbox in their order; it wakes the relay once, not once a row."""
SEND_ONLY, RECORD_ONLY, SEND_AND_RECORD = text(SEND), text(audit.APPEND), text(f"WITH sent AS ({SEND}) {audit.APPEND}")


def shard_of(key: str) -> int:
    """The relay shard of a key: one key always has one shard, so its events keep their order."""
    return zlib.crc32(key.encode()) % OUTBOX_SHARDS


class UnitOfWork:
    """What a service function works with: the session, who acts, when, and where facts go.

    ``publish`` and ``record`` collect; ``flush`` writes them into the outbox and the audit trail inside the
    same transaction, so a fact is stored and published, or neither.
    """

    def __init__(
        self,
        session: AsyncSession,
        *,
        source: str,
        clock: Clock,
        actor: Actor,
        topic_prefix: str,
        trace: str | None = None,
        began: datetime | None = None,
    ) -> None:
        self.session = session
        self.source = source
        self.clock = clock
        self.actor = actor
        self.trace = trace
        self.began = began
        self.now: datetime = clock.now()
        self._topic_prefix = topic_prefix
        self._events: list[Envelope] = []
        self._entries: list[audit.AuditEntry] = []

    def publish(self, data: EventData, *, event_id: UUID | None = None, actor: Actor | None = None) -> UUID:
        """Publish an event once this transaction commits; returns its id."""
        envelope = Envelope.of(
            data,
            id=event_id or uuid4(),
            source=self.source,
            time=self.now,
            actor=actor or self.actor,
            trace=self.trace,
            began=self.began,
        )
        self._events.append(envelope)
        return envelope.id

    def record(self, subject: str, action: str, **detail: Any) -> None:
        """Add an entry to the subject's audit chain."""
        self._entries.append(audit.AuditEntry(subject, self.now, f"{self.actor.kind}:{self.actor.id}", action, detail))

    async def flush(self) -> None:
        """Write what was collected; called by the edge just before it commits."""
        await flush_together(self.session, [self])

    def take(self) -> tuple[list[Envelope], list[audit.AuditEntry]]:
        """What was collected, once."""
        taken = self._events, self._entries
        self._events, self._entries = [], []
        return taken

    def as_outbox_row(self, event: Envelope) -> dict[str, Any]:
        """The outbox row of an event."""
        return {
            "shard": shard_of(event.subject),
            "event_id": event.id,
            "topic": topic_of(event.type).full_name(self._topic_prefix),
            "key": event.subject,
            "body": event.to_bytes(),
        }


async def flush_together(session: AsyncSession, units: Sequence[UnitOfWork]) -> None:
    """Write what several units of one transaction collected, in their order and in one statement."""
    await session.flush()
    rows: list[dict[str, Any]] = []
    entries: list[audit.AuditEntry] = []
    for unit in units:
        events, recorded = unit.take()
        rows += [unit.as_outbox_row(event) for event in events]
        entries += recorded
    events_given = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    if rows and entries:
        await session.execute(SEND_AND_RECORD, {**events_given, **audit.as_parameters(entries)})
    elif rows:
        await session.execute(SEND_ONLY, events_given)
    elif entries:
        await session.execute(RECORD_ONLY, audit.as_parameters(entries))
