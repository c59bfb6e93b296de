"""A cycle tried before it is defined."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import Cursor
from services.appraisal.schemas import Page
from services.appraisal.schemas_dry_run import DryRunBody, DryRunPerson, DryRunView, Part
from services.appraisal.service import dry_runs

router = APIRouter(tags=["cycles"], route_class=ServiceRoute)


@router.post("/cycle-dry-runs")
async def dry_run(unit: Unit, caller: Caller, body: DryRunBody) -> DryRunView:
    """Who would take part and who would not, which dates collide, and what happens when time runs out; nothing is stored."""
    caller.need("hr")
    return await dry_runs.run(unit, body)


@router.post("/cycle-dry-runs/people")
async def dry_run_people(
    unit: Unit,
    caller: Caller,
    body: DryRunBody,
    part: Annotated[Part, Query(description="where these people would stand")],
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[DryRunPerson]:
    """Who they are."""
    caller.need("hr")
    return await dry_runs.people(unit, body, part, cursor, limit)
