"""The worker: polls Temporal for the workflows' tasks and carries them out. As many as wanted run side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import structlog
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from kit.bus import ensure_topics
from kit.http import kafka_check
from kit.http.beside import answering
from kit.relay import started_producer, stop_requested
from kit.settings import Settings, load_settings
from workflows import attributes, engine_metrics, releases
from workflows.activities import Activities
from workflows.annual_cycle import AnnualCycle
from workflows.appraisal_case import AppraisalCase
from workflows.bulk_deeds import BulkDeeds
from workflows.bulk_order import BulkOrder
from workflows.connection import connected, temporal_check
from workflows.objection import ObjectionCase, PinnedObjectionCase
from workflows.yearly_opening import YearlyOpening, YearlyProposal

log = structlog.get_logger()
WORKFLOWS: tuple[type[Any], ...] = (AnnualCycle, YearlyProposal, YearlyOpening, AppraisalCase, ObjectionCase, BulkOrder)
VERSIONED_WORKFLOWS: tuple[type[Any], ...] = (AnnualCycle, YearlyProposal, YearlyOpening, AppraisalCase, PinnedObjectionCase, BulkOrder)
"""What a worker that tells its build runs."""
PURE_MODULES = (
    "contracts",
    "pydantic",
    "pydantic_core",
    "workflows.bulk",
    "workflows.inputs",
    "workflows.life",
    "workflows.timing",
    "workflows.attributes",
    "workflows.way_back",
    "workflows.yearly",
)
"""Modules without clocks, randomness or I/O: the sandbox need not load them anew for each workflow."""


def sandbox() -> SandboxedWorkflowRunner:
    """The sandbox that keeps workflow code deterministic."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PURE_MODULES))


def make_worker(client: Client, settings: Settings, activities: Sequence[Any]) -> Worker:
    """A worker of all our workflows with the given activities."""
    return Worker(
        client,
        task_queue=settings.temporal_task_queue,
        workflows=VERSIONED_WORKFLOWS if settings.worker_build else WORKFLOWS,
        activities=activities,
        workflow_runner=sandbox(),
        max_cached_workflows=settings.worker_cached_workflows,
        max_concurrent_activities=50,
        max_concurrent_local_activities=200,
        graceful_shutdown_timeout=timedelta(seconds=8),
        deployment_config=releases.versioning(settings),
    )


async def main() -> None:
    """Work until asked to stop."""
    settings = load_settings()
    checks = {"kafka": kafka_check(settings.kafka_bootstrap), "temporal": temporal_check(settings)}
    async with answering("worker", settings, checks), engine_metrics.counted() as runtime:
        stop = stop_requested()
        client = await connected(settings, runtime)
        await attributes.make_known(client)
        producer = await started_producer(settings)
        await ensure_topics(settings)
        async with httpx.AsyncClient(timeout=30) as http:
            activities = Activities(settings, producer, http, client)
            async with make_worker(client, settings, [*activities.all(), *BulkDeeds(settings, http, client).all()]):
                log.info("worker.ready", task_queue=settings.temporal_task_queue)
                await stop.wait()
        await producer.stop()


__all__ = ["WORKFLOWS", "main", "make_worker", "sandbox"]
