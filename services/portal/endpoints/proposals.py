"""The next year's cycle: proposed, its changes shown, edited, approved or withdrawn; and the schedule that opens it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.calendar import Proposal
from services.portal.cycle_form import END_OF_DAY, START_OF_DAY, dated
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, text_of, version_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
LAST_SCHEDULED_DAY = 28
"""A schedule's day is one every month has."""


@router.get("/cycle-proposals")
async def proposals(request: Request, services: Portal, visitor: SignedIn) -> Response:
    visitor.need("hr", "leadership")
    away: list[str] = []
    found = await services.appraisal.proposals(visitor.token)
    schedules = await part_of_page(services.control.schedules(visitor.token), away, []) if visitor.has("hr") else []
    return page(request, "proposals.html", proposals=found, schedules=schedules, away=away)


@router.get("/cycle-proposals/{cycle_id}")
async def proposal(request: Request, services: Portal, visitor: SignedIn, cycle_id: str) -> Response:
    visitor.need("hr", "leadership")
    return await _page(request, services, visitor, cycle_id, FormState())


@router.post("/cycle-proposals/{cycle_id}")
async def save(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    visitor.need("hr")
    known = await services.appraisal.proposal(visitor.token, cycle_id)
    try:
        changed = _edited(request, typed, known)
        await services.appraisal.change_proposal(visitor.token, cycle_id, changed, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        return await _page(request, services, visitor, cycle_id, FormState.failed("edit", typed, problem))
    return await carried_out(request, typed, to=f"/cycle-proposals/{cycle_id}", done="done.proposal_changed")


@router.post("/cycle-proposals/{cycle_id}/approve")
async def approve(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    visitor.need("hr")
    try:
        await services.appraisal.approve_proposal(visitor.token, cycle_id, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        return await _page(request, services, visitor, cycle_id, FormState.failed("approve", typed, problem))
    notice(request, "done.proposal_approved")
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@router.post("/cycle-proposals/{cycle_id}/withdraw")
async def withdraw(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    visitor.need("hr")
    try:
        checks = Checks(typed)
        reason = checks.needed("reason", say(request, "cycle.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.appraisal.withdraw_proposal(visitor.token, cycle_id, reason, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        return await _page(request, services, visitor, cycle_id, FormState.failed("withdraw", typed, problem))
    return await carried_out(request, typed, to="/cycle-proposals", done="done.proposal_withdrawn")


@router.post("/cycles/{cycle_id}/propose")
async def propose(services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """Propose the next year's cycle, or go to the proposal there is."""
    visitor.need("hr")
    found = await services.appraisal.propose_next(visitor.token, cycle_id, key=key_of(typed))
    return RedirectResponse(f"/cycle-proposals/{found.cycle_id}", 303)


@router.post("/cycles/{cycle_id}/working-days")
async def move_to_working_days(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    visitor.need("hr")
    moved = await services.appraisal.move_to_working_days(visitor.token, cycle_id, key=key_of(typed))
    notice(request, "done.dates_moved", count=len(moved))
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@router.post("/cycles/{cycle_id}/schedule")
async def put_schedule(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """From now on a cycle like this one is proposed and opened every year on its opening day."""
    visitor.need("hr")
    definition = await services.appraisal.definition(visitor.token, cycle_id)
    opens_at = datetime.fromisoformat(definition["calendar"]["target_setting"]["opens_at"])
    day = min(opens_at.day, LAST_SCHEDULED_DAY)
    await services.control.put_schedule(visitor.token, cycle_id, definition, opens_at.month, day, key=key_of(typed))
    notice(request, "done.schedule_set")
    return RedirectResponse("/cycle-proposals", 303)


@router.post("/schedules/{name}/remove")
async def remove_schedule(request: Request, services: Portal, visitor: SignedIn, typed: Typed, name: str) -> Response:
    visitor.need("hr")
    await services.control.remove_schedule(visitor.token, name, key=key_of(typed))
    notice(request, "done.schedule_removed")
    return RedirectResponse("/cycle-proposals", 303)


async def _page(request: Request, services: Services, visitor: Visitor, cycle_id: str, form: FormState) -> Response:
    problem = form.problem
    return page(
        request,
        "proposal.html",
        status=problem.status if problem else 200,
        proposal=await services.appraisal.proposal(visitor.token, cycle_id),
        drafts=await kept_of(services, visitor, cycle_id),
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
    )


def _edited(request: Request, typed: FormData, known: Proposal) -> dict[str, Any]:
    """The proposed definition with the name and dates that were typed; a date left as it was keeps its time of day.

    Raises:
        InvalidInput: a date cannot be read, or the name is missing.
    """
    checks = Checks(typed)
    calendar = {name: dict(value) if isinstance(value, dict) else value for name, value in known.definition["calendar"].items()}
    for change in known.dates:
        field = f"calendar-{change.phase}-{change.field}"
        if text_of(typed, field) == change.proposed.date().isoformat():
            continue
        instant = dated(checks, request, field, START_OF_DAY if change.field == "opens_at" else END_OF_DAY)
        calendar[change.phase][change.field] = instant.isoformat() if instant else None
    name = checks.needed("name", say(request, "cycle.name_missing"))
    checks.finish(say(request, "form.some_wrong"))
    return {**known.definition, "name": name, "calendar": calendar}
