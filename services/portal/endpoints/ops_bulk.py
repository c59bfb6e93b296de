"""One order for many cases: chosen by the filters of the desk, seen first as what it would do, carried out at a pace, watched, stopped."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients import Services, bulk
from services.portal.clients.base import part_of_page
from services.portal.cycle_form import CALENDAR_PHASES, END_OF_DAY, dated
from services.portal.endpoints.deeds import carried_out, carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.ops import AGES, STANDINGS
from services.portal.forms import Checks, FormState, text_of, typed_values
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter(prefix="/ops/bulk")
KINDS = ("extend", "skip", "reopen", "pause", "resume", "cancel", "announce", "settle", "retry", "re_emit")
OF_OPS = frozenset({"retry", "re_emit"})
WITH_PHASE = frozenset({"skip", "reopen", "extend"})
OPEN_STANDINGS = tuple(standing for standing in STANDINGS if standing != "closed")
PACES = ("1", "5", "20", "50")
FIELDS = {"order-phase": "order_phase", "order-due_at": "due_at", "choose-unit_id": "unit", "choose-cycle_id": "cycle"}
"""Where a field of the service's stands on this page."""


@router.get("")
async def choose(
    request: Request,
    services: Portal,
    visitor: SignedIn,
    cycle: str = "",
    phase: str = "",
    unit: str = "",
    standing: str = "",
    age: str = "",
    search: str = "",
) -> Response:
    """Which cases and what order; the filters of the desk come along."""
    visitor.need("ops", "hr")
    form = kept_form(await kept_of(services, visitor), "bulk")
    asked = {"cycle": cycle, "phase": phase, "unit": unit, "standing": standing, "age": age, "search": search}
    form.values |= {name: value[:120] for name, value in asked.items() if value}
    form.name = "bulk"
    return await _page(request, services, visitor, form)


@router.post("")
async def give(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """First says whom the order would reach, then begins it."""
    visitor.need("ops", "hr")
    confirmed = text_of(typed, "action") == "confirm"
    try:
        body = _body(request, visitor, typed)
        reached = await bulk.give(services.control, visitor.token, body, key=key_of(typed) if confirmed else None)
    except Problem as problem:
        form = FormState.failed("bulk", typed, problem)
        form.errors = {FIELDS.get(name, name): text for name, text in form.errors.items()}
        return await _page(request, services, visitor, form)
    if confirmed:
        return await carried_out(request, typed, to="/ops/bulk", done="bulk.begun", count=reached.reached)
    return await _page(request, services, visitor, FormState("bulk", typed_values(typed), key=key_of(typed)), reached)


@router.post("/{order_id}/stop")
async def stop(request: Request, services: Portal, visitor: SignedIn, typed: Typed, order_id: str) -> Response:
    """Tell no further cases."""
    visitor.need("ops", "hr")
    name = f"stop-{order_id}"

    async def deed() -> None:
        checks = Checks(typed)
        reason = checks.needed(name, say(request, "cycle.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await bulk.stop(services.control, visitor.token, order_id, reason, key=key_of(typed))

    async def again(form: FormState) -> Response:
        return await _page(request, services, visitor, form)

    return await carry_out(request, typed, name, deed(), again, to="/ops/bulk", done="bulk.stopping")


def _body(request: Request, visitor: Visitor, typed: FormData) -> dict[str, Any]:
    """
    Raises:
        InvalidInput: something is missing, each beside its field.
    """
    checks = Checks(typed)
    kind = text_of(typed, "what")
    if kind not in _offered(visitor):
        checks.wrong("what", say(request, "form.choose_one"))
    order: dict[str, Any] = {"kind": kind}
    if kind in WITH_PHASE:
        order["phase"] = text_of(typed, "order_phase")
        if order["phase"] not in CALENDAR_PHASES:
            checks.wrong("order_phase", say(request, "form.choose_one"))
    if kind == "extend" or (kind == "reopen" and text_of(typed, "due_at")):
        due = dated(checks, request, "due_at", END_OF_DAY)
        order["due_at"] = due.isoformat() if due else None
    standing, age, pace = (text_of(typed, name) for name in ("standing", "age", "per_second"))
    choice = {
        "cycle_id": checks.needed("cycle", say(request, "form.choose_one")),
        "unit_id": text_of(typed, "unit") or None,
        "phase": phase if (phase := text_of(typed, "phase")) in CALENDAR_PHASES else None,
        "standing": standing if standing in OPEN_STANDINGS else "open",
        "stuck_days": int(age) if age in AGES else None,
        "search": text_of(typed, "search")[:120],
    }
    reason = checks.needed("reason", say(request, "cycle.reason_missing"))
    checks.finish(say(request, "form.some_wrong"))
    return {"reason": reason, "order": order, "choose": choice, "per_second": float(pace) if pace in PACES else 5.0}


def _offered(visitor: Visitor) -> tuple[str, ...]:
    return tuple(kind for kind in KINDS if kind not in OF_OPS or visitor.has("ops"))


async def _page(request: Request, services: Services, visitor: Visitor, form: FormState, reached: bulk.Reached | None = None) -> Response:
    away: list[str] = []
    return page(
        request,
        "ops_bulk.html",
        status=status_of(form),
        cycles=await part_of_page(services.appraisal.cycles(visitor.token), away, []),
        orders=await part_of_page(bulk.orders(services.control, visitor.token), away, list[bulk.Progress]()),
        kinds=_offered(visitor),
        phases=CALENDAR_PHASES,
        standings=OPEN_STANDINGS,
        ages=AGES,
        paces=PACES,
        reached=reached,
        drafts=await kept_of(services, visitor),
        away=away,
        **refused_page(form),
    )
