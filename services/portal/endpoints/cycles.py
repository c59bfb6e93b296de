"""Cycles: start one, and steer it while it runs (with the count of cases before anything changes)."""

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
from services.portal.cycle_form import CALENDAR_PHASES, steering
from services.portal.endpoints.cycle_setup import unfinished
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState, text_of
from services.portal.rendering import notice, page
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
    setups = await unfinished(services, visitor, away) if visitor.has("hr") else []
    of_cycle = dict(zip((cycle.cycle_id for cycle in known), progress, strict=False))
    return page(request, "cycles.html", cycles=known, progress=of_cycle, setups=setups, away=away)


@router.get("/cycles/{cycle_id}")
async def cycle(request: Request, services: Portal, visitor: SignedIn, cycle_id: str) -> Response:
    visitor.need("hr", "ops", "leadership")
    return await _cycle_page(request, services, visitor, cycle_id, FormState())


async def _cycle_page(
    request: Request, services: Services, visitor: Visitor, cycle_id: str, form: FormState, counted: int | None = None
) -> Response:
    away: list[str] = []
    known = await services.appraisal.cycle(visitor.token, cycle_id)
    progress, units, on_days_off = await asyncio.gather(
        part_of_page(services.control.cycle(visitor.token, cycle_id), away, None),
        part_of_page(services.appraisal.units(visitor.token), away, []),
        part_of_page(services.appraisal.cycle_on_days_off(visitor.token, cycle_id), away, []),
    )
    problem = form.problem
    return page(
        request,
        "cycle.html",
        status=problem.status if problem else 200,
        cycle=known,
        progress=progress,
        units=units,
        on_days_off=on_days_off,
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
