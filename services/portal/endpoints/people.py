"""HR's people: search, and import from the personnel system with every bad row named before anything changes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients.appraisal import ImportOutcome
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, text_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn

router = APIRouter()
FILES = ("units", "people", "workbook")


@router.get("/people")
async def people(request: Request, services: Portal, visitor: SignedIn, q: str = "", unit: str = "", cursor: str = "") -> Response:
    visitor.need("hr", "ops", "leadership")
    units = await services.appraisal.units(visitor.token)
    found, after = await services.appraisal.people(visitor.token, query=q, unit_id=unit, cursor=cursor)
    return page(request, "people.html", people=found, after=after, units=units, q=q, unit=unit)


@router.get("/people/import")
async def import_page(request: Request, visitor: SignedIn) -> Response:
    visitor.need("hr")
    return page(request, "people_import.html", outcome=None, dry_run=True, heading="")


@router.post("/people/import")
async def import_roster(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Check the files (dry run), or import them: all rows or none."""
    visitor.need("hr")
    dry_run = text_of(typed, "action") != "import"
    outcome: ImportOutcome | None = None
    form = FormState("people-import")
    try:
        files = await _files(request, typed)
        outcome = await services.appraisal.import_roster(visitor.token, files, dry_run=dry_run, key=key_of(typed))
    except Problem as problem:
        form = FormState.failed("people-import", typed, problem)
    problem_now = form.problem
    return page(
        request,
        "people_import.html",
        status=problem_now.status if problem_now else 200,
        outcome=outcome,
        dry_run=dry_run,
        form=form,
        problem=problem_now,
        heading=heading_key(problem_now) if problem_now else "",
    )


async def _files(request: Request, typed: FormData) -> dict[str, Any]:
    files: dict[str, Any] = {}
    for name in FILES:
        upload = typed.get(name)
        if isinstance(upload, UploadFile) and upload.filename:
            files[name] = (upload.filename, await upload.read(), upload.content_type or "application/octet-stream")
    checks = Checks(typed)
    if "workbook" not in files and not {"units", "people"} <= files.keys():
        checks.wrong("workbook", say(request, "import.files_missing"))
    checks.finish(say(request, "form.some_wrong"))
    return files
