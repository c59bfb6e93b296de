"""HR's people: found by name, position or unit."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.endpoints.dependencies import Portal
from services.portal.rendering import page
from services.portal.sessions import SignedIn

router = APIRouter()


@router.get("/people")
async def people(request: Request, services: Portal, visitor: SignedIn, q: str = "", unit: str = "", cursor: str = "") -> Response:
    visitor.need("hr", "ops", "leadership")
    units = await services.appraisal.units(visitor.token)
    found, after = await services.appraisal.people(visitor.token, query=q, unit_id=unit, cursor=cursor)
    return page(request, "people.html", people=found, after=after, units=units, q=q, unit=unit)
