"""Time lives in durable timers: no worker keeps any, so none is missed where all are away, and none doubled where many are there."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from contracts.cycle import CaseEscalated, DeadlineApproaching, DeadlinePassed, Phase, PhaseOpened, TimeoutPolicy
from contracts.supervision import PlanApproved
from tests.workflows.year import IDS, Diary, Stage
from workflows.attributes import make_known
from workflows.worker import WORKFLOWS, sandbox

REPLICAS = 3


def worker(stage: Stage) -> Worker:
    """One of the stage's workers."""
    return Worker(
        stage.environment.client,
        task_queue=stage.task_queue,
        workflows=WORKFLOWS,
        activities=[stage.diary.publish],
        workflow_runner=sandbox(),
    )


@pytest.mark.parametrize("replicas", [1, REPLICAS])
async def test_time_lives_in_durable_timers_what_came_due_while_every_worker_was_away_happens_once_when_they_are_back(
    temporal_test_server: str, replicas: int
) -> None:
    """Lesson: each web worker starts the scheduler: N copies of everything; a missed 08:00 is never made up."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_test_server, data_converter=pydantic_data_converter
    )
    async with environment, AsyncExitStack() as later:
        await make_known(environment.client)
        stage = Stage(environment, f"away-{uuid4().hex[:8]}", Diary())
        async with worker(stage):
            case = await stage.open_case(timeouts={Phase.TARGET_SETTING: TimeoutPolicy.ESCALATE})
            await stage.view()
        await environment.sleep(timedelta(days=31))
        assert stage.diary.envelopes == []
        for _ in range(replicas):
            await later.enter_async_context(worker(stage))
        view = await stage.until(lambda view: view.escalations == 1)
        assert view.due_at == case.due_at + timedelta(days=10)
        assert [event.days_left for event in stage.diary.of(DeadlineApproaching)] == [-1], "of what was missed, what is true now"
        await stage.skip_days(1)
        assert [event.due_at for event in stage.diary.of(DeadlinePassed)] == [case.due_at]
        assert len(stage.diary.of(CaseEscalated)) == 1


async def test_a_phase_whose_opening_came_while_every_worker_was_away_opens_once_when_one_is_back(temporal_test_server: str) -> None:
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_test_server, data_converter=pydantic_data_converter
    )
    async with environment:
        await make_known(environment.client)
        stage = Stage(environment, f"away-{uuid4().hex[:8]}", Diary())
        async with worker(stage):
            await stage.open_case()
            await stage.tell(PlanApproved(**IDS, plan_version=1, approved_by="p-boss"))
            await stage.until(lambda view: view.waiting_to_open is Phase.MONITORING)
        await environment.sleep(timedelta(days=40))
        async with worker(stage):
            await stage.reach(Phase.MONITORING)
            await stage.skip_days(1)
            assert [event.phase for event in stage.diary.of(PhaseOpened)] == [Phase.MONITORING]
