"""Consuming events: once each, in order, nothing lost, poison set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from contracts.cycle import CaseClosed
from kit.db import Database, dead_letter, outbox, parked_event
from kit.inbox import ConsumedAgain, EventConsumer, NotYet
from kit.settings import Settings
from kit.unit import UnitOfWork
from tests.kit.conftest import closed, record


class Listener:
    """A handler that remembers, and can be told to stumble."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.stumble: Callable[[CaseClosed], Exception | None] = lambda _: None

    async def __call__(self, unit: UnitOfWork, data: CaseClosed, _: Any) -> None:
        error = self.stumble(data)
        if error is not None:
            raise error
        self.seen.append(data.reason)
        unit.record(data.case_id, "closed", reason=data.reason)
        unit.publish(data)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def consumer(database: Database, settings: Settings, listener: Listener) -> EventConsumer:
    return EventConsumer("test", database, settings, {CaseClosed: listener})


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.transaction() as session:
        return list((await session.execute(select(table))).all())


async def test_a_repeated_event_has_its_effect_once(
    consumer: EventConsumer, listener: Listener, settings: Settings, database: Database
) -> None:
    event_id = uuid4()
    one = record(closed(reason="a"), settings, event_id=event_id)
    await consumer.on_batch([one, one])
    await consumer.on_batch([one])
    assert listener.seen == ["a"]
    assert len(await rows(database, outbox)) == 1


async def test_an_event_type_nobody_here_handles_is_passed_over(database: Database, settings: Settings) -> None:
    await EventConsumer("deaf", database, settings, {}).on_batch([record(closed(), settings)])
    assert await rows(database, dead_letter) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [(b"not json", "Invalid JSON"), (b"{}", "specversion"), (b'{"specversion":"1.0"}', "subject")],
)
async def test_a_broken_event_becomes_a_dead_letter_and_the_next_good_one_works(
    consumer: EventConsumer, listener: Listener, settings: Settings, database: Database, body: bytes, named: str
) -> None:
    topic = f"{settings.topic_prefix}.cycle"
    broken: Any = ConsumedAgain(topic, 0, 7, b"k", body)
    await consumer.on_batch([broken, record(closed(reason="good"), settings, offset=8)])
    [letter] = await rows(database, dead_letter)
    assert (letter.topic, letter.partition, letter.offset, letter.body) == (topic, 0, 7, body)
    assert named in letter.error or "Field required" in letter.error
    assert listener.seen == ["good"]
    assert f"{topic}.dlq" in [row.topic for row in await rows(database, outbox)]


async def test_an_event_of_an_unknown_type_becomes_a_dead_letter(consumer: EventConsumer, settings: Settings, database: Database) -> None:
    good = record(closed(), settings)
    strange: Any = ConsumedAgain(good.topic, 0, 1, good.key, good.value.replace(b"cycle.case_closed", b"gossip.heard"))
    await consumer.on_batch([strange])
    [letter] = await rows(database, dead_letter)
    assert "gossip.heard" in letter.error


async def test_a_handler_that_fails_dead_letters_its_event_alone(
    consumer: EventConsumer, listener: Listener, settings: Settings, database: Database
) -> None:
    listener.stumble = lambda data: ValueError("cannot") if data.reason == "bad" else None
    await consumer.on_batch([record(closed("c.p-1", "bad"), settings, offset=1), record(closed("c.p-2", "good"), settings, offset=2)])
    assert listener.seen == ["good"]
    [letter] = await rows(database, dead_letter)
    assert "ValueError: cannot" in letter.error


async def test_a_dead_letter_can_be_replayed_once_its_cause_is_mended(
    consumer: EventConsumer, listener: Listener, settings: Settings, database: Database
) -> None:
    listener.stumble = lambda _: ValueError("cannot")
    await consumer.on_batch([record(closed(reason="late"), settings)])
    [letter] = await rows(database, dead_letter)
    with pytest.raises(ValueError, match="cannot"):
        await consumer.replay_dead_letter(letter.id)
    listener.stumble = lambda _: None
    await consumer.replay_dead_letter(letter.id)
    assert listener.seen == ["late"]
    with pytest.raises(LookupError):
        await consumer.replay_dead_letter(letter.id)


async def test_an_event_that_comes_too_early_waits_and_keeps_its_subjects_order(
    consumer: EventConsumer, listener: Listener, settings: Settings, database: Database
) -> None:
    ready = False
    listener.stumble = lambda data: NotYet("the case is unknown") if data.case_id == "c.p-1" and not ready else None
    first, second = record(closed(reason="1"), settings, offset=1), record(closed(reason="2"), settings, offset=2)
    await consumer.on_batch([first, second, record(closed("c.p-2", "other"), settings, offset=3)])
    assert listener.seen == ["other"]
    assert len(await rows(database, parked_event)) == 2
    ready = True
    third = record(closed(reason="3"), settings, offset=4)
    await consumer.on_batch([third])
    assert listener.seen == ["other"], "an event does not overtake the parked ones of its case"
    assert await consumer.retry_parked() == 0
    assert listener.seen == ["other", "1", "2", "3"]


async def test_while_the_database_is_away_nothing_is_skipped_or_dead_lettered(
    consumer: EventConsumer, listener: Listener, settings: Settings, database: Database
) -> None:
    away = True
    listener.stumble = lambda _: OperationalError("select 1", {}, Exception("connection refused")) if away else None
    batch = [record(closed(reason="kept"), settings)]
    with pytest.raises(OperationalError):
        await consumer.on_batch(batch)
    assert await rows(database, dead_letter) == []
    away = False
    await consumer.on_batch(batch)
    assert listener.seen == ["kept"]
