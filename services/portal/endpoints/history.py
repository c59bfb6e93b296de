"""Documents, a unit's results as a workbook, and results through the years."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients.base import File
from services.portal.clients.feedback import HistoryCounts
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, text_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn

router = APIRouter()


def _handed_on(file: File) -> Response:
    return Response(
        file.content, media_type=file.media_type, headers={"Content-Disposition": file.disposition, "Cache-Control": "no-store"}
    )


@router.get("/cases/{case_id}/plan.pdf")
async def plan_document(services: Portal, visitor: SignedIn, case_id: str, language: str = "") -> Response:
    return _handed_on(await services.appraisal.document(visitor.token, case_id, "plan", language or visitor.language))


@router.get("/cases/{case_id}/evaluation.pdf")
async def evaluation_document(services: Portal, visitor: SignedIn, case_id: str, language: str = "") -> Response:
    return _handed_on(await services.appraisal.document(visitor.token, case_id, "evaluation", language or visitor.language))


@router.get("/cycles/{cycle_id}/results.xlsx")
async def unit_results(services: Portal, visitor: SignedIn, cycle_id: str, unit_id: str) -> Response:
    return _handed_on(await services.appraisal.unit_results(visitor.token, cycle_id, unit_id))


@router.get("/people/{person_id}/history")
async def history(request: Request, services: Portal, visitor: SignedIn, person_id: str) -> Response:
    found = await services.appraisal.history(visitor.token, person_id)
    person = await services.appraisal.person(visitor.token, person_id)
    return page(request, "history.html", history=found, person=person)


@router.get("/people/history/import")
async def import_page(request: Request, visitor: SignedIn) -> Response:
    visitor.need("hr")
    return page(request, "history_import.html", outcome=None, dry_run=True, heading="")


@router.post("/people/history/import")
async def import_history(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Check the file (dry run), or import it: all rows or none."""
    visitor.need("hr")
    dry_run = text_of(typed, "action") != "import"
    outcome: HistoryCounts | None = None
    form = FormState("history-import")
    try:
        files = await _file(request, typed)
        outcome = await services.appraisal.import_history(visitor.token, files, dry_run=dry_run, key=key_of(typed))
    except Problem as problem:
        form = FormState.failed("history-import", typed, problem)
    problem_now = form.problem
    return page(
        request,
        "history_import.html",
        status=problem_now.status if problem_now else 200,
        outcome=outcome,
        dry_run=dry_run,
        form=form,
        problem=problem_now,
        heading=heading_key(problem_now) if problem_now else "",
    )


async def _file(request: Request, typed: FormData) -> dict[str, Any]:
    """The file under the name the service takes it by: a workbook, or rows of text."""
    upload = typed.get("file")
    checks = Checks(typed)
    if not isinstance(upload, UploadFile) or not upload.filename:
        checks.wrong("file", say(request, "history.file_missing"))
        checks.finish(say(request, "form.some_wrong"))
        return {}
    name = "workbook" if upload.filename.lower().endswith(".xlsx") else "results"
    return {name: (upload.filename, await upload.read(), upload.content_type or "application/octet-stream")}
