"""HR's import of people and units: every change is seen, old and new, before exactly that is carried out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.endpoints.uploads import chosen_files
from services.portal.forms import Checks, FormState, text_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn

router = APIRouter()
FILES = ("units", "people", "workbook")
SORTS = ("added", "changed", "moved", "superior", "missing")
CHANGED_MEANWHILE = 412


@router.get("/people/import")
async def import_page(request: Request, visitor: SignedIn) -> Response:
    visitor.need("hr")
    return page(request, "people_import.html", heading="")


@router.post("/people/import")
async def preview(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Look at what the files would change; or every bad row, with nothing kept."""
    visitor.need("hr")
    try:
        files = await chosen_files(typed, FILES)
        checks = Checks(typed)
        if "workbook" not in files and not {"units", "people"} <= files.keys():
            checks.wrong("workbook", say(request, "import.files_missing"))
        checks.finish(say(request, "form.some_wrong"))
        made = await services.appraisal.preview_roster(visitor.token, files, key=key_of(typed))
    except Problem as problem:
        form = FormState.failed("people-import", typed, problem)
        return page(request, "people_import.html", status=problem.status, form=form, problem=problem, heading=heading_key(problem))
    return RedirectResponse(f"/people/import/{made.preview_id}", 303)


@router.get("/people/import/{preview_id}")
async def preview_page(
    request: Request, services: Portal, visitor: SignedIn, preview_id: str, only: str = "", cursor: str = ""
) -> Response:
    visitor.need("hr")
    only = only if only in SORTS else ""
    made = await services.appraisal.roster_preview(visitor.token, preview_id)
    rows, after = await services.appraisal.roster_preview_rows(visitor.token, preview_id, only, cursor)
    return page(request, "people_import_preview.html", preview=made, rows=rows, after=after, only=only, sorts=SORTS)


@router.post("/people/import/{preview_id}")
async def confirm(request: Request, services: Portal, visitor: SignedIn, typed: Typed, preview_id: str) -> Response:
    """Import what was shown, or throw the preview away. Was something changed meanwhile, a new preview is shown first."""
    visitor.need("hr")
    if text_of(typed, "action") == "discard":
        await services.appraisal.discard_roster_preview(visitor.token, preview_id)
        notice(request, "roster_preview.discarded")
        return RedirectResponse("/people/import", 303)
    try:
        done = await services.appraisal.confirm_roster(visitor.token, preview_id, key=key_of(typed))
    except Problem as problem:
        if problem.status != CHANGED_MEANWHILE:
            raise
        newer = await services.appraisal.renew_roster_preview(visitor.token, preview_id)
        notice(request, "roster_preview.changed_meanwhile")
        return RedirectResponse(f"/people/import/{newer.preview_id}", 303)
    added, changed = done.people.added + done.units.added, done.people.changed + done.units.changed
    notice(request, "roster_preview.done", added=added, changed=changed)
    return RedirectResponse("/people", 303)
