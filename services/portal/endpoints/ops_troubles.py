"""What is wrong, why, and what mends it: each mend is an order with a reason, sent to the service that carries it out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import FieldError, InvalidInput, NotFound, Problem
from services.portal.clients import SERVICE_NAMES, Services
from services.portal.clients import case_desk as desk
from services.portal.clients.base import part_of_page
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState, text_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter(prefix="/ops/troubles")
SHORTEST_REASON = 3


@router.get("")
async def troubles(request: Request, services: Portal, visitor: SignedIn) -> Response:
    """Everything that is wrong now, the worst first."""
    visitor.need("ops", "hr")
    return await _page(request, services, visitor, FormState())


async def _page(request: Request, services: Services, visitor: Visitor, form: FormState) -> Response:
    away: list[str] = []
    found = await part_of_page(desk.troubles(services.control, visitor.token), away, desk.Troubles())
    problem = form.problem
    return page(
        request,
        "ops_troubles.html",
        status=problem.status if problem else 200,
        troubles=found,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=away,
    )


@router.post("")
async def mend(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Send the order a trouble offers. Only what is offered just now is sent; the service checks who may."""
    visitor.need("ops", "hr")
    key, choice, reason = text_of(typed, "trouble"), text_of(typed, "mend"), text_of(typed, "reason").strip()
    try:
        if len(reason) < SHORTEST_REASON:
            missing = FieldError("reason", say(request, "troubles.reason_missing"), "")
            raise InvalidInput(say(request, "troubles.reason_missing"), [missing])
        found = await desk.troubles(services.control, visitor.token)
        offered = [offer for trouble in found.items if trouble.key == key for offer in trouble.mends if offer.choice == choice]
        if not offered or offered[0].service not in SERVICE_NAMES:
            raise NotFound(say(request, "troubles.over"))
        body = {**offered[0].body, "reason": reason}
        await services.named(offered[0].service).send("POST", visitor.token, offered[0].path, body=body, key=key_of(typed))
    except Problem as problem:
        return await _page(request, services, visitor, FormState.failed(key, typed, problem))
    notice(request, "troubles.ordered")
    return RedirectResponse("/ops/troubles", 303)
