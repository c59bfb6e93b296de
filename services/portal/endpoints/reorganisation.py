"""HR merges or splits units: old units, new ones, and who goes where, looked at before it is recorded."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from kit.problems import Problem
from services.portal import people_choice
from services.portal.clients import Services
from services.portal.clients.appraisal import Person
from services.portal.endpoints.deeds import carried_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.life import Foreseen, foresee
from services.portal.forms import Checks, FormState, text_of
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
NEW_UNITS = 4
"""Rows for new units in the form."""
PEOPLE_AT_ONCE = 500
ADDRESS = "/units/reorganisations"


@router.get("/reorganisation")
async def empty(request: Request, services: Portal, visitor: SignedIn) -> Response:
    visitor.need("hr")
    form = kept_form(await kept_of(services, visitor), "reorganisation")
    typed: list[tuple[str, str | UploadFile]] = [(name, value) for name, value in form.values.items() if name != "from_unit_ids"]
    typed += [("from_unit_ids", unit_id) for unit_id in form.get("from_unit_ids").split()]
    return await _show(request, services, visitor, FormData(typed), form)


@router.post("/reorganisation")
async def act(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Find people and list those of the units, look at what would happen, or record it."""
    visitor.need("hr")
    action = text_of(typed, "action")
    form = FormState("reorganisation", {name: value for name, value in typed.items() if isinstance(value, str)}, key=key_of(typed))
    if action not in {"preview", "record"}:
        return await _show(request, services, visitor, typed, form)
    try:
        body = _body(request, typed)
        if action == "preview":
            return await _show(request, services, visitor, typed, form, await foresee(services, visitor, ADDRESS, body, None))
        await services.appraisal.life_event(visitor.token, ADDRESS, body, key=key_of(typed))
    except Problem as problem:
        return await _show(request, services, visitor, typed, FormState.failed("reorganisation", typed, problem))
    return await carried_out(request, typed, to="/life-events", done="life.done")


def _old(typed: FormData) -> list[str]:
    return [str(value) for value in typed.getlist("from_unit_ids") if value]


def _rows(typed: FormData) -> list[int]:
    return [row for row in range(NEW_UNITS) if text_of(typed, f"to-{row}-unit_id") or text_of(typed, f"to-{row}-name")]


def _body(request: Request, typed: FormData) -> dict[str, Any]:
    checks = Checks(typed)
    if not _old(typed):
        checks.wrong("from_unit_ids", say(request, "form.choose_one"))
    goes = {name.removeprefix("goes-"): text_of(typed, name) for name in typed if name.startswith("goes-")}
    rows = _rows(typed)
    if not rows:
        checks.wrong("to-0-unit_id", say(request, "life.new_unit_missing"))
    to = []
    for row in rows:
        unit_id = checks.needed(f"to-{row}-unit_id", say(request, "life.unit_code_missing"))
        name = checks.needed(f"to-{row}-name", say(request, "life.unit_name_missing"))
        new: dict[str, Any] = {"unit_id": unit_id, "name": name}
        new |= {key: value for key in ("parent_id", "head_id") if (value := text_of(typed, f"to-{row}-{key}"))}
        new["person_ids"] = [person_id for person_id, place in goes.items() if place == str(row)]
        to.append(new)
    body: dict[str, Any] = {"from_unit_ids": _old(typed), "to": to}
    body["reason"] = checks.needed("reason", say(request, "life.reason_missing"))
    rest = text_of(typed, "rest_to")
    if rest.isdigit() and int(rest) in rows:
        body["rest_to"] = text_of(typed, f"to-{rest}-unit_id")
    checks.finish(say(request, "form.some_wrong"))
    return body


async def _show(
    request: Request, services: Services, visitor: Visitor, typed: FormData, form: FormState, foreseen: Foreseen | None = None
) -> Response:
    heads = tuple(f"to-{row}-head_id" for row in range(NEW_UNITS))
    people = await people_choice.offered(services, visitor.token, typed, heads)
    workers: list[Person] = []
    for unit_id in _old(typed) if len(_rows(typed)) > 1 else []:
        found, _ = await services.appraisal.people(visitor.token, unit_id=unit_id, limit=PEOPLE_AT_ONCE)
        workers += found
    return page(
        request,
        "life/reorganisation.html",
        status=status_of(form),
        units=await services.appraisal.units(visitor.token),
        old=_old(typed),
        rows=_rows(typed),
        all_rows=range(NEW_UNITS),
        people=people,
        workers=workers,
        foreseen=foreseen,
        away=foreseen.away if foreseen else [],
        **refused_page(form),
    )
