"""How much waits in a service's plumbing, asked of its database, and shown as metrics by every process that serves it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy import func, select

from kit import telemetry
from kit.db import Database, dead_letter, outbox, parked_event

log = structlog.get_logger()
MEASURE_SECONDS = 15.0
Measure = Callable[[Any], Awaitable[None]]
"""Sets a service's own gauges from its database (given a session)."""


class Plumbing(BaseModel):
    """How much waits in this service's plumbing, and how long the oldest has waited (seconds)."""

    outbox_pending: int
    outbox_oldest_seconds: float
    parked_events: int
    parked_oldest_seconds: float = 0.0
    dead_letters: int


async def plumbing_state(session: Any) -> Plumbing:
    """Counts of what waits."""

    def waiting(since: Any) -> Any:
        return select(func.count(), func.extract("epoch", func.now() - func.min(since)))

    pending, oldest = (await session.execute(waiting(outbox.c.created_at).where(outbox.c.published_at.is_(None)))).one()
    parked, parked_oldest = (await session.execute(waiting(parked_event.c.parked_at))).one()
    dead = (await session.execute(select(func.count()).where(dead_letter.c.replayed_at.is_(None)))).scalar_one()
    return Plumbing(
        outbox_pending=pending,
        outbox_oldest_seconds=float(oldest or 0),
        parked_events=parked,
        parked_oldest_seconds=float(parked_oldest or 0),
        dead_letters=dead,
    )


async def measure(service: str, database: Database, own: Measure | None = None) -> None:
    """Set the gauges once: those of the plumbing, and the service's own."""
    async with database.transaction() as session:
        state = await plumbing_state(session)
        if own is not None:
            await own(session)
    telemetry.OUTBOX_PENDING.labels(service).set(state.outbox_pending)
    telemetry.OUTBOX_AGE.labels(service).set(state.outbox_oldest_seconds)
    telemetry.PARKED.labels(service).set(state.parked_events)
    telemetry.PARKED_AGE.labels(service).set(state.parked_oldest_seconds)
    telemetry.DEAD_LETTERS_WAITING.labels(service).set(state.dead_letters)


async def measure_for_ever(service: str, database: Database, own: Measure | None = None) -> None:
    """The background task beside a service. Replicas of a service show the same numbers: take their maximum, not their sum."""
    while True:
        try:
            await measure(service, database, own)
        except Exception as error:
            # The readiness check says what is down; stale numbers are told by the age of this one.
            log.warning("measure.failed", error=f"{type(error).__name__}: {error}"[:200])
        else:
            telemetry.MEASURED_AT.labels(service).set_to_current_time()
        await asyncio.sleep(MEASURE_SECONDS)
