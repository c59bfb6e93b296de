"""The citizens' door: a form per unit without an account, its thank-you, its poster with a QR code, and what it is for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import FieldError, Problem
from kit.settings import Settings
from services.portal.citizen_helpers import ELEMENTS, SCORES, blurred_address, form_address, qr_code
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.citizens import PublicForm
from services.portal.endpoints.deeds import status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import UNKNOWN_OUTCOME, Checks, FormState, text_of
from services.portal.rendering import page, say
from services.portal.sessions import TokenDesk, language_of

router = APIRouter()
answers = APIRouter(include_in_schema=False)
"""Not behind the form token of a session: a citizen has none to protect, and may refuse cookies. The form carries a signed token
of its own that is good for one answer."""
UnitId = Annotated[str, Path(max_length=120)]
UNITS_SHOWN = 250
SAID_IN_OWN_WORDS = frozenset({"too-fast", "stale-form", "same-words", "too-many"})
"""Refusals of the service that the page explains in the citizen's language."""
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


@router.get("/for-citizens")
async def for_citizens(request: Request, services: Portal, q: str = "") -> Response:
    """What the form is for, what becomes of an answer, and every unit's form."""
    away: list[str] = []
    units = await part_of_page(services.supervision.service_units(_own_token(request)), away, [])
    wanted = q.casefold().split()
    found = [unit for unit in units if all(word in unit.name.casefold() for word in wanted)]
    days = request.app.state.kit.settings.citizen_complaint_days
    return page(request, "citizens/about.html", units=found[:UNITS_SHOWN], q=q[:100], days=days, away=away)


@router.get("/service/{unit_id}")
async def show_form(request: Request, services: Portal, unit_id: UnitId) -> Response:
    return await _form_page(request, services, unit_id, FormState())


@answers.post("/service/{unit_id}")
async def send(request: Request, services: Portal, typed: Typed, unit_id: UnitId) -> Response:
    """Hand the answer on; when it is refused, the form again with the reason beside the field and all that was typed."""
    try:
        body = _answer(request, typed)
        status = await services.supervision.send_answer(_own_token(request), unit_id, body, key=key_of(typed))
    except Problem as problem:
        if problem.code == "already-received":
            return RedirectResponse(f"/service/{unit_id}/thanks", 303)
        if problem.status == 404:
            raise
        return await _again(request, services, unit_id, typed, problem)
    return RedirectResponse(f"/service/{unit_id}/thanks?status={status}", 303)


@router.get("/service/{unit_id}/thanks")
async def thanks(request: Request, services: Portal, unit_id: UnitId, status: str = "") -> Response:
    away: list[str] = []
    found = await part_of_page(services.supervision.public_form(_own_token(request), unit_id), away, None)
    return page(request, "citizens/thanks.html", unit_id=unit_id, found=found, waiting=status != "published")


@router.get("/service/{unit_id}/poster")
async def poster(request: Request, services: Portal, unit_id: UnitId) -> Response:
    """A page to print and hang up at the counter."""
    found = await services.supervision.public_form(_own_token(request), unit_id)
    return page(request, "citizens/poster.html", found=found, address=form_address(_settings(request), unit_id))


@router.get("/service/{unit_id}/qr.{kind}")
async def code(request: Request, services: Portal, unit_id: UnitId, kind: str) -> Response:
    """The QR code of a unit's form as a picture."""
    if kind not in MEDIA:
        raise Problem(f"There is no picture of the kind {kind}.", status=404, code="not-found")
    await services.supervision.public_form(_own_token(request), unit_id)
    content = qr_code(form_address(_settings(request), unit_id), kind)
    return Response(content, media_type=MEDIA[kind], headers={"Cache-Control": "public, max-age=3600"})


def _answer(request: Request, typed: FormData) -> dict[str, Any]:
    """The answer as the service takes it.

    Raises:
        InvalidInput: nothing was said, or too much.
    """
    checks = Checks(typed)
    scores = {element: text_of(typed, f"ratings-{element}") for element in ELEMENTS}
    ratings = {element: int(score) for element, score in scores.items() if score in SCORES}
    words, theme = text_of(typed, "text"), text_of(typed, "theme")
    if not words and not ratings:
        checks.wrong("text", say(request, "citizens.nothing_said"))
    if len(words) > 2000:
        checks.wrong("text", say(request, "citizens.too_long", count=len(words)))
    if text_of(typed, "website"):
        checks.wrong("website", say(request, "citizens.trap_filled"))
    checks.finish(say(request, "form.some_wrong"))
    return {
        "token": text_of(typed, "token")[:200],
        "address": blurred_address(request),
        "ratings": ratings,
        "theme": theme if theme in ELEMENTS else None,
        "text": words,
        "language": language_of(request),
    }


async def _again(request: Request, services: Services, unit_id: str, typed: FormData, problem: Problem) -> Response:
    if problem.code in SAID_IN_OWN_WORDS:
        said = say(request, f"citizens.{problem.code.replace('-', '_')}")
        errors = [FieldError("text", said)] if problem.code == "same-words" else []
        problem = Problem(said, errors, status=problem.status, code=problem.code, headers=problem.headers)
    form = FormState.failed("citizen", typed, problem)
    try:
        return await _form_page(request, services, unit_id, form)
    except Problem as other:
        if other.status not in UNKNOWN_OUTCOME:
            raise
        return page(request, "kept.html", status=problem.status, form=form, heading="citizens.not_sent")


async def _form_page(request: Request, services: Services, unit_id: str, form: FormState) -> Response:
    found: PublicForm = await services.supervision.public_form(_own_token(request), unit_id)
    problem = form.problem
    # Whoever was too fast sends the same form again; any other refusal comes with a fresh one.
    token = form.get("token") if problem and problem.code == "too-fast" else found.token
    shown = page(
        request,
        "citizens/form.html",
        status=status_of(form),
        found=found,
        form_token=token,
        form=form,
        problem=problem,
        heading="citizens.not_sent" if problem else "",
    )
    if problem:
        shown.headers.update(problem.headers)
    return shown


def _own_token(request: Request) -> str:
    tokens: TokenDesk = request.app.state.tokens
    return tokens.service_token()


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.kit.settings
    return settings
