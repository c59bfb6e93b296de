"""A stage per test: its own time-skipping server and worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from tests.workflows.year import Diary, Stage
from workflows.attributes import make_known
from workflows.worker import WORKFLOWS, sandbox


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
