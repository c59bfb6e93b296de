"""Cycles: set one up from a form, start it, and steer it while it runs (with the count of cases before anything changes)."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import NotFound, Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.control import CycleProgress
from services.portal.cycle_form import CALENDAR_PHASES, POLICIES, checked_definition, new_cycle, steering
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState, text_of
from services.portal.rendering import kept_form, notice, page
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
ACTIONS = ("pause", "resume", "extend", "cancel")


@router.get("/cycles")
async def cycles(request: Request, services: Portal, visitor: SignedIn) -> Response:
    visitor.need("hr", "ops", "leadership")
    known = await services.appraisal.cycles(visitor.token)
    away: list[str] = []
    progress = await asyncio.gather(
        *(part_of_page(services.control.cycle(visitor.token, cycle.cycle_id), away, CycleProgress()) for cycle in known[:20])
    )
    return page(
        request, "cycles.html", cycles=known, progress=dict(zip((cycle.cycle_id for cycle in known), progress, strict=False)), away=away
    )


@router.get("/cycles/new")
async def new_page(request: Request, services: Portal, visitor: SignedIn) -> Response:
    visitor.need("hr")
    usual = FormState("cycle", new_cycle(request.app.state.kit.clock.now().year))
    form = kept_form(await kept_of(services, visitor), "cycle", usual)
    return await _form_page(request, services, visitor, form, tuple(form.get("unit_ids").split()))


async def _form_page(request: Request, services: Services, visitor: Visitor, form: FormState, unit_ids: tuple[str, ...] = ()) -> Response:
    away: list[str] = []
    units = await part_of_page(services.appraisal.units(visitor.token), away, [])
    rule_sets = await part_of_page(services.appraisal.rule_sets(visitor.token), away, [])
    problem = form.problem
    return page(
        request,
        "cycle_new.html",
        status=problem.status if problem else 200,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        units=units,
        rule_sets=rule_sets,
        chosen_units=unit_ids,
        phases=CALENDAR_PHASES,
        policies=POLICIES,
        away=away,
    )


@router.post("/cycles")
async def create(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    visitor.need("hr")
    try:
        definition = checked_definition(request, typed)
        await services.appraisal.create_cycle(visitor.token, definition, key=key_of(typed))
    except Problem as problem:
        chosen = tuple(str(value) for value in typed.getlist("unit_ids"))
        return await _form_page(request, services, visitor, FormState.failed("cycle", typed, problem), chosen)
    to, name = f"/cycles/{definition['cycle_id']}", definition["name"]
    return await carried_out(request, typed, to=to, done="done.cycle_created", name=name)


@router.get("/cycles/{cycle_id}")
async def cycle(request: Request, services: Portal, visitor: SignedIn, cycle_id: str) -> Response:
    visitor.need("hr", "ops", "leadership")
    return await _cycle_page(request, services, visitor, cycle_id, FormState())


async def _cycle_page(
    request: Request, services: Services, visitor: Visitor, cycle_id: str, form: FormState, counted: int | None = None
) -> Response:
    away: list[str] = []
    known = await services.appraisal.cycle(visitor.token, cycle_id)
    progress, units = await asyncio.gather(
        part_of_page(services.control.cycle(visitor.token, cycle_id), away, None),
        part_of_page(services.appraisal.units(visitor.token), away, []),
    )
    problem = form.problem
    return page(
        request,
        "cycle.html",
        status=problem.status if problem else 200,
        cycle=known,
        progress=progress,
        units=units,
        phases=CALENDAR_PHASES,
        actions=ACTIONS,
        drafts=await kept_of(services, visitor, cycle_id),
        form=form,
        counted=counted,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=away,
    )


@router.post("/cycles/{cycle_id}/start")
async def start(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    visitor.need("hr")
    try:
        await services.control.start(visitor.token, cycle_id, key=key_of(typed))
    except Problem as problem:
        return await _cycle_page(request, services, visitor, cycle_id, FormState.failed("start", typed, problem))
    notice(request, "done.cycle_started")
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@router.post("/cycles/{cycle_id}/steer")
async def steer(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """First counts the cases concerned (dry run), then carries out what was counted."""
    visitor.need("hr", "ops")
    return await _steer(request, services, visitor, typed, cycle_id)


async def _steer(request: Request, services: Services, visitor: Visitor, typed: FormData, cycle_id: str) -> Response:
    action = text_of(typed, "what")
    confirmed = text_of(typed, "action") == "confirm"
    if action and action not in ACTIONS:
        raise NotFound("There is no such action.")
    try:
        body = steering(request, typed, action)
        cases = await services.control.change(
            visitor.token, cycle_id, action, {**body, "dry_run": not confirmed}, key=key_of(typed) if confirmed else None
        )
    except Problem as problem:
        return await _cycle_page(request, services, visitor, cycle_id, FormState.failed("steer", typed, problem))
    if confirmed:
        return await carried_out(request, typed, to=f"/cycles/{cycle_id}", done=f"done.cycle_{action}", count=cases)
    values: dict[str, Any] = {key: value for key, value in typed.items() if isinstance(value, str)}
    return await _cycle_page(request, services, visitor, cycle_id, FormState("steer", values), counted=cases)
