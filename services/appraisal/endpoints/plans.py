"""The performance plan (SKP) of a case."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.plan_schemas import PlanBody, PlanView
from services.appraisal.service import plans

router = APIRouter(prefix="/cases/{case_id}/plan", tags=["plans"], route_class=ServiceRoute)


@router.get("")
async def get_plan(unit: Unit, caller: Caller, case_id: CaseId, response: Response) -> PlanView:
    """The plan; version 0 where nobody has written one."""
    return _versioned(response, await plans.read(unit, caller, case_id))


@router.put("")
async def save_plan(unit: Unit, caller: Caller, case_id: CaseId, body: PlanBody, version: Version, response: Response) -> PlanView:
    """Save the draft whole (If-Match "0" for the first)."""
    return _versioned(response, await plans.save(unit, caller, case_id, body, version))


@router.post("/submit")
async def submit_plan(unit: Unit, caller: Caller, case_id: CaseId, version: Version, response: Response) -> PlanView:
    """Hand the plan to the supervisor."""
    return _versioned(response, await plans.submit(unit, caller, case_id, version))


def _versioned(response: Response, plan: PlanView) -> PlanView:
    response.headers["ETag"] = etag(plan.version)
    return plan
