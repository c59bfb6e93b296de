"""Tasks and cases, to read."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from contracts.cycle import Phase
from contracts.supervision import TaskKind
from kit.http import Caller, PageLimit, ServiceRoute, Unit, etag
from services.supervision import views
from services.supervision.schemas import Key
from services.supervision.service import reading

router = APIRouter(tags=["tasks and cases"], route_class=ServiceRoute)


@router.get("/tasks")
async def list_tasks(
    unit: Unit,
    caller: Caller,
    assignee: Literal["me", "all"] = "me",
    status: Literal["open", "closed"] = "open",
    kind: TaskKind | None = None,
    case_id: Key | None = None,
    cycle_id: Key | None = None,
    unit_id: Key | None = None,
    cursor: str | None = None,
    limit: PageLimit = 50,
) -> views.TaskPage:
    """Tasks by due date: one's own, or everybody's for HR, ops, leadership and the system."""
    return await reading.tasks_page(
        unit,
        caller,
        assignee=assignee,
        cursor=cursor,
        limit=limit,
        status=status,
        kind=kind.value if kind else None,
        case_id=case_id,
        cycle_id=cycle_id,
        unit_id=unit_id,
    )


@router.get("/tasks/{task_id}")
async def read_task(task_id: Key, unit: Unit, caller: Caller) -> views.TaskView:
    """One task."""
    return await reading.task(unit, caller, task_id)


@router.get("/cases")
async def list_cases(
    unit: Unit,
    caller: Caller,
    cycle_id: Key | None = None,
    unit_id: Key | None = None,
    phase: Phase | None = None,
    team: Literal["me"] | None = None,
    cursor: str | None = None,
    limit: PageLimit = 50,
) -> views.CasePage:
    """Cases the caller may read; ``team=me`` gives those of the people below the caller."""
    return await reading.cases_page(
        unit,
        caller,
        cycle_id=cycle_id,
        unit_id=unit_id,
        phase=phase.value if phase else None,
        team=team == "me",
        cursor=cursor,
        limit=limit,
    )


@router.get("/cases/{case_id}")
async def read_case(case_id: Key, unit: Unit, caller: Caller, response: Response) -> views.CaseView:
    """A case with its open tasks and the answers the caller may read."""
    view = await reading.case_view(unit, caller, case_id)
    response.headers["ETag"] = etag(view.version)
    return view
