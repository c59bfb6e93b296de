"""The independent evaluation: an evaluator's cases, the blind second review, the superior's decision, and HR's side of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import Forbidden, Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.supervision import Task
from services.portal.endpoints.cases import act
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, text_of
from services.portal.helpers import RATINGS
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
A_PAGE = 25
DECISIONS = ("uphold", "adopt")


@router.get("/evaluations")
async def evaluations(request: Request, services: Portal, visitor: SignedIn, only: str = "", cursor: str = "") -> Response:
    """The cases given to me to rate anew, and those I am done with: the first of both, or page by page of one."""
    return await _mine(request, services, visitor, only=only if only in {"open", "closed"} else "", cursor=cursor)


async def _mine(
    request: Request, services: Services, visitor: Visitor, form: FormState | None = None, *, only: str = "", cursor: str = ""
) -> Response:
    async def tasks(status: str) -> tuple[list[Task], str | None]:
        if only not in {"", status}:
            return [], None
        place = {"cursor": cursor} if only and cursor else {}
        return await services.supervision.tasks(visitor.token, assignee="me", kind="evaluate_case", status=status, limit=A_PAGE, **place)

    (waiting, waiting_after), (done, done_after) = await asyncio.gather(tasks("open"), tasks("closed"))
    form = form or FormState()
    problem = form.problem
    return page(
        request,
        "evaluations.html",
        status=problem.status if problem else 200,
        waiting=waiting,
        waiting_after=waiting_after,
        done=done,
        done_after=done_after,
        only=only,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
    )


@router.post("/evaluations/{case_id}/conflict")
async def conflict_in_case(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """I am too near to this employee: the case goes to another evaluator."""
    try:
        checks = Checks(typed)
        reason = checks.needed("reason", say(request, "second_review.conflict_reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        cycle_id, _, person_id = case_id.rpartition(".")
        body = {"person_id": person_id, "reason": reason}
        await services.supervision.declare_conflict(visitor.token, cycle_id, body, key=key_of(typed))
    except Problem as problem:
        return await _mine(request, services, visitor, FormState.failed(f"conflict-{case_id}", typed, problem))
    notice(request, "second_review.conflict_declared")
    return RedirectResponse("/evaluations", 303)


def _rating(request: Request, checks: Checks, name: str, *, needed: bool = True) -> str | None:
    rating = text_of(checks.form, name)
    if rating in RATINGS:
        return rating
    if needed:
        checks.wrong(name, say(request, f"review.{name}_missing"))
    return None


@router.post("/cases/{case_id}/evaluation")
async def evaluate(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Hand in the second review."""

    async def deed() -> None:
        checks = Checks(typed)
        body = {name: _rating(request, checks, name) for name in ("results", "behaviour")}
        body["findings"] = checks.needed("findings", say(request, "evaluation.findings_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.act(visitor.token, case_id, "evaluation", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "evaluation", typed, deed(), done="done.evaluation")


@router.post("/cases/{case_id}/evaluation-decision")
async def decide(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The superior decides with both opinions in view."""

    async def deed() -> None:
        checks = Checks(typed)
        decision = text_of(typed, "decision")
        if decision not in DECISIONS:
            checks.wrong("decision", say(request, "form.choose_one"))
        body: dict[str, Any] = {"decision": decision, "reason": checks.needed("reason", say(request, "second_review.reason_missing"))}
        if decision == "adopt":
            body |= {name: _rating(request, checks, name, needed=False) for name in ("results", "behaviour")}
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.act(visitor.token, case_id, "evaluation-decision", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "evaluation-decision", typed, deed(), done="second_review.decided_notice")


@router.post("/cases/{case_id}/citizen-complaint")
async def mark_complaint(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """HR says whether a citizen's complaint that concerns the case stands."""

    async def deed() -> None:
        checks = Checks(typed)
        reason = checks.needed("complaint_reason", say(request, "second_review.complaint_reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"standing": text_of(typed, "standing") == "yes", "reason": reason}
        await services.supervision.act(visitor.token, case_id, "citizen-complaint", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "citizen-complaint", typed, deed(), done="second_review.complaint_saved")


@router.get("/cycles/{cycle_id}/evaluation")
async def overview(request: Request, services: Portal, visitor: SignedIn, cycle_id: str, q: str = "") -> Response:
    """Team, draw and findings of a cycle; ``q`` looks for people to name."""
    return await _overview(request, services, visitor, cycle_id, q)


async def _overview(
    request: Request, services: Services, visitor: Visitor, cycle_id: str, q: str = "", form: FormState | None = None
) -> Response:
    oversees = visitor.has("hr", "leadership", "ops")
    away: list[str] = []
    cycle, findings = await asyncio.gather(
        services.appraisal.cycle(visitor.token, cycle_id),
        part_of_page(services.supervision.findings(visitor.token, cycle_id), away, []),
    )
    if not oversees and not findings and not away:
        raise Forbidden("The evaluation of a cycle is shown to HR, leadership and the heads of units.")
    team = await services.supervision.team(visitor.token, cycle_id) if oversees else None
    draw = await part_of_page(services.supervision.draw(visitor.token, cycle_id), away, None) if oversees else None
    found = (await services.appraisal.people(visitor.token, query=q, limit=20))[0] if q and visitor.has("hr") else []
    units = await services.appraisal.units(visitor.token)
    form = form or FormState()
    problem = form.problem
    return page(
        request,
        "evaluation.html",
        status=problem.status if problem else 200,
        cycle=cycle,
        team=team,
        draw=draw,
        findings=findings,
        found=found,
        q=q,
        units=units,
        unit_names={unit.unit_id: unit.name for unit in units},
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=away,
    )


async def _order(
    request: Request,
    services: Services,
    visitor: Visitor,
    cycle_id: str,
    name: str,
    typed: FormData,
    deed: Callable[[Checks], Awaitable[None]],
    done: str,
) -> Response:
    """Carry out an order of HR; when it is refused the page shows why beside what was typed."""
    q = text_of(typed, "q")
    try:
        await deed(Checks(typed))
    except Problem as problem:
        return await _overview(request, services, visitor, cycle_id, q, FormState.failed(name, typed, problem))
    notice(request, done)
    return RedirectResponse(f"/cycles/{cycle_id}/evaluation", 303)


@router.post("/cycles/{cycle_id}/evaluation/members")
async def change_team(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """Name a member, or take one out."""

    async def deed(checks: Checks) -> None:
        person_id = checks.needed("person_id", say(request, "form.choose_one"))
        checks.finish(say(request, "form.some_wrong"))
        change = services.supervision.remove_member if text_of(typed, "action") == "remove" else services.supervision.add_member
        await change(visitor.token, cycle_id, person_id, key=key_of(typed))

    return await _order(request, services, visitor, cycle_id, "member", typed, deed, "second_review.team_changed")


@router.post("/cycles/{cycle_id}/evaluation/conflicts")
async def declare(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """HR writes down a relative, another near person or a unit too near for a member to judge."""

    async def deed(checks: Checks) -> None:
        body = {"member_id": checks.needed("member_id", say(request, "form.choose_one"))}
        body["reason"] = checks.needed("conflict_reason", say(request, "second_review.conflict_reason_missing"))
        near = {name: text_of(typed, f"near_{name}") for name in ("person_id", "unit_id")}
        if not any(near.values()):
            checks.wrong("near_person_id", say(request, "second_review.near_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body |= {name: value for name, value in near.items() if value}
        await services.supervision.declare_conflict(visitor.token, cycle_id, body, key=key_of(typed))

    return await _order(request, services, visitor, cycle_id, "near", typed, deed, "second_review.conflict_declared")


@router.post("/cycles/{cycle_id}/evaluation/draw")
async def draw(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """Draw the sample from a seed, once."""

    async def deed(checks: Checks) -> None:
        missing, wrong = say(request, "form.number_missing"), say(request, "form.not_a_number")
        seed = checks.number("seed", missing, wrong)
        percent = checks.number("percent", missing, wrong) if text_of(typed, "percent") else None
        checks.finish(say(request, "form.some_wrong"))
        body = {"seed": int(seed or 0), "rate": percent / 100 if percent is not None else None}
        await services.supervision.make_draw(visitor.token, cycle_id, body, key=key_of(typed))

    return await _order(request, services, visitor, cycle_id, "draw", typed, deed, "second_review.drawn_notice")
