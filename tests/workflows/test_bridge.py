"""The bridge on a real Temporal server and a real broker: duplicates, reordering between cases, poison, and an outage."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from temporalio.client import Client
from temporalio.service import RPCError

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.cycle import ClockSetting, Phase, Policies
from contracts.envelope import Actor, Envelope, EventData
from contracts.supervision import CheckInsCompleted, PlanApproved
from kit.bus import ensure_topics, make_producer
from kit.inbox import ConsumedAgain
from kit.settings import Settings
from tests.workflows.year import acknowledged, calendar_from, scored, session_held
from workflows import attributes
from workflows.activities import Activities
from workflows.bridge import Bridge
from workflows.bridge_letters import BridgeLetters
from workflows.connection import connect
from workflows.inputs import CaseInput, CaseView
from workflows.worker import make_worker

CASES = 12


@pytest.fixture
def city_settings(settings: Settings, kafka_bootstrap: str, temporal_address: str) -> Settings:
    return settings.model_copy(
        update={
            "kafka_bootstrap": kafka_bootstrap,
            "temporal_address": temporal_address,
            "temporal_task_queue": f"queue-{settings.topic_prefix}",
        }
    )


@pytest.fixture
async def producer(city_settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    await ensure_topics(city_settings)
    producer = make_producer(city_settings)
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture
async def temporal(city_settings: Settings) -> Client:
    return await connect(city_settings)


@pytest.fixture
async def bridge(city_settings: Settings, temporal: Client, producer: AIOKafkaProducer) -> AsyncIterator[Bridge]:
    """A bridge beside a worker that publishes to Kafka."""
    async with httpx.AsyncClient() as http:
        activities = Activities(city_settings, producer, http, temporal)
        async with make_worker(temporal, city_settings, activities.all()):
            yield Bridge(city_settings, temporal, producer)


async def open_cases(temporal: Client, settings: Settings, count: int) -> list[str]:
    start = datetime.now(UTC)
    calendar = calendar_from(start, all_open=True)
    cycle = settings.topic_prefix
    cases = [f"{cycle}.p-{number:012x}" for number in range(count)]
    for case_id in cases:
        case = CaseInput(
            cycle_id=cycle,
            case_id=case_id,
            person_id=case_id.partition(".")[2],
            unit_id="dinas-kesehatan",
            calendar=calendar,
            policies=Policies(),
            clock=ClockSetting(real_origin=start, calendar_origin=start),
            opened_at=start,
            due_at=calendar.target_setting.due_at,
        )
        await temporal.start_workflow(
            "AppraisalCase",
            case,
            id=f"case-{case_id}",
            task_queue=settings.temporal_task_queue,
            search_attributes=attributes.of_case(cycle, case.unit_id, Phase.TARGET_SETTING, case.due_at),
        )
    return cases


def record(data: EventData, offset: int = 0, topic: str = "t.supervision") -> Any:
    envelope = Envelope.of(data, id=uuid4(), source="test", time=datetime.now(UTC), actor=Actor.system("test"))
    return ConsumedAgain(topic, 0, offset, envelope.subject.encode(), envelope.to_bytes())


def the_year_of(case_id: str) -> list[Any]:
    ids = {"cycle_id": case_id.partition(".")[0], "case_id": case_id}
    facts: list[EventData] = [
        PlanApproved(**ids, plan_version=1, approved_by="p-boss"),
        CheckInsCompleted(**ids, count=2),
        SelfAssessmentSubmitted(**ids, person_id="p-1"),
        scored().model_copy(update=ids),
        session_held(datetime.now(UTC)).model_copy(update=ids),
        acknowledged().model_copy(update=ids),
    ]
    return [record(fact) for fact in facts]


@pytest.mark.parametrize("seed", range(3))
async def test_duplicated_and_between_cases_reordered_events_end_every_case_the_same(
    bridge: Bridge, temporal: Client, city_settings: Settings, seed: int
) -> None:
    shuffle = random.Random(seed)
    cases = await open_cases(temporal, city_settings, CASES)
    waiting = [the_year_of(case_id) for case_id in cases]
    delivered: list[Any] = []
    while any(waiting):
        line = shuffle.choice([events for events in waiting if events])
        event = line.pop(0)
        delivered += [event] * shuffle.choice([1, 1, 2])
        if shuffle.random() < 0.2:
            delivered.append(shuffle.choice(delivered))
    while delivered:
        size = shuffle.randint(1, 15)
        await bridge.on_batch(delivered[:size])
        delivered = delivered[size:]
    outcomes = [await temporal.get_workflow_handle(f"case-{case_id}").result() for case_id in cases]
    assert outcomes == ["acknowledged"] * CASES


async def test_what_cases_publish_reaches_kafka_once_and_in_order(
    bridge: Bridge, temporal: Client, city_settings: Settings, kafka_bootstrap: str
) -> None:
    [case_id] = await open_cases(temporal, city_settings, 1)
    await bridge.on_batch(the_year_of(case_id))
    await temporal.get_workflow_handle(f"case-{case_id}").result()
    types = [envelope.type + str(envelope.data.get("phase", "")) for envelope in await read_all(city_settings, "cycle", 5)]
    assert types == [
        "cycle.phase_openedmonitoring",
        "cycle.phase_openedself_assessment",
        "cycle.phase_openedsupervisor_review",
        "cycle.phase_openedfeedback_session",
        "cycle.case_closed",
    ]


async def test_an_event_about_a_case_that_has_ended_changes_nothing(bridge: Bridge, temporal: Client, city_settings: Settings) -> None:
    [case_id] = await open_cases(temporal, city_settings, 1)
    year = the_year_of(case_id)
    await bridge.on_batch(year)
    await temporal.get_workflow_handle(f"case-{case_id}").result()
    await bridge.on_batch(year[-1:])
    assert await dead_letters(city_settings) == []


async def test_poison_is_dead_lettered_with_its_reason_and_the_next_good_event_works(
    bridge: Bridge, temporal: Client, city_settings: Settings
) -> None:
    [case_id] = await open_cases(temporal, city_settings, 1)
    topic = f"{city_settings.topic_prefix}.supervision"
    poison: Any = ConsumedAgain(topic, 2, 41, b"k", b"\xff not an event")
    nobody = record(PlanApproved(cycle_id="none", case_id="none.p-0", plan_version=1, approved_by="p"), 42, topic)
    await bridge.on_batch([poison, nobody, the_year_of(case_id)[0]])
    letters = await dead_letters(city_settings)
    assert [(letter["offset"], letter["consumer"]) for letter in letters] == [(41, "bridge"), (42, "bridge")]
    assert "there is no workflow case-none.p-0" in letters[1]["error"]
    async with asyncio.timeout(10):
        while (await view(temporal, case_id)).phase is not Phase.MONITORING:
            await asyncio.sleep(0.05)


async def test_dead_letters_are_handed_on_once_the_cause_is_mended_and_the_rest_is_set_aside(
    bridge: Bridge, temporal: Client, city_settings: Settings
) -> None:
    topic = f"{city_settings.topic_prefix}.supervision"
    late = f"{city_settings.topic_prefix}.p-000000000000"
    poison: Any = ConsumedAgain(topic, 2, 41, b"k", b"\xff not an event")
    await bridge.on_batch([poison, record(the_plan(late), 42, topic)])
    letters = BridgeLetters(city_settings)
    assert [(letter.offset, letter.key) for letter in await letters.waiting()] == [(41, "k"), (42, late)]
    assert [letter.offset for letter in await letters.waiting()] == [41, 42], "looking deals with nothing"
    assert await open_cases(temporal, city_settings, 1) == [late]
    assert await letters.replay(temporal, 100) == (1, 1)
    async with asyncio.timeout(10):
        while (await view(temporal, late)).phase is not Phase.MONITORING:
            await asyncio.sleep(0.05)
    [left] = await letters.waiting()
    assert (left.topic, left.offset) == (topic, 41)
    assert await letters.set_aside(100) == 1
    assert await letters.waiting() == []


def the_plan(case_id: str) -> PlanApproved:
    return PlanApproved(cycle_id=case_id.partition(".")[0], case_id=case_id, plan_version=1, approved_by="p")


async def test_while_temporal_is_away_the_batch_is_not_passed_over(city_settings: Settings, producer: AIOKafkaProducer) -> None:
    nowhere = await connect(city_settings.model_copy(update={"temporal_address": "127.0.0.1:1"}), lazy=True)
    with pytest.raises((RPCError, RuntimeError)):
        async with asyncio.timeout(60):
            await Bridge(city_settings, nowhere, producer).on_batch(the_year_of("c.p-1")[:1])
    assert await dead_letters(city_settings) == []


async def view(temporal: Client, case_id: str) -> CaseView:
    found: CaseView = await temporal.get_workflow_handle(f"case-{case_id}").query("view", result_type=CaseView)
    return found


async def dead_letters(settings: Settings) -> list[dict[str, Any]]:
    headers = [dict(record.headers) for record in await records_of(settings, "supervision.dlq")]
    return [json.loads(header["siklus-dead-letter"]) for header in headers]


async def read_all(settings: Settings, topic: str, count: int) -> list[Envelope]:
    async with asyncio.timeout(20):
        while len(found := await records_of(settings, topic)) < count:
            await asyncio.sleep(0.1)
    return [Envelope.model_validate_json(record.value) for record in found]


async def records_of(settings: Settings, topic: str) -> list[Any]:
    """All records of a topic now, partition by partition."""
    consumer: Any = AIOKafkaConsumer(
        f"{settings.topic_prefix}.{topic}", bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[Any] = []
        while sum(ends.values()) > len(found):
            for batch in (await consumer.getmany(timeout_ms=300)).values():
                found += batch
        return sorted(found, key=lambda record: (record.partition, record.offset))
    finally:
        await consumer.stop()
