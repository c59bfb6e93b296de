"""The control desk with a few cases of its own on the real Temporal server, and the people's events handed in by the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from contracts.cycle import ClockSetting, Phase, PhaseOpened, Policies
from contracts.envelope import EventData
from kit.auth import TokenSigner
from kit.settings import Settings
from tests.workflows.year import Diary, calendar_from
from workflows import attributes
from workflows.connection import connect
from workflows.control import create_app
from workflows.desk import Desk
from workflows.inputs import CaseInput, CaseView, Fact
from workflows.worker import WORKFLOWS, sandbox

HR, OPS = "p-00000000000a", "p-00000000000b"
PATIENCE_SECONDS = 40


@dataclass
class Mended:
    """A cycle's cases, and the desk that mends them."""

    settings: Settings
    temporal: Client
    http: httpx.AsyncClient
    diary: Diary = field(default_factory=Diary)
    policies: Policies = field(default_factory=Policies)

    @property
    def cycle_id(self) -> str:
        return f"m-{self.settings.topic_prefix}"

    async def open_case(self, unit_id: str = "dinas-kesehatan") -> str:
        """A case that has begun; all its phases may open at once."""
        now = datetime.now(UTC)
        calendar = calendar_from(now, all_open=True)
        case_id = f"{self.cycle_id}.p-{uuid4().hex[:12]}"
        case = CaseInput(
            cycle_id=self.cycle_id,
            case_id=case_id,
            person_id=case_id.partition(".")[2],
            unit_id=unit_id,
            calendar=calendar,
            policies=self.policies,
            clock=ClockSetting(real_origin=now, calendar_origin=now),
            opened_at=now,
            due_at=calendar.target_setting.due_at,
        )
        await self.temporal.start_workflow(
            "AppraisalCase",
            case,
            id=f"case-{case_id}",
            task_queue=self.settings.temporal_task_queue,
            search_attributes=attributes.of_case(self.cycle_id, unit_id, Phase.TARGET_SETTING, case.due_at),
        )
        return case_id

    def workflow(self, case_id: str) -> WorkflowHandle[Any, Any]:
        return self.temporal.get_workflow_handle(f"case-{case_id}")

    async def tell(self, case_id: str, data: EventData) -> None:
        """A fact about a case, as the bridge hands it on."""
        await self.workflow(case_id).signal("fact", Fact(event_id=str(uuid4()), type=data.TYPE, data=data.model_dump(mode="json")))

    async def order(self, path: str, *, who: str = HR, role: str = "hr", key: str | None = None, **body: Any) -> httpx.Response:
        """An order given to the desk."""
        headers = {"Authorization": f"Bearer {TokenSigner(self.settings).sign(who, ('employee', role))}"}
        if key:
            headers["Idempotency-Key"] = key
        return await self.http.post(path, json={"reason": "asked by the unit", **body}, headers=headers)

    async def look(self, path: str, *, role: str = "ops", **query: Any) -> Any:
        headers = {"Authorization": f"Bearer {TokenSigner(self.settings).sign(OPS, ('employee', role))}"}
        answer = await self.http.get(path, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def until(self, case_id: str, condition: Callable[[CaseView], bool]) -> CaseView:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                view: CaseView = await self.workflow(case_id).query("view", result_type=CaseView)
                if condition(view):
                    return view
                await asyncio.sleep(0.1)

    async def reach(self, case_id: str, phase: Phase) -> CaseView:
        return await self.until(case_id, lambda view: view.phase is phase and view.waiting_to_open is None)

    def opened(self, case_id: str) -> list[PhaseOpened]:
        return [event for event in self.diary.of(PhaseOpened) if event.case_id == case_id]

    @asynccontextmanager
    async def worker(self, workflows: tuple[type[Any], ...] = WORKFLOWS, *activities: Any) -> AsyncIterator[None]:
        """A worker of these workflows, beside the test."""
        async with Worker(
            self.temporal,
            task_queue=self.settings.temporal_task_queue,
            workflows=workflows,
            activities=[self.diary.publish, *activities],
            workflow_runner=sandbox(),
        ):
            yield


@asynccontextmanager
async def mended(settings: Settings) -> AsyncIterator[Mended]:
    """The desk without a worker: the test says when one works, and of which code."""
    temporal = await connect(settings)
    app = create_app(settings)
    app.state.desk = Desk(settings, temporal)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://control") as http:
        made = Mended(settings, temporal, http)
        yield made
        async for execution in temporal.list_workflows(f"CycleId = '{made.cycle_id}' AND ExecutionStatus = 'Running'"):
            await temporal.get_workflow_handle(execution.id).terminate()


def later(days: int = 20) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()
