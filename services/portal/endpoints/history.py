"""Documents, a unit's results as a workbook, and results through the years."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.portal.clients.base import File
from services.portal.clients.feedback import HistoryCounts
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.uploads import Files, chosen_files, taken, upload_page
from services.portal.forms import Checks
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn

router = APIRouter()


def handed_on(file: File) -> Response:
    """A file of a service, as it came."""
    return Response(
        file.content, media_type=file.media_type, headers={"Content-Disposition": file.disposition, "Cache-Control": "no-store"}
    )


@router.get("/cases/{case_id}/plan.pdf")
async def plan_document(services: Portal, visitor: SignedIn, case_id: str, language: str = "") -> Response:
    return handed_on(await services.appraisal.document(visitor.token, case_id, "plan", language or visitor.language))


@router.get("/cases/{case_id}/evaluation.pdf")
async def evaluation_document(services: Portal, visitor: SignedIn, case_id: str, language: str = "") -> Response:
    return handed_on(await services.appraisal.document(visitor.token, case_id, "evaluation", language or visitor.language))


@router.get("/cycles/{cycle_id}/results.xlsx")
async def unit_results(services: Portal, visitor: SignedIn, cycle_id: str, unit_id: str) -> Response:
    return handed_on(await services.appraisal.unit_results(visitor.token, cycle_id, unit_id))


@router.get("/people/{person_id}/history")
async def history(request: Request, services: Portal, visitor: SignedIn, person_id: str) -> Response:
    found = await services.appraisal.history(visitor.token, person_id)
    person = await services.appraisal.person(visitor.token, person_id)
    return page(request, "history.html", history=found, person=person)


@router.get("/people/history/import")
async def import_page(request: Request, visitor: SignedIn) -> Response:
    visitor.need("hr")
    return upload_page(request, "history_import.html")


@router.post("/people/history/import")
async def import_history(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Check the file (dry run), or import it: all rows or none."""
    visitor.need("hr")

    async def take(dry_run: bool) -> HistoryCounts:
        files = await _file(request, typed)
        return await services.appraisal.import_history(visitor.token, files, dry_run=dry_run, key=key_of(typed))

    return await taken(request, "history_import.html", "history-import", typed, take)


async def _file(request: Request, typed: FormData) -> Files:
    """The file under the name the service takes it by: a workbook, or rows of text."""
    chosen = await chosen_files(typed, ("file",))
    if not chosen:
        checks = Checks(typed)
        checks.wrong("file", say(request, "history.file_missing"))
        checks.finish(say(request, "form.some_wrong"))
    file = chosen["file"]
    return {"workbook" if file[0].lower().endswith(".xlsx") else "results": file}
