"""Where a person is told beside the inbox and e-mail: browsers, chats, other systems; added, tried and removed by themselves."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.notification import Place
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, text_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter(prefix="/preferences/places")
KINDS = ("chat", "webhook")


@router.get("")
async def places(request: Request, services: Portal, visitor: SignedIn) -> Response:
    return await _show(request, services, visitor)


async def _show(
    request: Request, services: Services, visitor: Visitor, *, made: Place | None = None, form: FormState | None = None
) -> Response:
    form = form or FormState()
    problem = form.problem
    return page(
        request,
        "places.html",
        status=problem.status if problem else 200,
        found=await services.notification.places(visitor.token),
        made=made,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
    )


@router.post("")
async def add(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """A webhook's secret is on the answer and nowhere else: it is neither kept in the session nor shown again."""
    channel = text_of(typed, "channel") if text_of(typed, "channel") in KINDS else KINDS[0]
    try:
        checks = Checks(typed)
        checks.needed("address", say(request, "places.address_missing"))
        checks.finish(say(request, "form.some_wrong"))
        made = await services.notification.add_place(visitor.token, channel, text_of(typed, "address"), key_of(typed))
    except Problem as problem:
        return await _show(request, services, visitor, form=FormState.failed(channel, typed, problem))
    if made.secret:
        return await _show(request, services, visitor, made=made)
    notice(request, "places.added")
    return RedirectResponse("/preferences/places", 303)


@router.post("/{place}/rotate")
async def rotate(request: Request, services: Portal, visitor: SignedIn, typed: Typed, place: str) -> Response:
    return await _show(request, services, visitor, made=await services.notification.rotate_place(visitor.token, place, key_of(typed)))


@router.post("/{place}/trial")
async def try_out(request: Request, services: Portal, visitor: SignedIn, typed: Typed, place: str) -> Response:
    taken = await services.notification.try_place(visitor.token, place, key_of(typed))
    notice(request, "places.tried" if taken else "places.not_taken")
    return RedirectResponse("/preferences/places", 303)


@router.post("/{place}/remove")
async def remove(request: Request, services: Portal, visitor: SignedIn, place: str) -> Response:
    await services.notification.remove_place(visitor.token, place)
    notice(request, "places.removed")
    return RedirectResponse("/preferences/places", 303)
