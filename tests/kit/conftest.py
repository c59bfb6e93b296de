"""A consumer with its own database, and records as Kafka hands them over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.cycle import CaseClosed
from contracts.envelope import Actor, Envelope, EventData
from kit.clock import Clock
from kit.db import Database
from kit.inbox import ConsumedAgain
from kit.settings import Settings
from kit.unit import UnitOfWork


@pytest.fixture
async def database(make_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(make_database("kit"), pool_size=5)
    yield database
    await database.close()


@pytest.fixture
def unit_in(settings: Settings) -> Callable[[Any], UnitOfWork]:
    def make(session: Any) -> UnitOfWork:
        clock = Clock.from_settings(settings)
        return UnitOfWork(session, source="kit", clock=clock, actor=Actor.person("p-1"), topic_prefix=settings.topic_prefix)

    return make


def closed(case_id: str = "c.p-1", reason: str = "") -> CaseClosed:
    return CaseClosed(cycle_id="c", case_id=case_id, outcome="cancelled", reason=reason)


def record(data: EventData, settings: Settings, *, event_id: UUID | None = None, offset: int = 0) -> Any:
    """An event as a Kafka record."""
    clock = Clock.from_settings(settings)
    envelope = Envelope.of(data, id=event_id or uuid4(), source="test", time=clock.now(), actor=Actor.system("test"))
    return ConsumedAgain(f"{settings.topic_prefix}.cycle", 0, offset, envelope.subject.encode(), envelope.to_bytes())
