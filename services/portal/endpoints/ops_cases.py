"""One case on the ops desk: its whole story, and the orders that mend it."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.i18n import long_date
from kit.problems import NotFound, Problem
from services.portal.case_log import load
from services.portal.clients import Services
from services.portal.cycle_form import CALENDAR_PHASES, steering
from services.portal.endpoints.cycles import ACTIONS
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState, text_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor, language_of

router = APIRouter(prefix="/ops/cases")


@router.get("/{case_id}")
async def story(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    """What the workflow did, who recorded what, and what people were told."""
    visitor.need("ops", "hr")
    return await _story(request, services, visitor, case_id, FormState())


async def _story(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState) -> Response:
    language = language_of(request)
    log = await load(services, visitor, case_id, partial(say, request), lambda day: long_date(day, language) if day else "–")
    if log.case is None and log.progress is None and not log.away:
        raise NotFound(f"There is no case {case_id}.")
    problem = form.problem
    return page(
        request,
        "ops_case.html",
        status=problem.status if problem else 200,
        case_id=case_id,
        log=log,
        actions=ACTIONS,
        drafts=await kept_of(services, visitor, case_id),
        phases=CALENDAR_PHASES,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=log.away,
    )


@router.post("/{case_id}/order")
async def order(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Pause, resume, extend or cancel this one case, with a reason that stays with it."""
    visitor.need("ops", "hr")
    action = text_of(typed, "what")
    if action and action not in ACTIONS:
        raise NotFound("There is no such action.")
    try:
        body = {**steering(request, typed, action), "case_id": case_id}
        await services.control.change(visitor.token, case_id.partition(".")[0], action, body, key=key_of(typed))
    except Problem as problem:
        return await _story(request, services, visitor, case_id, FormState.failed("order", typed, problem))
    return await carried_out(request, typed, to=f"/ops/cases/{case_id}", done="ops_case.ordered")
