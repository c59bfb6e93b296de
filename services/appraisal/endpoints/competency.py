"""Competency: the dictionary, what positions need, and how people were rated."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from kit.http import Caller, PageLimit, ServiceRoute, Unit, Version, etag
from services.appraisal.competency_schemas import (
    CompetencyBody,
    CompetencyView,
    PositionRow,
    ProfileView,
    StandardBody,
    StandardView,
    TechnicalBody,
)
from services.appraisal.endpoints.inputs import CaseId, Cursor
from services.appraisal.schemas import STORABLE, Page
from services.appraisal.service import competency, competency_standards

router = APIRouter(tags=["competency"], route_class=ServiceRoute)
PROFILE = "/cases/{case_id}/competency"
Position = Annotated[str, Path(min_length=1, max_length=300, pattern=STORABLE, description="a position as the roster names it")]
TechnicalCode = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]


@router.get("/competencies")
async def list_competencies(unit: Unit, caller: Caller) -> list[CompetencyView]:
    """The dictionary: eight managerial, one socio-cultural, and the technical ones HR added."""
    return await competency_standards.dictionary(unit)


@router.put("/competencies/technical/{code}")
async def save_technical(
    unit: Unit, caller: Caller, code: TechnicalCode, body: TechnicalBody, version: Version, response: Response
) -> CompetencyView:
    """Add a technical competency (If-Match "0"), or change its words."""
    saved = await competency_standards.save_technical(unit, caller, code, body, version)
    response.headers["ETag"] = etag(saved.version)
    return saved


@router.get("/competency-standards")
async def list_positions(
    unit: Unit,
    caller: Caller,
    query: Annotated[str, Query(max_length=120, pattern=STORABLE, description="part of a position's name")] = "",
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[PositionRow]:
    """The positions people hold."""
    caller.need("hr", "service")
    return await competency_standards.positions(unit, query, cursor, limit)


@router.get("/competency-standards/{position:path}")
async def get_standard(unit: Unit, caller: Caller, position: Position, response: Response) -> StandardView:
    """What a position needs."""
    found = await competency_standards.read(unit, position)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put("/competency-standards/{position:path}")
async def save_standard(
    unit: Unit, caller: Caller, position: Position, body: StandardBody, version: Version, response: Response
) -> StandardView:
    """Set what a position needs (If-Match "0" where nothing is set yet)."""
    saved = await competency_standards.save(unit, caller, position, body, version)
    response.headers["ETag"] = etag(saved.version)
    return saved


@router.get(PROFILE)
async def get_profile(unit: Unit, caller: Caller, case_id: CaseId, response: Response) -> ProfileView:
    """The competency profile: standard, level, gap, match and what to develop."""
    return _versioned(response, await competency.read(unit, caller, case_id))


@router.put(PROFILE)
async def save_rating(
    unit: Unit, caller: Caller, case_id: CaseId, body: CompetencyBody, version: Version, response: Response
) -> ProfileView:
    """Save the supervisor's draft whole (If-Match "0" for the first)."""
    return _versioned(response, await competency.save(unit, caller, case_id, body, version))


@router.post(f"{PROFILE}/submit")
async def submit_rating(unit: Unit, caller: Caller, case_id: CaseId, version: Version, response: Response) -> ProfileView:
    """Fix the rating."""
    return _versioned(response, await competency.submit(unit, caller, case_id, version))


def _versioned(response: Response, profile: ProfileView) -> ProfileView:
    response.headers["ETag"] = etag(profile.version)
    return profile
