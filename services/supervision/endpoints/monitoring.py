"""The plan's approval and the year's check-ins."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import CheckInBody, Key, PlanDecisionBody
from services.supervision.service import check_ins, plans

router = APIRouter(tags=["plan and monitoring"], route_class=ServiceRoute)


@router.post("/cases/{case_id}/plan-decision")
async def decide_plan(case_id: Key, body: PlanDecisionBody, unit: Unit, caller: Caller) -> dict[str, str | int]:
    """Approve the plan, or return it with a reason."""
    decide = plans.approve if body.decision == "approve" else plans.send_back
    case = await decide(unit, caller, case_id, body.plan_version, body.reason)
    return {"case_id": case_id, "plan": case.plan_state, "plan_version": body.plan_version}


@router.post("/cases/{case_id}/check-ins", status_code=201)
async def record_check_in(case_id: Key, body: CheckInBody, unit: Unit, caller: Caller) -> dict[str, str | int]:
    """Record the next periodic evaluation."""
    case = await check_ins.record(unit, caller, case_id, body)
    return {"case_id": case_id, "recorded": case.check_ins_recorded, "required": case.check_ins_required}
