"""Time lives in durable timers: no worker keeps any, so none is missed where all are away, and none doubled where many are there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from contracts.cycle import ClockSetting, DeadlineApproaching, DeadlinePassed, Phase, PhaseOpened
from contracts.supervision import PlanApproved
from contracts.working_days import CITY_ZONE
from tests.workflows.year import IDS, Diary, Stage
from workflows.worker import WORKFLOWS, sandbox

pytestmark = pytest.mark.xdist_group("releases")
"""One worker of the tests: Temporal is one for all, and every test here walks the same case."""
REPLICAS = 3
DAYS_A_SECOND = 2
FIRST_REMINDER, DUE = 23, 30
"""Days after the opening of the plan's phase; the next phase opens when the plan is due."""


@pytest.fixture
async def quick_stage(temporal_address: str) -> AsyncIterator[Stage]:
    """A stage without a worker on the development server; its calendar runs two days a second from ten in the morning."""
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    stage = Stage(WorkflowEnvironment.from_client(client), f"away-{uuid4().hex[:8]}", Diary())
    real = datetime.now(UTC)
    morning = real.astimezone(CITY_ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
    stage.clock = ClockSetting(real_origin=real, calendar_origin=morning, speed=DAYS_A_SECOND * 86_400.0)
    yield stage
    await stage.handle.terminate("the test is over")


async def worker(stage: Stage) -> Worker:
    """One of the stage's workers, with a connection of its own as a process has."""
    service = stage.environment.client.service_client
    return Worker(
        await Client.connect(service.config.target_host, data_converter=pydantic_data_converter),
        task_queue=stage.task_queue,
        workflows=WORKFLOWS,
        activities=[stage.diary.publish],
        workflow_runner=sandbox(),
    )


async def until_day(stage: Stage, opened_at: datetime, day: float) -> None:
    """Let the calendar run; nothing of the workflow's is asked."""
    assert stage.clock is not None
    await asyncio.sleep((stage.clock.real(opened_at + timedelta(days=day)) - datetime.now(UTC)).total_seconds())


async def test_time_lives_in_durable_timers_what_came_due_while_every_worker_was_away_happens_once_when_they_are_back(
    quick_stage: Stage,
) -> None:
    """Lesson: each web worker starts the scheduler: N copies of everything; a missed 08:00 is never made up."""
    stage = quick_stage
    async with await worker(stage):
        case = await stage.open_case()
        await stage.view()
    assert await stage.now() < case.opened_at + timedelta(days=FIRST_REMINDER), "the worker went before anything was due"
    await until_day(stage, case.opened_at, DUE + 2)
    assert stage.diary.envelopes == []
    async with AsyncExitStack() as replicas:
        for _ in range(REPLICAS):
            await replicas.enter_async_context(await worker(stage))
        await stage.until(lambda view: view.overdue)
        await until_day(stage, case.opened_at, DUE + 8)
        await stage.view()
        assert [event.days_left for event in stage.diary.of(DeadlineApproaching)] == [-1], "of what was missed, what is true now"
        assert [event.due_at for event in stage.diary.of(DeadlinePassed)] == [case.due_at]


async def test_a_phase_whose_opening_came_while_every_worker_was_away_opens_once_when_they_are_back(quick_stage: Stage) -> None:
    stage = quick_stage
    async with await worker(stage):
        case = await stage.open_case()
        await stage.tell(PlanApproved(**IDS, plan_version=1, approved_by="p-boss"))
        await stage.until(lambda view: view.waiting_to_open is Phase.MONITORING)
    assert await stage.now() < case.calendar.monitoring.opens_at, "the worker went before the phase opened"
    await until_day(stage, case.opened_at, DUE + 2)
    assert stage.diary.of(PhaseOpened) == []
    async with AsyncExitStack() as replicas:
        for _ in range(REPLICAS):
            await replicas.enter_async_context(await worker(stage))
        await stage.reach(Phase.MONITORING)
        assert [event.phase for event in stage.diary.of(PhaseOpened)] == [Phase.MONITORING]
