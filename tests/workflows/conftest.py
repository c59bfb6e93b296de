"""A stage per test: its own time-skipping server and worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from kit.auth import TokenSigner
from kit.bus import ensure_topics, make_producer
from kit.settings import Settings
from services.appraisal.app import create_app as create_appraisal
from tests.conftest import TokenFor
from tests.workflows.city import PEOPLE, import_people
from tests.workflows.year import Diary, Stage
from workflows.activities import Activities
from workflows.attributes import make_known
from workflows.connection import connect
from workflows.control import create_app as create_control
from workflows.desk import Desk
from workflows.worker import WORKFLOWS, make_worker, sandbox


@pytest.fixture
async def stage(temporal_test_server: str) -> AsyncIterator[Stage]:
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_test_server, data_converter=pydantic_data_converter
    )
    async with environment:
        await make_known(environment.client)
        async with staged(environment) as stage:
            yield stage


@pytest.fixture
async def plain_stage(temporal_address: str) -> AsyncIterator[Stage]:
    """A stage on the development server, in real time."""
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    async with staged(WorkflowEnvironment.from_client(client)) as stage:
        yield stage


@asynccontextmanager
async def staged(environment: WorkflowEnvironment) -> AsyncIterator[Stage]:
    diary, task_queue = Diary(), f"year-{uuid4().hex[:8]}"
    async with Worker(
        environment.client, task_queue=task_queue, workflows=WORKFLOWS, activities=[diary.publish], workflow_runner=sandbox()
    ):
        yield Stage(environment, task_queue, diary)


@pytest.fixture
def city_settings(settings: Settings, make_database: Callable[[str], str], kafka_bootstrap: str, temporal_address: str) -> Settings:
    return settings.model_copy(
        update={
            "appraisal_database_url": make_database("appraisal"),
            "kafka_bootstrap": kafka_bootstrap,
            "temporal_address": temporal_address,
            "temporal_task_queue": f"queue-{settings.topic_prefix}",
        }
    )


@pytest.fixture
def desk_settings(settings: Settings, make_database: Callable[[str], str], temporal_address: str) -> Settings:
    """For a control desk with supervision beside it, and no broker."""
    return settings.model_copy(
        update={
            "supervision_database_url": make_database("supervision"),
            "temporal_address": temporal_address,
            "temporal_task_queue": f"queue-{settings.topic_prefix}",
        }
    )


@pytest.fixture
async def appraisal(city_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The appraisal service with its roster imported; signed in as one of the system's processes."""
    token = TokenSigner(city_settings).service_token("test")
    transport = httpx.ASGITransport(create_appraisal(city_settings))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url=city_settings.appraisal_url, headers=headers) as client:
        await import_people(client, PEOPLE)
        yield client


@pytest.fixture
async def producer(city_settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    await ensure_topics(city_settings)
    producer = make_producer(city_settings)
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture
async def temporal(city_settings: Settings, appraisal: httpx.AsyncClient, producer: AIOKafkaProducer) -> AsyncIterator[Client]:
    """Temporal with a worker of ours."""
    client = await connect(city_settings)
    activities = Activities(city_settings, producer, appraisal, client)
    async with make_worker(client, city_settings, activities.all()):
        yield client


@pytest.fixture
async def control(
    city_settings: Settings, temporal: Client, appraisal: httpx.AsyncClient, token_for: TokenFor
) -> AsyncIterator[httpx.AsyncClient]:
    """The control desk, signed in as HR."""
    app = create_control(city_settings)
    app.state.desk, app.state.http = Desk(city_settings, temporal), appraisal
    headers = {"Authorization": f"Bearer {token_for('p-00000000000a', 'employee', 'hr')}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://control", headers=headers) as client:
        yield client
