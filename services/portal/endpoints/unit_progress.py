"""A cycle unit by unit, with what HR does from there: extend, hand over, export."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.endpoints.dependencies import Portal
from services.portal.endpoints.history import handed_on
from services.portal.rendering import page
from services.portal.sessions import SignedIn

router = APIRouter()


@router.get("/cycles/{cycle_id}/progress")
async def progress(request: Request, services: Portal, visitor: SignedIn, cycle_id: str, cursor: str = "") -> Response:
    visitor.need("hr", "ops", "leadership")
    cycle, (units, after) = await asyncio.gather(
        services.appraisal.cycle(visitor.token, cycle_id), services.appraisal.unit_progress(visitor.token, cycle_id, cursor)
    )
    return page(request, "unit_progress.html", cycle=cycle, units=units, after=after)


@router.get("/cycles/{cycle_id}/progress.{form}")
async def progress_file(services: Portal, visitor: SignedIn, cycle_id: str, form: Literal["xlsx", "csv"]) -> Response:
    visitor.need("hr", "ops", "leadership")
    return handed_on(await services.appraisal.unit_progress_file(visitor.token, cycle_id, form))
