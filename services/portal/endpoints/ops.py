"""The ops desk: where every case stands, what is late, and the state of each service's plumbing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import NotFound, Problem
from services.portal.clients import SERVICE_NAMES, Services
from services.portal.clients.base import DeadLetter, Plumbing, part_of_page
from services.portal.clients.control import CycleProgress, GroupLag
from services.portal.clients.supervision import CaseRow, Task
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState
from services.portal.helpers import PHASES
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()


@dataclass
class ServiceState:
    """One service's plumbing as the desk shows it."""

    name: str
    plumbing: Plumbing | None = None
    letters: list[DeadLetter] = field(default_factory=list)
    away: bool = False


async def _state(services: Services, visitor: Visitor, name: str) -> ServiceState:
    client = services.named(name)
    state = ServiceState(name)
    away: list[str] = []
    state.plumbing = await part_of_page(client.plumbing(visitor.token), away, None)
    if state.plumbing and state.plumbing.dead_letters:
        state.letters = await part_of_page(client.dead_letters(visitor.token), away, [])
    state.away = bool(away)
    return state


@router.get("/ops")
async def desk(
    request: Request, services: Portal, visitor: SignedIn, cycle: str = "", phase: str = "", show: str = "", cursor: str = ""
) -> Response:
    visitor.need("ops", "hr")
    return await _desk(request, services, visitor, FormState(), cycle=cycle, phase=phase, show=show, cursor=cursor)


async def _desk(
    request: Request,
    services: Services,
    visitor: Visitor,
    form: FormState,
    *,
    cycle: str = "",
    phase: str = "",
    show: str = "",
    cursor: str = "",
) -> Response:
    away: list[str] = []
    phase = phase if phase in PHASES else ""
    cycles = await part_of_page(services.appraisal.cycles(visitor.token), away, [])
    chosen = cycle or next((known.cycle_id for known in cycles if known.status == "open"), cycles[0].cycle_id if cycles else "")
    (cases, after), (tasks, _), progress, lag, states = await asyncio.gather(
        _cases(services, visitor, away, cycle_id=chosen, phase=phase, show=show, cursor=cursor),
        part_of_page(
            services.supervision.tasks(visitor.token, assignee="all", status="open", cycle_id=chosen, limit=500), away, ([], None)
        ),
        part_of_page(services.control.cycle(visitor.token, chosen), away, CycleProgress()) if chosen else _no_progress(),
        part_of_page(services.control.lag(visitor.token), away, []) if visitor.has("ops") else _no_lag(),
        asyncio.gather(*(_state(services, visitor, name) for name in SERVICE_NAMES)) if visitor.has("ops") else _no_states(),
    )
    waiting: dict[str, Task] = {}
    for task in tasks:
        waiting.setdefault(task.case_id, task)
    problem = form.problem
    return page(
        request,
        "ops.html",
        status=problem.status if problem else 200,
        cycles=cycles,
        chosen=chosen,
        phase=phase,
        show_only=show,
        cases=cases,
        after=after,
        waiting=waiting,
        progress=progress,
        states=states,
        lag=behind(lag),
        funnel=[(step, progress.phases.get(step, 0)) for step in PHASES if step != "closed"],
        problem=problem,
        heading=heading_key(problem) if problem else "",
        form=form,
        away=sorted(set(away)),
    )


async def _cases(
    services: Services, visitor: Visitor, away: list[str], *, cycle_id: str, phase: str, show: str, cursor: str
) -> tuple[list[CaseRow], str | None]:
    """Cases of a cycle; what is overdue or needs attention is known to the workflows, which list running cases by it."""
    if not cycle_id:
        return [], None
    if show not in {"overdue", "attention"}:
        query = {"cycle_id": cycle_id, "phase": phase, "cursor": cursor}
        return await part_of_page(services.supervision.cases(visitor.token, limit=100, **query), away, ([], None))
    listed, after = await part_of_page(
        services.control.cases(visitor.token, cycle_id=cycle_id, phase=phase, cursor=cursor, limit=100, **{show: "true"}), away, ([], None)
    )
    rows = [
        CaseRow(
            case_id=case.case_id,
            cycle_id=case.cycle_id,
            employee_id=case.case_id.rpartition(".")[2],
            phase=case.phase,
            phase_due_at=case.phase_due_at,
            overdue=case.overdue,
            attention=[case.attention] if case.attention else [],
        )
        for case in listed
    ]
    return rows, after


async def _no_progress() -> CycleProgress:
    return CycleProgress()


async def _no_lag() -> list[GroupLag]:
    return []


def behind(lag: list[GroupLag]) -> dict[str, int]:
    """Events each group of consumers has not dealt with, over all its topics."""
    found: dict[str, int] = {}
    for row in lag:
        found[row.group] = found.get(row.group, 0) + row.events
    return found


async def _no_states() -> list[ServiceState]:
    return []


@router.post("/ops/{service}/dead-letters/{letter_id}/replay")
async def replay(request: Request, services: Portal, visitor: SignedIn, typed: Typed, service: str, letter_id: int) -> Response:
    visitor.need("ops")
    if service not in SERVICE_NAMES:
        raise NotFound("There is no such service.")
    try:
        await services.named(service).replay(visitor.token, letter_id, key_of(typed))
    except Problem as problem:
        return await _desk(request, services, visitor, FormState.failed("replay", typed, problem))
    notice(request, "done.replayed")
    return RedirectResponse("/ops", 303)
