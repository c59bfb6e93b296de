"""What the worker measures of workflow code, on a real Temporal server."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from prometheus_client import REGISTRY
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from kit.settings import Settings
from workflows import engine_metrics
from workflows.connection import connect, temporal_check


@workflow.defn(name="Stumbles")
class Stumbles:
    """Workflow code with a mistake: its task fails and is tried again without end."""

    @workflow.run
    async def run(self) -> None:
        raise KeyError("a mistake")


async def test_workflow_code_that_fails_is_counted_by_its_type(settings: Settings, temporal_address: str) -> None:
    settings = settings.model_copy(update={"temporal_address": temporal_address})
    queue = f"stumbles-{uuid4().hex[:8]}"
    async with engine_metrics.counted() as runtime:
        client = await connect(settings, runtime=runtime)
        async with Worker(client, task_queue=queue, workflows=[Stumbles], workflow_runner=UnsandboxedWorkflowRunner()):
            handle = await client.start_workflow("Stumbles", id=queue, task_queue=queue)
            async with asyncio.timeout(30):
                while not REGISTRY.get_sample_value("siklus_workflow_task_failures_total", {"workflow_type": "Stumbles"}):
                    await asyncio.sleep(0.2)
            assert REGISTRY.get_sample_value("siklus_worker_slots_free", {"kind": "WorkflowWorker"})
            await handle.terminate()


async def test_the_readiness_check_asks_the_server_for_the_namespace(settings: Settings, temporal_address: str) -> None:
    await temporal_check(settings.model_copy(update={"temporal_address": temporal_address}))()
