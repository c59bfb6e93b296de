"""What helps to write a plan: superiors' objectives, templates, last year's rows and improvement items, pasted sheets; and how plans align."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.plan_schemas import AlignmentView, Rows, RowsBody, SuperiorObjectives, TemplateName
from services.appraisal.schemas import Page
from services.appraisal.service import alignment, plan_rows

router = APIRouter(prefix="/cases/{case_id}", tags=["plans"], route_class=ServiceRoute)


@router.get("/plan/superior-objectives")
async def list_superior_objectives(unit: Unit, caller: Caller, case_id: CaseId) -> SuperiorObjectives:
    """The objectives of superiors that can be supported, nearest superior first."""
    return await alignment.superior_objectives(unit, caller, case_id)


@router.get("/plan/templates")
async def list_fitting_templates(unit: Unit, caller: Caller, case_id: CaseId) -> Page[TemplateName]:
    """The templates for the employee's position."""
    return Page(items=await plan_rows.fitting(unit, caller, case_id))


@router.post("/plan/rows")
async def get_rows(unit: Unit, caller: Caller, case_id: CaseId, body: RowsBody) -> Rows:
    """Rows of a template, of last year's plan, of what was agreed to improve, or of a pasted sheet. Nothing is saved."""
    return await plan_rows.rows(unit, caller, case_id, body)


@router.get("/alignment")
async def get_alignment(unit: Unit, caller: Caller, case_id: CaseId) -> AlignmentView:
    """Who supports which objective, what nobody supports, and what serves nothing above."""
    return await alignment.alignment(unit, caller, case_id)
