"""Public holidays and joint leave: HR's list of a year, edited row by row or uploaded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import FieldError, Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.endpoints.uploads import chosen_files
from services.portal.forms import Checks, FormState, text_of, version_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
KINDS = ("national", "joint_leave")
BLANK_ROWS = 3
YEARS_BACK, YEARS_AHEAD = 1, 2
MOST_ROWS = 100
Year = Annotated[int, Path(ge=2000, le=2100)]


@router.get("/holidays")
async def this_year(request: Request, visitor: SignedIn) -> Response:
    return RedirectResponse(f"/holidays/{request.app.state.kit.clock.now().year}", 303)


@router.get("/holidays/{year}")
async def holidays(request: Request, services: Portal, visitor: SignedIn, year: Year) -> Response:
    return await _page(request, services, visitor, year, FormState())


@router.post("/holidays/{year}")
async def save(request: Request, services: Portal, visitor: SignedIn, typed: Typed, year: Year) -> Response:
    """The rows that have a date or a name; a row without both is taken out."""
    visitor.need("hr")
    rows = _rows(typed)
    try:
        await services.appraisal.save_holidays(visitor.token, year, [row for _, row in rows], version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        problem.errors = [FieldError(_as_typed(error.path, rows), error.message, error.mend) for error in problem.errors]
        return await _page(request, services, visitor, year, FormState.failed("holidays", typed, problem))
    return await carried_out(request, typed, to=f"/holidays/{year}", done="done.holidays_saved", year=year)


@router.post("/holidays/{year}/upload")
async def upload(request: Request, services: Portal, visitor: SignedIn, typed: Typed, year: Year) -> Response:
    visitor.need("hr")
    try:
        files = await chosen_files(typed, ("file",))
        if not files:
            checks = Checks(typed)
            checks.wrong("file", say(request, "history.file_missing"))
            checks.finish(say(request, "form.some_wrong"))
        await services.appraisal.import_holidays(
            visitor.token, year, {"holidays": files["file"]}, version=version_of(typed), key=key_of(typed)
        )
    except Problem as problem:
        return await _page(request, services, visitor, year, FormState.failed("upload", typed, problem))
    notice(request, "done.holidays_saved", year=year)
    return RedirectResponse(f"/holidays/{year}", 303)


@router.post("/holidays/{year}/reset")
async def reset(request: Request, services: Portal, visitor: SignedIn, typed: Typed, year: Year) -> Response:
    visitor.need("hr")
    try:
        await services.appraisal.reset_holidays(visitor.token, year, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        return await _page(request, services, visitor, year, FormState.failed("reset", typed, problem))
    notice(request, "done.holidays_reset", year=year)
    return RedirectResponse(f"/holidays/{year}", 303)


async def _page(request: Request, services: Services, visitor: Visitor, year: int, form: FormState) -> Response:
    away: list[str] = []
    listed = await services.appraisal.holidays(visitor.token, year)
    concerned = await part_of_page(services.appraisal.cycles_on_days_off(visitor.token), away, [])
    drafts = await kept_of(services, visitor, str(year))
    problem = form.problem
    kept = drafts.get(f"holidays:{year}")
    typed = form.values if form.name == "holidays" else kept.fields if kept else {}
    typed_rows = sum(name.endswith("-day") for name in typed)
    this_year = request.app.state.kit.clock.now().year
    return page(
        request,
        "holidays.html",
        status=problem.status if problem else 200,
        listed=listed,
        concerned=concerned,
        rows=max(len(listed.holidays) + BLANK_ROWS, typed_rows),
        years=range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1),
        drafts=drafts,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=away,
    )


def _rows(typed: FormData) -> list[tuple[int, dict[str, str]]]:
    """The rows that were filled in, each with its place on the page."""
    found = []
    for place in range(MOST_ROWS):
        day, name = text_of(typed, f"holidays-{place}-day"), text_of(typed, f"holidays-{place}-name")
        if day or name:
            kind = text_of(typed, f"holidays-{place}-kind")
            found.append((place, {"day": day, "name": name, "kind": kind if kind in KINDS else KINDS[0]}))
    return found


def _as_typed(path: str, rows: list[tuple[int, dict[str, str]]]) -> str:
    """The path of an error by the row's place on the page, where blank rows count too."""
    head, bracket, rest = path.partition("[")
    number, _, field = rest.partition("]")
    if not bracket or not number.isdigit() or int(number) >= len(rows):
        return path
    return f"{head}[{rows[int(number)][0]}]{field}"
