"""HR's people: search, and import from the personnel system with every bad row named before anything changes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.clients.appraisal import ImportOutcome
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.uploads import chosen_files, taken, upload_page
from services.portal.forms import Checks
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
    return upload_page(request, "people_import.html")


@router.post("/people/import")
async def import_roster(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Check the files (dry run), or import them: all rows or none."""
    visitor.need("hr")

    async def take(dry_run: bool) -> ImportOutcome:
        files = await chosen_files(typed, FILES)
        checks = Checks(typed)
        if "workbook" not in files and not {"units", "people"} <= files.keys():
            checks.wrong("workbook", say(request, "import.files_missing"))
        checks.finish(say(request, "form.some_wrong"))
        return await services.appraisal.import_roster(visitor.token, files, dry_run=dry_run, key=key_of(typed))

    return await taken(request, "people_import.html", "people-import", typed, take)
