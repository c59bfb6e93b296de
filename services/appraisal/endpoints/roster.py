"""Importing the roster."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile

from kit.http import Caller, ServiceRoute, Unit
from services.appraisal.schemas import ImportOutcome
from services.appraisal.service import roster
from services.appraisal.service.roster import RosterFiles

router = APIRouter(tags=["roster"], route_class=ServiceRoute)
IMPORT_PATH = "/roster/imports"


@router.post(IMPORT_PATH)
async def import_roster(
    unit: Unit,
    caller: Caller,
    units: Annotated[UploadFile | None, File(description="units.csv")] = None,
    people: Annotated[UploadFile | None, File(description="people.csv")] = None,
    workbook: Annotated[UploadFile | None, File(description="XLSX with the sheets units and people")] = None,
    dry_run: Annotated[bool, Query(description="check and count, change nothing")] = False,
) -> ImportOutcome:
    """Add and change units and people: all rows, or none and every bad row named."""
    caller.need("hr", "service")
    files = RosterFiles(
        units=await units.read() if units else None,
        people=await people.read() if people else None,
        workbook=await workbook.read() if workbook else None,
    )
    return await roster.import_roster(unit, files, dry_run=dry_run)
