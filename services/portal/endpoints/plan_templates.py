"""HR's templates of plans per position, and drafts begun from them for many people."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.plans import Assignment, PlanContent, SuperiorObjectives, Template
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.endpoints.plans import changed_form
from services.portal.forms import FormState, draft_of, text_of, version_of
from services.portal.helpers import POSITION_KINDS
from services.portal.plan_form import as_form, checked_plan, typed_rows
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn, Visitor
from services.portal.story import PlanHelps

router = APIRouter()
NEW = "new"


async def template_page(
    request: Request,
    services: Services,
    visitor: Visitor,
    template_id: str,
    form: FormState | None = None,
    outcome: Assignment | None = None,
) -> Response:
    """The template in the plan's editor, and for whom it can be used."""
    known = Template() if template_id == NEW else await services.appraisal.template(visitor.token, template_id)
    cycles = [cycle for cycle in await services.appraisal.cycles(visitor.token) if cycle.status == "open"]
    form = form or FormState()
    problem = form.problem
    return page(
        request,
        "plan_template.html",
        status=problem.status if problem else 200,
        kept=known,
        address=f"/plan-templates/{template_id}",
        helps=PlanHelps(SuperiorObjectives(), leader=True),
        cycles=cycles,
        units=await services.appraisal.units(visitor.token),
        outcome=outcome,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
    )


@router.get("/plan-templates")
async def templates(request: Request, services: Portal, visitor: SignedIn) -> Response:
    visitor.need("hr")
    return page(request, "plan_templates.html", templates=await services.appraisal.templates(visitor.token))


@router.get("/plan-templates/{template_id}")
async def show_template(request: Request, services: Portal, visitor: SignedIn, template_id: str) -> Response:
    visitor.need("hr")
    return await template_page(request, services, visitor, template_id)


@router.post("/plan-templates/{template_id}")
async def write_template(request: Request, services: Portal, visitor: SignedIn, typed: Typed, template_id: str) -> Response:
    """Keep the template, or change its rows."""
    visitor.need("hr")
    objectives = typed_rows(typed, keep_empty=text_of(typed, "action") != "save")

    async def take(asked: dict[str, Any]) -> PlanContent:
        return await services.appraisal.sheet_rows(visitor.token, asked.get("text") or "")

    form = await changed_form(request, take, "template", typed, objectives)
    if form is not None:
        return await template_page(request, services, visitor, template_id, form)
    again = as_form(objectives, typed)
    kind = text_of(typed, "position_kind")
    about: dict[str, Any] = {
        "name": text_of(typed, "name"),
        "position_kind": kind if kind in POSITION_KINDS else None,
        "position": text_of(typed, "position"),
        "active": text_of(typed, "active") == "yes",
    }
    try:
        body = {**checked_plan(request, again, objectives, complete=False), **about}
        known_id = "" if template_id == NEW else template_id
        saved = await services.appraisal.save_template(visitor.token, known_id, body, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        return await template_page(request, services, visitor, template_id, FormState.failed("template", again, problem))
    notice(request, "done.template_saved", draft=draft_of(typed))
    return RedirectResponse(f"/plan-templates/{saved.template_id}", 303)


@router.post("/plan-templates/{template_id}/assign")
async def assign_template(request: Request, services: Portal, visitor: SignedIn, typed: Typed, template_id: str) -> Response:
    """See for whom drafts would be begun, or begin them."""
    visitor.need("hr")
    units = [str(value) for value in typed.getlist("unit_ids")]
    asked = {"cycle_id": text_of(typed, "cycle_id"), "unit_ids": units, "dry_run": text_of(typed, "action") != "assign"}
    try:
        outcome = await services.appraisal.assign_template(visitor.token, template_id, asked, key=key_of(typed))
    except Problem as problem:
        return await template_page(request, services, visitor, template_id, FormState.failed("assign", typed, problem))
    return await template_page(request, services, visitor, template_id, outcome=outcome)
