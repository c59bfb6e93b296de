"""Objections and their decision."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision import views
from services.supervision.schemas import Key, ObjectionBody, ObjectionDecisionBody
from services.supervision.service import objections

router = APIRouter(tags=["objection"], route_class=ServiceRoute)


@router.post("/cases/{case_id}/objections", status_code=201)
async def file_objection(case_id: Key, body: ObjectionBody, unit: Unit, caller: Caller) -> views.ObjectionView:
    """The employee objects to the result, within the objection days."""
    return views.ObjectionView.model_validate(await objections.file(unit, caller, case_id, body.reasons))


@router.post("/cases/{case_id}/objection-decision")
async def decide_objection(case_id: Key, body: ObjectionDecisionBody, unit: Unit, caller: Caller) -> views.ObjectionView:
    """The assessor's superior decides, finally."""
    return views.ObjectionView.model_validate(await objections.decide(unit, caller, case_id, body))
