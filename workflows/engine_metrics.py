"""What the Temporal client library measures of itself, as Prometheus metrics beside our own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

from prometheus_client import Counter, Gauge, Histogram
from temporalio.runtime import BufferedMetricUpdate, MetricBuffer, MetricBufferDurationFormat, Runtime, TelemetryConfig

BUFFER = 100_000
DRAIN_SECONDS = 1.0
SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60)

WORKFLOW_TASK_FAILURES = Counter("siklus_workflow_task_failures_total", "Workflow tasks that failed in workflow code", ["workflow_type"])
ACTIVITY_FAILURES = Counter("siklus_activity_failures_total", "Attempts of activities that failed", ["activity_type"])
WORKFLOWS_FAILED = Counter("siklus_workflows_failed_total", "Workflows that ended in failure", ["workflow_type"])
TASK_WAIT = Histogram("siklus_workflow_task_wait_seconds", "Time a workflow task waits for a worker", buckets=SECONDS)
SLOTS_FREE = Gauge("siklus_worker_slots_free", "Tasks of a kind the worker could take on now", ["kind"])
CACHED = Gauge("siklus_worker_cached_workflows", "Workflows the worker keeps in memory")


def take(updates: Iterable[BufferedMetricUpdate]) -> None:
    """Set our metrics by what the library measured; the rest of it is left out."""
    for update in updates:
        told = update.attributes
        match update.metric.name.removeprefix("temporal_"):
            case "workflow_task_execution_failed":
                WORKFLOW_TASK_FAILURES.labels(str(told.get("workflow_type", ""))).inc(update.value)
            case "activity_execution_failed" | "local_activity_execution_failed":
                ACTIVITY_FAILURES.labels(str(told.get("activity_type", ""))).inc(update.value)
            case "workflow_failed":
                WORKFLOWS_FAILED.labels(str(told.get("workflow_type", ""))).inc(update.value)
            case "workflow_task_schedule_to_start_latency":
                TASK_WAIT.observe(update.value)
            case "worker_task_slots_available":
                SLOTS_FREE.labels(str(told.get("worker_type", ""))).set(update.value)
            case "sticky_cache_size":
                CACHED.set(update.value)
            case _:
                pass


@contextlib.asynccontextmanager
async def counted() -> AsyncIterator[Runtime]:
    """A runtime for the worker's client whose measurements are taken while the block runs."""
    buffer = MetricBuffer(BUFFER, duration_format=MetricBufferDurationFormat.SECONDS)
    runtime = Runtime(telemetry=TelemetryConfig(metrics=buffer))

    async def drain() -> None:
        while True:
            take(buffer.retrieve_updates())
            await asyncio.sleep(DRAIN_SECONDS)

    draining = asyncio.create_task(drain())
    try:
        yield runtime
    finally:
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
