"""The plans that wait for my word: agreed to together, after a preview of what will happen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.drafts import Agreement
from services.portal.clients.plans import PlanContent
from services.portal.clients.supervision import Task
from services.portal.endpoints.deeds import PAGE_OF_ERRORS, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import FormState, text_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
MOST_PLANS = 50
"""Plans read on one page; who has more agrees to these first."""
ADDRESS = "/team/plans"


@dataclass(frozen=True)
class Waiting:
    """A plan that waits for a decision, in the version that is shown."""

    task: Task
    version: int
    content: PlanContent

    @property
    def weights(self) -> float:
        return sum(objective.weight or 0 for objective in self.content.objectives)

    @property
    def indicators(self) -> int:
        return sum(len(objective.indicators) for objective in self.content.objectives)


async def _waiting(services: Services, visitor: Visitor, away: list[str]) -> list[Waiting]:
    tasks, _ = await services.supervision.tasks(visitor.token, assignee="me", status="open", kind="approve_plan", limit=MOST_PLANS)

    async def read(task: Task) -> Waiting | None:
        if task.phase == "monitoring":
            revision = await part_of_page(services.appraisal.revision(visitor.token, task.case_id), away, None)
            return Waiting(task, revision.version, revision) if revision else None
        plan = await part_of_page(services.appraisal.plan(visitor.token, task.case_id), away, None)
        return Waiting(task, plan.version, plan) if plan else None

    return [row for row in await asyncio.gather(*(read(task) for task in tasks)) if row is not None]


async def _show(
    request: Request, services: Services, visitor: Visitor, form: FormState, chosen: set[str], outcomes: list[Agreement] | None = None
) -> Response:
    away: list[str] = []
    waiting = await _waiting(services, visitor, away)
    return page(
        request,
        "team_plans.html",
        status=status_of(form),
        waiting=waiting,
        chosen=chosen,
        outcomes=outcomes,
        away=away,
        **refused_page(form),
    )


@router.get(ADDRESS)
async def plans(request: Request, services: Portal, visitor: SignedIn) -> Response:
    return await _show(request, services, visitor, FormState(), set())


@router.post(ADDRESS)
async def agree(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Show what would happen to the ticked plans; with the button below that preview, agree to them in the versions it named."""
    named = [str(value) for value in typed.getlist("plan")]
    versions = {case_id: text_of(typed, f"version-{case_id}") for case_id in named}
    wanted = [(case_id, int(version)) for case_id, version in versions.items() if version.isdecimal() and int(version) > 0]
    form = FormState()
    if not wanted:
        form = FormState(name="plans", problem=Problem(say(request, "desk.none_ticked"), status=422, code="invalid-input"))
        return await _show(request, services, visitor, form, set())
    confirmed = text_of(typed, "action") == "agree"
    key = key_of(typed)
    try:
        outcomes = await services.supervision.agree_to_plans(
            visitor.token, wanted, dry_run=not confirmed, key=key if confirmed else f"{key}-look"
        )
    except Problem as problem:
        if problem.status in PAGE_OF_ERRORS:
            raise
        return await _show(request, services, visitor, FormState.failed("plans", typed, problem), set(named))
    refused = sum(one.outcome == "refused" for one in outcomes)
    if confirmed and not refused:
        notice(request, "desk.agreed", count=len(outcomes))
        return RedirectResponse("/team", 303)
    return await _show(request, services, visitor, form, set(named), outcomes)
