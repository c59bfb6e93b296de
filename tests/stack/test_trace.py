"""One trace id from a supervisor's click in the portal through HTTP, outbox, Kafka and the workflow to the delivered message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from contracts import topics
from contracts.cycle import Calendar, ClockSetting, Phase, PhaseWindow
from kit.bus import ensure_topics, make_broker, make_producer, running, subscribe
from kit.clock import CITY_ZONE, Clock
from kit.relay import Relay
from kit.settings import Settings
from tests.notification.town import Post
from tests.portal.city import City
from tests.portal.test_actions import Matter
from workflows import attributes
from workflows.activities import Activities
from workflows.bridge import Bridge
from workflows.connection import connect
from workflows.inputs import CaseInput
from workflows.worker import make_worker

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
SPEED = 120
"""The quarter of an hour a message gathers others passes in some seconds."""


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    """Where this process's spans are exported to."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    made = Post()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def real_settings(settings: Settings, kafka_bootstrap: str, temporal_address: str, post: Post) -> Settings:
    now = datetime.now(UTC)
    changes = {
        "kafka_bootstrap": kafka_bootstrap,
        "temporal_address": temporal_address,
        "temporal_task_queue": f"queue-{settings.topic_prefix}",
        "smtp_port": post.port,
        "clock_real_origin": now,
        "clock_calendar_origin": now.astimezone(CITY_ZONE).replace(hour=9, minute=0),
        "clock_speed": SPEED,
    }
    return settings.model_copy(update=changes)


@pytest.fixture
async def matter(real_settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[Matter]:
    """A plan that waits for its supervisor."""
    city = City(real_settings, make_database)
    made = Matter(city)
    await made.open()
    yield made
    for visitor in city.visitors:
        await visitor.close()


def opened_yesterday(calendar: Calendar) -> Calendar:
    """The same calendar with nothing left to wait for: what a timer opens later is no part of the click's trace."""
    day = timedelta(days=1)
    windows = {name: window for name, window in calendar if isinstance(window, PhaseWindow)}
    return calendar.model_copy(
        update={name: window.model_copy(update={"opens_at": window.opens_at - day}) for name, window in windows.items()}
    )


async def start_case(matter: Matter) -> None:
    """The case's workflow, as its enrolment would start it."""
    settings = matter.city.settings
    calendar = opened_yesterday(matter.city.definition.calendar)
    clock = Clock.from_settings(settings)
    client = await connect(settings)
    await attributes.make_known(client)
    person = await matter.city.person(matter.employee["person_id"])
    case = CaseInput(
        cycle_id=matter.city.definition.cycle_id,
        case_id=matter.case,
        person_id=person["person_id"],
        unit_id=person["unit_id"],
        calendar=calendar,
        policies=matter.city.definition.policies,
        clock=ClockSetting(real_origin=clock.real_origin, calendar_origin=clock.calendar_origin, speed=clock.speed),
        opened_at=clock.now(),
        due_at=clock.now() + timedelta(days=5),
    )
    await client.start_workflow(
        "AppraisalCase",
        case,
        id=f"case-{case.case_id}",
        task_queue=settings.temporal_task_queue,
        search_attributes=attributes.of_case(case.cycle_id, case.unit_id, Phase.TARGET_SETTING, case.due_at),
    )


async def at_work(stack: AsyncExitStack, matter: Matter) -> None:
    """Relay, bridge, worker, and the services with their consumers and senders."""
    settings = matter.city.settings
    await ensure_topics(settings)
    producer = make_producer(settings)
    await producer.start()
    stack.push_async_callback(producer.stop)
    client = await connect(settings)
    http = await stack.enter_async_context(httpx.AsyncClient())
    await stack.enter_async_context(make_worker(client, settings, Activities(settings, producer, http, client).all()))
    bridge, broker = Bridge(settings, client, producer), make_broker(settings)
    read = (topics.APPRAISAL, topics.SUPERVISION, topics.PERSONNEL)
    subscribe(broker, settings, group="bridge", topics=read, on_batch=bridge.on_batch)
    await stack.enter_async_context(running(broker))
    for app in matter.city.apps.values():
        await stack.enter_async_context(app.router.lifespan_context(app))
    relays = [Relay(name, matter.city.consumer(name).database, producer) for name in matter.city.apps]
    tasks = [asyncio.create_task(relay.run()) for relay in relays]

    async def stop() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    stack.push_async_callback(stop)


async def test_one_trace_leads_from_a_supervisors_click_through_kafka_and_the_workflow_to_the_delivered_message(
    matter: Matter, spans: InMemorySpanExporter, post: Post
) -> None:
    await start_case(matter)
    supervisor = matter.city.visitor(await matter.city.person(matter.supervisor))
    async with AsyncExitStack() as stack:
        await at_work(stack, matter)
        await supervisor.open(f"/cases/{matter.case}")
        spans.clear()
        click = f"/cases/{matter.case}/plan-decision"
        answer = await supervisor.send(click, {"decision": "approve"})
        assert answer.is_success, answer.text[:500]
        clicked = answer.history[0].headers["traceparent"].split("-")[1]
        wanted = {
            f"POST {click}",
            "relay supervision",
            "signal supervision.plan_approved",
            "publish cycle.phase_opened",
            "consume cycle.phase_opened",
            "consume supervision.task_opened",
            "deliver email",
        }
        async with asyncio.timeout(120):
            while not wanted <= names_in(spans, clicked):
                await asyncio.sleep(0.3)
    rows = await message_rows(matter)
    told = [row for row in rows if row.trace and row.trace.split("-")[1] == clicked]
    assert {"inbox", "email"} <= {row.channel for row in told if row.state == "delivered"}
    assert [mail["Message-ID"] for mail in post.mails if any(str(row.message_id) in mail["Message-ID"] for row in told)]


def of(spans: InMemorySpanExporter, trace_id: str) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.context and f"{span.context.trace_id:032x}" == trace_id]


def names_in(spans: InMemorySpanExporter, trace_id: str) -> set[str]:
    return {span.name for span in of(spans, trace_id)}


async def message_rows(matter: Matter) -> list[Any]:
    async with matter.city.consumer("notification").database.transaction() as session:
        return list((await session.execute(text("SELECT message_id, channel, state, trace FROM message"))).all())
