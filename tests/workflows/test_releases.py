"""A new build of the workflows released in the middle of the year, beside the old one, on the real Temporal server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.cycle import Phase
from contracts.supervision import CheckInsCompleted, ObjectionFiled, PlanApproved
from kit.settings import Settings
from tests.workflows.next_release import GREETING, NEXT_WORKFLOWS
from tests.workflows.year import CASE, IDS, PERSON, Diary, Stage, acknowledged, scored, session_held
from workflows import releases
from workflows.inputs import Command
from workflows.worker import VERSIONED_WORKFLOWS, make_worker, sandbox

pytestmark = pytest.mark.xdist_group("releases")
"""One worker: Temporal is one for all, and every test here walks the same case."""


@dataclass
class Builds:
    """Workers of two builds on one task queue, started and stopped like pods of a rollout."""

    client: Client
    settings: Settings
    queue: str = field(default_factory=lambda: f"builds-{uuid4().hex[:8]}")
    diary: Diary = field(default_factory=Diary)
    running: dict[str, AsyncExitStack] = field(default_factory=dict)

    async def start(self, build: str, workflows: tuple[type, ...]) -> None:
        stack = self.running[build] = AsyncExitStack()
        await stack.enter_async_context(
            Worker(
                self.client,
                task_queue=self.queue,
                workflows=workflows,
                activities=[self.diary.publish],
                workflow_runner=sandbox(),
                deployment_config=releases.versioning(self.settings.model_copy(update={"worker_build": build})),
            )
        )

    async def stop(self, build: str) -> None:
        await self.running.pop(build).aclose()

    async def make_current(self, build: str) -> None:
        """As a deployment does: as soon as the build's workers are known to the server."""
        async with asyncio.timeout(60):
            while True:
                try:
                    return await releases.make_current(self.client, self.settings, build)
                except RPCError:
                    await asyncio.sleep(0.3)

    async def has_begun_on(self, build: str, workflow_id: str) -> None:
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(RPCError):
                    if await self.build_of(workflow_id) == build:
                        return
                await asyncio.sleep(0.2)

    async def runs(self, workflow_id: str) -> None:
        """Wait until it does: an earlier test's, which is over, has the same id."""
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(RPCError):
                    description = await self.client.get_workflow_handle(workflow_id).describe()
                    if description.status is WorkflowExecutionStatus.RUNNING:
                        return
                await asyncio.sleep(0.2)

    async def gets_steps_of(self, workflow_id: str, build: str) -> None:
        """The server tells its task queues of a new current build in its own time: an order without effect shows when it has."""
        async with asyncio.timeout(60):
            while await self.build_of(workflow_id) != build:
                order = Command(command_id=uuid4().hex, kind="resume", reason="nothing was paused", by="ops")
                await self.client.get_workflow_handle(workflow_id).signal("command", order)
                await asyncio.sleep(0.3)

    async def build_of(self, workflow_id: str) -> str:
        """The build that did the workflow's last step."""
        description = await self.client.get_workflow_handle(workflow_id).describe()
        info = description.raw_description.workflow_execution_info.versioning_info
        return str(info.deployment_version.build_id)


@pytest.fixture
async def builds(settings: Settings, temporal_address: str) -> AsyncIterator[Builds]:
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    made = Builds(client, settings.model_copy(update={"worker_deployment": f"d-{uuid4().hex[:8]}"}))
    yield made
    for stack in made.running.values():
        await stack.aclose()
    for left in (f"case-{CASE}", f"objection-{CASE}"):
        with contextlib.suppress(RPCError):
            await client.get_workflow_handle(left).terminate("the test is over")


async def test_a_build_released_mid_year_takes_over_running_cases_and_the_old_workers_can_go(builds: Builds) -> None:
    await builds.start("2026.1", VERSIONED_WORKFLOWS)
    await builds.make_current("2026.1")
    stage = Stage(WorkflowEnvironment.from_client(builds.client), builds.queue, builds.diary)
    await stage.open_case(all_open=True)
    await stage.tell(PlanApproved(**IDS, plan_version=1, approved_by="p-boss"))
    await stage.reach(Phase.MONITORING)
    assert await builds.build_of(f"case-{CASE}") == "2026.1"

    await builds.start("2026.2", NEXT_WORKFLOWS)
    await builds.make_current("2026.2")
    await builds.gets_steps_of(f"case-{CASE}", "2026.2")
    await stage.tell(CheckInsCompleted(**IDS, count=2))
    view = await stage.reach(Phase.SELF_ASSESSMENT)
    assert GREETING in [step.what for step in view.history], "the old case does what the new build does from here on"
    assert await builds.build_of(f"case-{CASE}") == "2026.2"

    await builds.stop("2026.1")
    await stage.tell(SelfAssessmentSubmitted(**IDS, person_id=PERSON))
    await stage.reach(Phase.SUPERVISOR_REVIEW)
    await stage.tell(scored())
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(acknowledged())
    assert await stage.handle.result() == "acknowledged"
    state = await releases.release(builds.client, builds.settings)
    assert state.current == "2026.2"


async def test_an_objection_ends_with_the_build_it_began_on_while_its_case_moves_on(builds: Builds) -> None:
    await builds.start("2026.1", VERSIONED_WORKFLOWS)
    await builds.make_current("2026.1")
    stage = Stage(WorkflowEnvironment.from_client(builds.client), builds.queue, builds.diary)
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(ObjectionFiled(**IDS, objection_id="objection-1", person_id=PERSON))
    await stage.until(lambda view: view.phase is Phase.OBJECTION)
    objection = builds.client.get_workflow_handle(f"objection-{CASE}")
    await builds.runs(objection.id)
    await builds.has_begun_on("2026.1", objection.id)

    await builds.start("2026.2", NEXT_WORKFLOWS)
    await builds.make_current("2026.2")
    await builds.gets_steps_of(f"case-{CASE}", "2026.2")
    await stage.tell(scored(cause="objection"), objection=True)
    assert await stage.handle.result() == "objection_decided"
    assert await builds.build_of(objection.id) == "2026.1"
    assert await builds.build_of(f"case-{CASE}") == "2026.2"


async def test_a_worker_that_tells_no_build_ends_objections_too(builds: Builds, settings: Settings) -> None:
    unversioned = settings.model_copy(update={"temporal_task_queue": builds.queue, "worker_build": ""})
    async with make_worker(builds.client, unversioned, [builds.diary.publish]):
        stage = Stage(WorkflowEnvironment.from_client(builds.client), builds.queue, builds.diary)
        await stage.open_case(all_open=True)
        await stage.walk_to(Phase.FEEDBACK_SESSION)
        await stage.reach(Phase.FEEDBACK_SESSION)
        await stage.tell(session_held(await stage.now()))
        await stage.tell(ObjectionFiled(**IDS, objection_id="objection-1", person_id=PERSON))
        await stage.until(lambda view: view.phase is Phase.OBJECTION)
        await builds.runs(f"objection-{CASE}")
        await stage.tell(scored(cause="objection"), objection=True)
        async with asyncio.timeout(60):
            assert await stage.handle.result() == "objection_decided"
