"""Objections and their decision."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision import views
from services.supervision.schemas import Key, ObjectionBody, ObjectionDecisionBody
from services.supervision.schemas_talks import StatementBody, StatementRequestBody
from services.supervision.service import hearings, objections
from services.supervision.views_talks import HearingView

router = APIRouter(tags=["objection"], route_class=ServiceRoute)


@router.post("/cases/{case_id}/objections", status_code=201)
async def file_objection(case_id: Key, body: ObjectionBody, unit: Unit, caller: Caller) -> views.ObjectionView:
    """The employee objects to the result, within the objection days."""
    return views.ObjectionView.model_validate(await objections.file(unit, caller, case_id, body))


@router.post("/cases/{case_id}/objection-decision")
async def decide_objection(case_id: Key, body: ObjectionDecisionBody, unit: Unit, caller: Caller) -> views.ObjectionView:
    """The assessor's superior decides, finally."""
    return views.ObjectionView.model_validate(await objections.decide(unit, caller, case_id, body))


@router.get("/cases/{case_id}/hearing")
async def read_hearing(case_id: Key, unit: Unit, caller: Caller) -> HearingView:
    """The objection with what both sides were asked and have stated."""
    return await hearings.read(unit, caller, case_id)


@router.post("/cases/{case_id}/statement-requests", status_code=201)
async def ask_statement(case_id: Key, body: StatementRequestBody, unit: Unit, caller: Caller) -> HearingView:
    """The superior who decides asks one side."""
    return await hearings.ask(unit, caller, case_id, body.party, body.question)


@router.post("/cases/{case_id}/statements", status_code=201)
async def give_statement(case_id: Key, body: StatementBody, unit: Unit, caller: Caller) -> HearingView:
    """The side that was asked gives its statement, once."""
    return await hearings.state(unit, caller, case_id, body.text)
