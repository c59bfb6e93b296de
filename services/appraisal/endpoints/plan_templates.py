"""Templates of plans, for HR."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import ID_FORM
from services.appraisal.plan_schemas import AssignmentBody, AssignmentOutcome, Rows, SheetBody, TemplateBody, TemplateName, TemplateView
from services.appraisal.schemas import Page
from services.appraisal.service import plan_rows, plan_templates

router = APIRouter(prefix="/plan-templates", tags=["plan templates"], route_class=ServiceRoute)
TemplateId = Annotated[str, Path(max_length=60, pattern=ID_FORM)]


@router.get("")
async def list_templates(unit: Unit, caller: Caller) -> Page[TemplateName]:
    """All templates by name."""
    caller.need("hr")
    return await plan_templates.page(unit)


@router.post("", status_code=201)
async def add_template(unit: Unit, caller: Caller, body: TemplateBody, response: Response) -> TemplateView:
    """Keep a new template."""
    caller.need("hr")
    return _versioned(response, await plan_templates.add(unit, caller, body))


@router.post("/rows")
async def get_sheet_rows(unit: Unit, caller: Caller, body: SheetBody) -> Rows:
    """The rows of a pasted sheet, to put into a template. Nothing is saved."""
    caller.need("hr")
    return plan_rows.from_sheet(body.text)


@router.get("/{template_id}")
async def get_template(unit: Unit, caller: Caller, template_id: TemplateId, response: Response) -> TemplateView:
    """One template."""
    caller.need("hr")
    return _versioned(response, await plan_templates.one(unit, template_id))


@router.put("/{template_id}")
async def change_template(
    unit: Unit, caller: Caller, template_id: TemplateId, body: TemplateBody, version: Version, response: Response
) -> TemplateView:
    """Change a template; plans begun from it stay as they are."""
    caller.need("hr")
    return _versioned(response, await plan_templates.change(unit, caller, template_id, body, version))


@router.post("/{template_id}/assignments")
async def assign_template(unit: Unit, caller: Caller, template_id: TemplateId, body: AssignmentBody) -> AssignmentOutcome:
    """Begin drafts from a template for many people where none is written; the others are named with why."""
    caller.need("hr")
    return await plan_templates.assign(unit, template_id, body)


def _versioned(response: Response, template: TemplateView) -> TemplateView:
    response.headers["ETag"] = etag(template.version)
    return template
