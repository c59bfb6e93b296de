"""Results through the years, and a unit's results as a workbook."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Path, Query, Response, UploadFile

from kit.http import Caller, ServiceRoute, Unit
from services.appraisal.documents.sheets import workbook as workbook_of
from services.appraisal.endpoints.inputs import ID_FORM, CycleId, PersonId
from services.appraisal.history_schemas import HistoryOutcome, HistoryView
from services.appraisal.service import exports, history

router = APIRouter(tags=["history"], route_class=ServiceRoute)
HISTORY_PATH = "/history/imports"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
UnitId = Annotated[str, Path(max_length=60, pattern=ID_FORM)]


@router.post(HISTORY_PATH)
async def import_history(
    unit: Unit,
    caller: Caller,
    results: Annotated[UploadFile | None, File(description="results.csv: nip, year, category, results, behaviour")] = None,
    workbook: Annotated[UploadFile | None, File(description="XLSX with the sheet results")] = None,
    dry_run: Annotated[bool, Query(description="check and count, change nothing")] = False,
) -> HistoryOutcome:
    """Import results of earlier years: all rows, or none and every bad row named."""
    caller.need("hr")
    return await history.import_history(
        unit,
        table=await results.read() if results else None,
        workbook=await workbook.read() if workbook else None,
        dry_run=dry_run,
    )


@router.get("/people/{person_id}/history")
async def get_history(unit: Unit, caller: Caller, person_id: PersonId) -> HistoryView:
    """A person's results through the years."""
    return await history.of_person(unit, caller, person_id)


@router.get("/cycles/{cycle_id}/units/{unit_id}/results.xlsx", response_class=Response, responses=ANSWER)
async def export_results(unit: Unit, caller: Caller, cycle_id: CycleId, unit_id: UnitId) -> Response:
    """A unit's results of a cycle."""
    content = await workbook_of(await exports.unit_results(unit, caller, cycle_id, unit_id))
    headers = {"Content-Disposition": f'attachment; filename="hasil-{cycle_id}-{unit_id}.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)
