"""The leaders' overview of a unit: progress, categories, citizens, the years, and the units below it. It shows no person."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kit.problems import NotFound
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.overview import Progress
from services.portal.endpoints.dependencies import Portal
from services.portal.leadership import compared, pages_of
from services.portal.rendering import page
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
PageNumber = Annotated[int, Query(alias="page", ge=1, le=1000)]


@router.get("/leadership")
async def leadership(
    request: Request, services: Portal, visitor: SignedIn, cycle_id: str = "", unit_id: str = "", number: PageNumber = 1
) -> Response:
    """A unit of a cycle; without these the newest cycle that has begun, and the first unit the visitor may begin with."""
    away: list[str] = []
    cycles = [one for one in await services.appraisal.cycles(visitor.token) if one.status != "draft"]
    if not cycles:
        return page(request, "leadership.html", cycle=None, found=None)
    cycle = next((one for one in cycles if one.cycle_id == (cycle_id or cycles[0].cycle_id)), None)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id} that has begun.")
    figures = services.appraisal.overview(visitor.token, cycle.cycle_id, unit_id)
    if unit_id:
        found, progress = await asyncio.gather(figures, _progress(services, visitor, cycle.cycle_id, unit_id, away))
    else:
        found = await figures
        progress = await _progress(services, visitor, cycle.cycle_id, found.unit.unit_id, away)
    pages = pages_of(found)
    return page(
        request,
        "leadership.html",
        cycle=cycle,
        cycles=cycles,
        found=found,
        progress=progress.unit if progress else None,
        units=compared(found, progress, min(number, pages)),
        number=min(number, pages),
        pages=pages,
        away=away,
    )


async def _progress(services: Services, visitor: Visitor, cycle_id: str, unit_id: str, away: list[str]) -> Progress | None:
    return await part_of_page(services.supervision.unit_progress(visitor.token, cycle_id, unit_id), away, None)
