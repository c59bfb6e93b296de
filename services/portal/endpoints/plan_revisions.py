"""Changing an approved plan during the year, the plan's history, and how plans align."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.endpoints.cases import act, keep
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.endpoints.plans import changed_form, rows_of_case
from services.portal.forms import Checks, FormState, text_of, version_of
from services.portal.plan_form import as_fields, as_form, checked_plan, typed_rows
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor
from services.portal.story import load_helps

router = APIRouter()
FORM = "plan-revision"


async def revision_page(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState | None = None) -> Response:
    """The revision in the plan's editor, with what was typed in it."""
    away: list[str] = []
    revision = await services.appraisal.revision(visitor.token, case_id)
    helps = await load_helps(services, visitor, case_id, away)
    form = form or FormState()
    problem = form.problem
    return page(
        request,
        "plan_revision.html",
        status=problem.status if problem else 200,
        case_id=case_id,
        revision=revision,
        helps=helps,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=away,
    )


@router.get("/cases/{case_id}/plan/revision")
async def show_revision(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    return await revision_page(request, services, visitor, case_id)


@router.post("/cases/{case_id}/plan/revision/open")
async def open_revision(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Begin to revise the plan in force, with the reason."""

    async def deed() -> None:
        checks = Checks(typed)
        reason = checks.needed("revision_reason", say(request, "plan_revision.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.appraisal.open_revision(visitor.token, case_id, reason, version=version_of(typed), key=key_of(typed))

    answer = await act(request, services, visitor, case_id, "plan-revision-open", typed, deed(), done="done.revision_opened")
    return RedirectResponse(f"/cases/{case_id}/plan/revision", 303) if answer.status_code == 303 else answer


@router.post("/cases/{case_id}/plan/revision")
async def write_revision(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Save the revision, change its rows, hand it to the supervisor, or give it up."""
    action = text_of(typed, "action")
    objectives = typed_rows(typed, keep_empty=action not in {"save", "submit"})
    form = await changed_form(request, rows_of_case(services, visitor, case_id), FORM, typed, objectives)
    if form is not None:
        return await revision_page(request, services, visitor, case_id, form)
    version, key = version_of(typed), key_of(typed)
    if action == "withdraw":
        deed = services.appraisal.end_revision(visitor.token, case_id, "withdraw", version=version, key=key)
        return await act(request, services, visitor, case_id, FORM, typed, deed, done="done.revision_withdrawn")
    again = as_form(objectives, typed)
    submit = action == "submit"
    try:
        plan = checked_plan(request, again, objectives, complete=submit)
    except Problem as problem:
        return await revision_page(request, services, visitor, case_id, FormState.failed(FORM, again, problem))

    async def save() -> int:
        return await services.appraisal.save_revision(visitor.token, case_id, plan, version=version, key=f"{key}-save")

    async def hand_in(saved: int) -> None:
        await services.appraisal.end_revision(visitor.token, case_id, "submit", version=saved, key=f"{key}-submit")

    async def stored() -> tuple[int, dict[str, str]]:
        now = await services.appraisal.revision(visitor.token, case_id)
        return now.version, as_fields(now)

    async def shown_again(state: FormState) -> Response:
        return await revision_page(request, services, visitor, case_id, state)

    done = "done.revision_submitted" if submit else "done.revision_saved"
    handing = hand_in if submit else None
    return await keep(request, services, visitor, case_id, FORM, again, save, handing, stored, done=done, again=shown_again)


@router.get("/cases/{case_id}/plan/history")
async def history(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    """Every version handed in: who, when, why, what became of it, and what it changed."""
    versions = await services.appraisal.plan_history(visitor.token, case_id)
    return page(request, "plan_history.html", case_id=case_id, versions=versions)


@router.get("/cases/{case_id}/alignment")
async def alignment(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    """Who supports which objective of this plan."""
    return page(request, "plan_alignment.html", tree=await services.appraisal.alignment(visitor.token, case_id), case_id=case_id)
