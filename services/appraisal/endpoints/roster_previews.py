"""An import looked at before it is carried out."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, File, Path, Query, UploadFile

from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.appraisal.domain.roster_changes import RowKind
from services.appraisal.endpoints.inputs import ID_FORM, Cursor
from services.appraisal.schemas import ImportOutcome, Page
from services.appraisal.schemas_roster import PreviewRowView, PreviewView
from services.appraisal.service import roster_previews as previews
from services.appraisal.service.roster import RosterFiles

router = APIRouter(tags=["roster"], route_class=ServiceRoute)
PREVIEW_PATH = "/roster/previews"
PreviewId = Annotated[str, Path(max_length=60, pattern=ID_FORM)]


@router.post(PREVIEW_PATH, status_code=201)
async def preview(
    unit: Unit,
    caller: Caller,
    units: Annotated[UploadFile | None, File(description="units.csv")] = None,
    people: Annotated[UploadFile | None, File(description="people.csv")] = None,
    workbook: Annotated[UploadFile | None, File(description="XLSX with the sheets units and people")] = None,
) -> PreviewView:
    """What the files would change, kept for a day; or every bad row named."""
    caller.need("hr")
    files = RosterFiles(
        units=await units.read() if units else None,
        people=await people.read() if people else None,
        workbook=await workbook.read() if workbook else None,
    )
    return await previews.make(unit, caller, files)


@router.get(PREVIEW_PATH + "/{preview_id}")
async def get_preview(unit: Unit, caller: Caller, preview_id: PreviewId) -> PreviewView:
    """A preview."""
    caller.need("hr")
    return await previews.one(unit, preview_id)


@router.get(PREVIEW_PATH + "/{preview_id}/rows")
async def preview_rows(
    unit: Unit,
    caller: Caller,
    preview_id: PreviewId,
    kind: RowKind | None = None,
    only: Annotated[
        Literal["added", "changed", "missing", "moved", "superior"] | None,
        Query(description="rows of one sort; superior: another supervisor or head"),
    ] = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[PreviewRowView]:
    """Row by row what would change, old and new."""
    caller.need("hr")
    return await previews.page(unit, preview_id, kind=kind, only=only, cursor=cursor, limit=limit)


@router.post(PREVIEW_PATH + "/{preview_id}/confirm")
async def confirm(unit: Unit, caller: Caller, preview_id: PreviewId) -> ImportOutcome:
    """Import exactly what the preview shows; 412 where the files would now change something else."""
    caller.need("hr")
    return await previews.confirm(unit, preview_id)


@router.post(PREVIEW_PATH + "/{preview_id}/renew")
async def renew(unit: Unit, caller: Caller, preview_id: PreviewId) -> PreviewView:
    """The same files against the city of now."""
    caller.need("hr")
    return await previews.renew(unit, caller, preview_id)


@router.delete(PREVIEW_PATH + "/{preview_id}", status_code=204)
async def discard(unit: Unit, caller: Caller, preview_id: PreviewId) -> None:
    """Forget a preview with its files."""
    caller.need("hr")
    await previews.discard(unit, preview_id)
