"""One case on the ops desk: its whole story, and the orders that mend it."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.i18n import long_date
from kit.problems import NotFound, Problem
from services.portal import case_orders
from services.portal.case_log import CaseLog, load
from services.portal.clients import Services
from services.portal.cycle_form import CALENDAR_PHASES
from services.portal.endpoints.deeds import carried_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import FormState, text_of, typed_values
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor, language_of

router = APIRouter(prefix="/ops/cases")


@router.get("/{case_id}")
async def story(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    """What the workflow did, who recorded what, and what people were told."""
    visitor.need("ops", "hr")
    return await _story(request, services, visitor, case_id, FormState())


@router.post("/{case_id}/order")
async def order(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """First says what the order would do, then gives it, with a reason that stays with the case."""
    visitor.need("ops", "hr")
    confirmed = text_of(typed, "action") == "confirm"
    log = await _log(request, services, visitor, case_id)
    offered = await case_orders.mendable(services, visitor, log, case_id)
    try:
        wanted = case_orders.read(request, typed, log, offered)
        effect = await case_orders.give(request, services, visitor, case_id, wanted, key=key_of(typed) if confirmed else None)
    except Problem as problem:
        return await _story(request, services, visitor, case_id, FormState.failed("order", typed, problem))
    if confirmed:
        return await carried_out(request, typed, to=f"/ops/cases/{case_id}", done="ops_case.ordered")
    form = FormState("order", typed_values(typed), key=key_of(typed))
    return await _story(request, services, visitor, case_id, form, effect)


async def _log(request: Request, services: Services, visitor: Visitor, case_id: str) -> CaseLog:
    language = language_of(request)
    log = await load(services, visitor, case_id, partial(say, request), lambda day: long_date(day, language) if day else "–")
    if log.case is None and log.progress is None and not log.away:
        raise NotFound(f"There is no case {case_id}.")
    return log


async def _story(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState, effect: str = "") -> Response:
    log = await _log(request, services, visitor, case_id)
    return page(
        request,
        "ops_case.html",
        status=status_of(form),
        case_id=case_id,
        log=log,
        offered=await case_orders.mendable(services, visitor, log, case_id),
        effect=effect,
        drafts=await kept_of(services, visitor, case_id),
        phases=CALENDAR_PHASES,
        message_options=case_orders.message_options,
        point_options=case_orders.point_options,
        away=log.away,
        **refused_page(form),
    )
