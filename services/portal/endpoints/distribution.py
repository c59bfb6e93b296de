"""The categories of a unit's people beside the pattern of its result: guidance for leaders that changes nobody."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, text_of, version_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
ORGANISATION_RESULTS = ("istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")


@router.get("/cycles/{cycle_id}/distribution")
async def distribution(
    request: Request, services: Portal, visitor: SignedIn, cycle_id: str, unit_id: str = "", subtree: str = "yes"
) -> Response:
    return await _page(request, services, visitor, cycle_id, unit_id, subtree=subtree == "yes")


@router.post("/cycles/{cycle_id}/distribution")
async def set_result(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """Set the result of the unit as an organisation."""
    unit_id = text_of(typed, "unit_id")
    checks = Checks(typed)
    try:
        result = text_of(typed, "result")
        if result not in ORGANISATION_RESULTS:
            checks.wrong("result", say(request, "form.choose_one"))
        body = {"result": result, "reason": checks.needed("reason", say(request, "distribution.reason_missing"))}
        checks.finish(say(request, "form.some_wrong"))
        await services.appraisal.set_unit_result(visitor.token, cycle_id, unit_id, body, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        form = FormState.failed("organisation", typed, problem)
        return await _page(request, services, visitor, cycle_id, unit_id, subtree=True, form=form, status=problem.status)
    return await carried_out(request, typed, to=f"/cycles/{cycle_id}/distribution?unit_id={unit_id}", done="distribution.saved")


async def _page(
    request: Request,
    services: Services,
    visitor: Visitor,
    cycle_id: str,
    unit_id: str,
    *,
    subtree: bool,
    form: FormState | None = None,
    status: int = 200,
) -> Response:
    cycle, units = await asyncio.gather(services.appraisal.cycle(visitor.token, cycle_id), services.appraisal.units(visitor.token))
    tops = [unit for unit in units if unit.parent_id is None] or units
    unit_id = unit_id or (tops[0].unit_id if tops else "")
    found = await services.appraisal.distribution(visitor.token, cycle_id, unit_id, subtree=subtree)
    form = form or FormState()
    return page(
        request,
        "distribution.html",
        status=status,
        cycle=cycle,
        units=units,
        found=found,
        subtree=subtree,
        drafts=await kept_of(services, visitor, unit_id),
        form=form,
        problem=form.problem,
        heading=heading_key(form.problem) if form.problem else "",
        results=ORGANISATION_RESULTS,
    )
