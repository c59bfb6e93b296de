"""The plan's approval and the year's check-ins."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import Key, PlanDecisionBody
from services.supervision.schemas_talks import CheckInWithFollowUpsBody, DoneBody
from services.supervision.service import check_ins, follow_ups, plans
from services.supervision.views_talks import AgendaView, FollowUpView

router = APIRouter(tags=["plan and monitoring"], route_class=ServiceRoute)


@router.post("/cases/{case_id}/plan-decision")
async def decide_plan(case_id: Key, body: PlanDecisionBody, unit: Unit, caller: Caller) -> dict[str, str | int]:
    """Approve the plan, or return it with a reason."""
    decide = plans.approve if body.decision == "approve" else plans.send_back
    case = await decide(unit, caller, case_id, body.plan_version, body.reason)
    return {"case_id": case_id, "plan": case.plan_state, "plan_version": body.plan_version}


@router.post("/cases/{case_id}/check-ins", status_code=201)
async def record_check_in(case_id: Key, body: CheckInWithFollowUpsBody, unit: Unit, caller: Caller) -> dict[str, str | int]:
    """Record the next periodic evaluation."""
    case = await check_ins.record(unit, caller, case_id, body)
    return {"case_id": case_id, "recorded": case.check_ins_recorded, "required": case.check_ins_required}


@router.get("/cases/{case_id}/agenda")
async def read_agenda(case_id: Key, unit: Unit, caller: Caller) -> AgendaView:
    """What the next check-in is about, by when it is expected, and what earlier ones left."""
    return await follow_ups.agenda(unit, caller, case_id)


@router.post("/cases/{case_id}/follow-ups/{follow_up_id}")
async def mark_follow_up(case_id: Key, follow_up_id: Key, body: DoneBody, unit: Unit, caller: Caller) -> FollowUpView:
    """Its owner or the supervisor says that a follow-up is done, or that it is not."""
    return await follow_ups.mark(unit, caller, case_id, follow_up_id, done=body.done)
