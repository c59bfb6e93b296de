"""How far each unit is in a cycle, for HR, ops and leadership."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.appraisal.documents.sheets import workbook
from services.appraisal.endpoints.inputs import Cursor, CycleId
from services.appraisal.schemas import Page
from services.appraisal.schemas_progress import UnitProgress
from services.appraisal.service import unit_progress

router = APIRouter(tags=["cycles"], route_class=ServiceRoute)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


def _file_of(media: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get("/cycles/{cycle_id}/unit-progress")
async def read(unit: Unit, caller: Caller, cycle_id: CycleId, cursor: Cursor = None, limit: PageLimit = 50) -> Page[UnitProgress]:
    """Units by name with their cases by phase."""
    caller.need("hr", "ops", "leadership")
    return await unit_progress.page(unit, cycle_id, cursor, limit)


@router.get("/cycles/{cycle_id}/unit-progress.xlsx", response_class=Response, responses=_file_of(XLSX))
async def as_workbook(unit: Unit, caller: Caller, cycle_id: CycleId) -> Response:
    """All units as a workbook."""
    caller.need("hr", "ops", "leadership")
    return _file(await workbook(await unit_progress.sheet(unit, cycle_id)), XLSX, f"progress-{cycle_id}.xlsx")


@router.get("/cycles/{cycle_id}/unit-progress.csv", response_class=Response, responses=_file_of(CSV))
async def as_csv(unit: Unit, caller: Caller, cycle_id: CycleId) -> Response:
    """All units as CSV."""
    caller.need("hr", "ops", "leadership")
    return _file(await unit_progress.as_csv(unit, cycle_id), CSV, f"progress-{cycle_id}.csv")


def _file(content: bytes, media: str, name: str) -> Response:
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
