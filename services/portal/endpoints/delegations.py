"""Delegation while on leave, for oneself or by HR, and acting officials of vacant posts; and HR's list of wrong supervisors."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.problems import Problem
from services.portal import people_choice
from services.portal.clients import Services
from services.portal.clients.life import TaskEffect
from services.portal.endpoints.deeds import carried_out, carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, FormState, day, text_of
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
KINDS = ("delegation", "plt", "plh")
STATUSES = ("open", "accepted", "refused")


@router.get("/delegations")
async def delegations(request: Request, services: Portal, visitor: SignedIn, for_person_id: str = "") -> Response:
    """Who acts for whom; ``for_person_id`` is whose tasks HR came to give to somebody else."""
    form = kept_form(await kept_of(services, visitor), "delegation")
    form.name = "delegation"
    if for_person_id and visitor.has("hr"):
        form.values["for_person_id"] = for_person_id[:80]
    return await _show(request, services, visitor, FormData(form.values), form)


@router.post("/delegations")
async def act(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Find people, look at which tasks would move, or record it."""
    action = text_of(typed, "action")
    form = FormState("delegation", {name: value for name, value in typed.items() if isinstance(value, str)}, key=key_of(typed))
    if action not in {"preview", "record"}:
        return await _show(request, services, visitor, typed, form)
    try:
        body = _body(request, visitor, typed)
        if action == "preview":
            moved = await services.supervision.stand_in(visitor.token, {**body, "dry_run": True}, key=None)
            return await _show(request, services, visitor, typed, form, moved)
        await services.supervision.stand_in(visitor.token, body, key=key_of(typed))
    except Problem as problem:
        return await _show(request, services, visitor, typed, FormState.failed("delegation", typed, problem))
    return await carried_out(request, typed, to="/delegations", done="delegation.done")


@router.post("/delegations/{stand_in_id}/end")
async def end(request: Request, services: Portal, visitor: SignedIn, typed: Typed, stand_in_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        reason = checks.needed(f"end-{stand_in_id}", say(request, "life.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.end_stand_in(visitor.token, stand_in_id, reason, key=key_of(typed))

    async def again(form: FormState) -> Response:
        return await _show(request, services, visitor, FormData(), form)

    return await carry_out(request, typed, f"end-{stand_in_id}", deed(), again, to="/delegations", done="delegation.ended")


@router.get("/supervisor-corrections")
async def corrections(request: Request, services: Portal, visitor: SignedIn, status: str = "open", cursor: str = "") -> Response:
    """Every request to correct a supervisor; HR decides each on the case's page."""
    visitor.need("hr", "ops")
    chosen = status if status in STATUSES else "open"
    found, after = await services.supervision.corrections(visitor.token, status=chosen, cursor=cursor)
    return page(request, "life/corrections.html", corrections=found, after=after, chosen=chosen, statuses=STATUSES)


def _body(request: Request, visitor: Visitor, typed: FormData) -> dict[str, Any]:
    checks = Checks(typed)
    kind = text_of(typed, "kind") or "delegation"
    body: dict[str, Any] = {"kind": kind, "person_id": checks.needed("person_id", say(request, "delegation.person_missing"))}
    body["for_person_id"] = visitor.person_id
    if visitor.has("hr"):
        body["for_person_id"] = text_of(typed, "for_person_id") or visitor.person_id
    if kind not in KINDS:
        checks.wrong("kind", say(request, "form.choose_one"))
    for name in ("starts_on", "ends_on"):
        value = checks.needed(name, say(request, "life.day_missing"))
        try:
            body[name] = day(value).isoformat() if value else ""
        except ValueError:
            checks.wrong(name, say(request, "form.not_a_date"))
    body["reason"] = checks.needed("reason", say(request, "life.reason_missing"))
    checks.finish(say(request, "form.some_wrong"))
    return body


async def _show(
    request: Request, services: Services, visitor: Visitor, typed: FormData, form: FormState, moved: list[TaskEffect] | None = None
) -> Response:
    hr = visitor.has("hr")
    return page(
        request,
        "life/delegations.html",
        status=status_of(form),
        stand_ins=await services.supervision.stand_ins(visitor.token, everybody=hr),
        people=await people_choice.offered(services, visitor.token, typed, ("person_id", "for_person_id")),
        kinds=KINDS if hr else KINDS[:1],
        moved=moved,
        drafts=await kept_of(services, visitor),
        **refused_page(form),
    )
