"""People and units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from kit.http import Caller, Kit, PageLimit, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import Cursor, Filter, PersonId
from services.appraisal.schemas import STORABLE, DemoPerson, Page, PersonView, SupervisorChange, UnitView
from services.appraisal.service import people

router = APIRouter(tags=["people"], route_class=ServiceRoute)


@router.get("/people")
async def list_people(
    unit: Unit,
    caller: Caller,
    unit_id: Filter = None,
    query: Annotated[str, Query(max_length=120, pattern=STORABLE, description="part of a name or position")] = "",
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[PersonView]:
    """People by name."""
    return await people.page(unit, caller, unit_id=unit_id, query=query, cursor=cursor, limit=limit)


@router.get("/people/{person_id}")
async def get_person(unit: Unit, caller: Caller, person_id: PersonId, response: Response) -> PersonView:
    """One person."""
    found = await people.one(unit, caller, person_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch("/people/{person_id}/supervisor")
async def change_supervisor(
    unit: Unit, caller: Caller, person_id: PersonId, body: SupervisorChange, version: Version, response: Response
) -> PersonView:
    """Correct a person's supervisor."""
    caller.need("hr")
    changed = await people.change_supervisor(unit, caller, person_id, body, version)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.get("/units")
async def list_units(unit: Unit, caller: Caller) -> Page[UnitView]:
    """All units."""
    return await people.units(unit)


@router.get("/units/found")
async def find_units(
    unit: Unit,
    caller: Caller,
    query: Annotated[str, Query(min_length=1, max_length=120, pattern=STORABLE, description="part of a name or code")],
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[UnitView]:
    """Units in use by a part of their name or code."""
    return await people.units_found(unit, query, cursor, limit)


@router.get("/demo-people")
async def demo_people(unit: Unit, caller: Caller, request: Request) -> list[DemoPerson]:
    """The people of the local sign-in page, where there is one."""
    caller.need("service")
    kit: Kit = request.app.state.kit
    return await people.demo_people(unit, allowed=kit.settings.demo_sign_in)
