"""Several assessors in one year: who rated which months; and HR's record of positions held before, for credit points."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.endpoints.deeds import carry_out, kept_of, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, day, rows, text_of, version_of
from services.portal.helpers import POSITION_KINDS, RATINGS
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
RELEASED = frozenset({"feedback_session", "objection", "closed"})
LEVELS = ("pemula", "terampil", "mahir", "penyelia", "ahli pertama", "ahli muda", "ahli madya", "ahli utama")
MONTHS = frozenset(str(month) for month in range(1, 13))


@router.get("/cases/{case_id}/parts")
async def parts(request: Request, services: Portal, visitor: SignedIn, case_id: str, q: str = "") -> Response:
    return await _page(request, services, visitor, case_id, searched=q)


async def _page(
    request: Request,
    services: Services,
    visitor: Visitor,
    case_id: str,
    *,
    form: FormState | None = None,
    searched: str = "",
    status: int = 200,
) -> Response:
    away: list[str] = []
    token = visitor.token
    case, found = await asyncio.gather(services.appraisal.case(token, case_id), services.appraisal.parts(token, case_id))
    drafts = await kept_of(services, visitor, case_id)
    searched = searched or kept_form(drafts, f"part:{case_id}").get("q")
    people = await part_of_page(services.appraisal.people(token, query=searched, limit=20), away, ([], None)) if searched else ([], None)
    may_write = case.person_id != visitor.person_id and case.phase not in RELEASED
    form = form or FormState()
    return page(
        request,
        "parts.html",
        status=status,
        case=case,
        parts=found,
        names=await assessor_names(services, visitor, [part.assessor_id for part in found.items], away),
        found=people[0],
        searched=searched,
        may_write=may_write,
        positions=await _positions(services, visitor, case.person_id, away),
        LEVELS=LEVELS,
        drafts=drafts,
        form=form,
        problem=form.problem,
        heading=heading_key(form.problem) if form.problem else "",
        away=away,
    )


async def _positions(services: Services, visitor: Visitor, person_id: str, away: list[str]) -> Any:
    """What HR sees of the positions held before; others see them in the credit points."""
    if not visitor.has("hr") or visitor.person_id == person_id:
        return None
    return await part_of_page(services.appraisal.earlier_positions(visitor.token, person_id), away, None)


async def assessor_names(services: Services, visitor: Visitor, person_ids: list[str], away: list[str]) -> dict[str, str]:
    """The names of assessors by their ids."""
    wanted = sorted(set(person_ids))
    people = await asyncio.gather(*(part_of_page(services.appraisal.person(visitor.token, one), away, None) for one in wanted))
    return {one: person.name if person else one for one, person in zip(wanted, people, strict=True)}


@router.post("/cases/{case_id}/parts")
async def record(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Record what an earlier assessor rated for their months."""

    async def deed() -> None:
        checks = Checks(typed)
        body: dict[str, Any] = {"assessor_id": checks.needed("assessor_id", say(request, "parts.assessor_missing"))}
        for name in ("first_month", "last_month"):
            body[name] = text_of(typed, name)
            if body[name] not in MONTHS:
                checks.wrong(name, say(request, "form.choose_one"))
        for name in ("results", "behaviour"):
            body[name] = text_of(typed, name)
            if body[name] not in RATINGS:
                checks.wrong(name, say(request, f"review.{name}_missing"))
        body["reason"] = checks.needed("part_reason", say(request, "parts.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.appraisal.record_part(visitor.token, case_id, body, key=key_of(typed))

    return await _act(request, services, visitor, case_id, "part", typed, deed(), done="parts_done.part_recorded")


@router.post("/cases/{case_id}/parts/withdrawal")
async def withdraw(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Take back a part that was recorded wrongly."""

    async def deed() -> None:
        checks = Checks(typed)
        number = text_of(typed, "number")
        reason = checks.needed(f"withdrawal-{number}", say(request, "parts.reason_missing"))
        if not number.isdecimal():
            checks.wrong("number", say(request, "form.choose_one"))
        checks.finish(say(request, "form.some_wrong"))
        await services.appraisal.withdraw_part(visitor.token, case_id, int(number), reason, key=key_of(typed))

    return await _act(request, services, visitor, case_id, "part-withdrawal", typed, deed(), done="parts_done.part_withdrawn")


@router.post("/cases/{case_id}/positions")
async def save_positions(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Keep what the employee held before, whole; an empty row is left out."""
    visitor.need("hr")

    async def deed() -> None:
        checks, items = Checks(typed), []
        for i in rows(typed, "items"):
            place = f"items-{i}"
            until = text_of(typed, f"{place}-held_until")
            if not until:
                continue
            kind, level = text_of(typed, f"{place}-position_kind"), text_of(typed, f"{place}-position_level")
            try:
                items.append({"held_until": day(until).isoformat(), "position_kind": kind, "position_level": level})
            except ValueError:
                checks.wrong(f"{place}-held_until", say(request, "plan_editor.not_a_day"))
            if kind not in POSITION_KINDS:
                checks.wrong(f"{place}-position_kind", say(request, "form.choose_one"))
        reason = checks.needed("positions_reason", say(request, "parts.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        person_id = (await services.appraisal.case(visitor.token, case_id)).person_id
        body = {"items": items, "reason": reason}
        await services.appraisal.save_earlier_positions(visitor.token, person_id, body, version=version_of(typed), key=key_of(typed))

    return await _act(request, services, visitor, case_id, "positions", typed, deed(), done="parts_done.positions_saved")


async def _act(
    request: Request, services: Services, visitor: Visitor, case_id: str, name: str, typed: FormData, deed: Awaitable[None], *, done: str
) -> Response:
    async def again(form: FormState) -> Response:
        return await _page(request, services, visitor, case_id, form=form, searched=text_of(typed, "q"), status=status_of(form))

    return await carry_out(request, typed, name, deed, again, to=f"/cases/{case_id}/parts", done=done)
