"""HR's life events: each is looked at with all it would change, cases and open tasks, and then recorded by one command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.problems import NotFound, Problem
from services.portal import people_choice
from services.portal.clients import Services
from services.portal.clients.appraisal import Person, Unit
from services.portal.clients.base import part_of_page
from services.portal.clients.life import Effect, TaskEffect
from services.portal.endpoints.deeds import carried_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, FormState, day, text_of
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
FIELDS: dict[str, tuple[str, ...]] = {
    "transfer": ("unit_id", "supervisor_id", "successor_id", "keeps_people", "position", "position_kind"),
    "hand-over": ("successor_id",),
    "leave": ("starts_on", "ends_on"),
    "return": (),
    "end-of-service": ("kind", "on", "successor_id"),
}
"""What each event of a person asks for; all ask for the person and the reason."""
NEEDED = frozenset({"unit_id", "starts_on", "ends_on", "kind", "on"})
DAYS = frozenset({"starts_on", "ends_on", "on"})
PEOPLE = ("person_id", "supervisor_id", "successor_id")
ABSENT_AFTER = frozenset({"leave", "end-of-service"})
ENDS = ("retired", "contract_ended", "ended_service", "deceased")


@dataclass
class Foreseen:
    """What an event would do."""

    effects: list[Effect] = field(default_factory=list)
    tasks: list[TaskEffect] = field(default_factory=list)
    away: list[str] = field(default_factory=list)


@router.get("/life-events")
async def journal(request: Request, services: Portal, visitor: SignedIn, cursor: str = "") -> Response:
    visitor.need("hr", "ops")
    events, after = await services.appraisal.life_events(visitor.token, cursor)
    return page(request, "life/journal.html", events=events, after=after, kinds=(*FIELDS, "reorganisation"))


@router.get("/life-events/{kind}")
async def event_page(request: Request, services: Portal, visitor: SignedIn, kind: str, person_id: str = "") -> Response:
    visitor.need("hr")
    _known(kind)
    asked = FormState("life", {"person_id": person_id})
    form = asked if person_id else kept_form(await kept_of(services, visitor, kind), f"life:{kind}")
    return await _show(request, services, visitor, kind, FormData(form.values), form)


@router.post("/life-events/{kind}")
async def act(request: Request, services: Portal, visitor: SignedIn, typed: Typed, kind: str) -> Response:
    """Find people, look at what would happen, or record it."""
    visitor.need("hr")
    _known(kind)
    action = text_of(typed, "action")
    form = FormState("life", {name: value for name, value in typed.items() if isinstance(value, str)}, key=key_of(typed))
    if action not in {"preview", "record"}:
        return await _show(request, services, visitor, kind, typed, form)
    try:
        person_id, body = _body(request, kind, typed)
        address = f"/people/{person_id}/{kind}"
        if action == "preview":
            foreseen = await foresee(services, visitor, address, body, person_id if kind in ABSENT_AFTER else None)
            return await _show(request, services, visitor, kind, typed, form, foreseen)
        await services.appraisal.life_event(visitor.token, address, body, key=key_of(typed))
    except Problem as problem:
        return await _show(request, services, visitor, kind, typed, FormState.failed("life", typed, problem))
    return await carried_out(request, typed, to="/life-events", done="life.done")


async def foresee(services: Services, visitor: Visitor, address: str, body: dict[str, Any], absent_id: str | None) -> Foreseen:
    """The dry run of an event, and the open tasks its effects would touch."""
    foreseen = Foreseen()
    outcome = await services.appraisal.life_event(visitor.token, address, {**body, "dry_run": True}, key=None)
    foreseen.effects = outcome.effects
    calls = services.supervision.tasks_touched(visitor.token, outcome.effects, absent_id)
    foreseen.tasks = await part_of_page(calls, foreseen.away, [])
    return foreseen


def _known(kind: str) -> None:
    if kind not in FIELDS:
        raise NotFound("There is no such life event.")


def _body(request: Request, kind: str, typed: FormData) -> tuple[str, dict[str, Any]]:
    checks = Checks(typed)
    person_id = checks.needed("person_id", say(request, "life.person_missing"))
    body: dict[str, Any] = {"reason": checks.needed("reason", say(request, "life.reason_missing"))}
    for name in FIELDS[kind]:
        value = text_of(typed, name)
        if name in NEEDED and not value:
            checks.wrong(name, say(request, "form.choose_one" if name in {"unit_id", "kind"} else "life.day_missing"))
        elif name in DAYS:
            try:
                value = day(value).isoformat()
            except ValueError:
                checks.wrong(name, say(request, "form.not_a_date"))
        if name == "keeps_people":
            body[name] = value == "yes"
        elif value:
            body[name] = value
    if kind == "hand-over" and "successor_id" not in body:
        checks.wrong("successor_id", say(request, "life.successor_missing"))
    checks.finish(say(request, "form.some_wrong"))
    return person_id, body


async def _show(
    request: Request, services: Services, visitor: Visitor, kind: str, typed: FormData, form: FormState, foreseen: Foreseen | None = None
) -> Response:
    people: list[Person] = await people_choice.offered(services, visitor.token, typed, PEOPLE)
    units: list[Unit] = await services.appraisal.units(visitor.token) if "unit_id" in FIELDS[kind] else []
    return page(
        request,
        "life/event.html",
        status=status_of(form),
        kind=kind,
        fields=FIELDS[kind],
        people=people,
        units=units,
        ends=ENDS,
        foreseen=foreseen,
        away=foreseen.away if foreseen else [],
        **refused_page(form),
    )
