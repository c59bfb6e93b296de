"""A supervisor's people: who is where in the year, and what is late."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.clients.base import part_of_page
from services.portal.clients.supervision import CaseRow
from services.portal.endpoints.dependencies import Portal
from services.portal.helpers import PHASES
from services.portal.rendering import page
from services.portal.sessions import SignedIn

router = APIRouter()
NO_DATE = datetime.max.replace(tzinfo=UTC)


def _pressing(case: CaseRow) -> tuple[bool, datetime, str]:
    """Late ones first, then by what is due first."""
    return not case.overdue, case.phase_due_at or NO_DATE, case.employee_name


@router.get("/team")
async def team(request: Request, services: Portal, visitor: SignedIn, phase: str = "", cursor: str = "") -> Response:
    """Cases of the people below me, my open tasks beside them."""
    away: list[str] = []
    phase = phase if phase in PHASES else ""
    (cases, after), (tasks, _), units = await asyncio.gather(
        services.supervision.cases(visitor.token, team="me", phase=phase, cursor=cursor, limit=100),
        part_of_page(services.supervision.tasks(visitor.token, assignee="me", status="open", limit=500), away, ([], None)),
        part_of_page(services.appraisal.units(visitor.token), away, []),
    )
    mine: dict[str, list[object]] = {}
    for task in tasks:
        mine.setdefault(task.case_id, []).append(task)
    board = [(step, [case for case in cases if case.phase == step]) for step in PHASES]
    headed = [unit for unit in units if unit.head_id == visitor.person_id]
    cycles = sorted({case.case_id.rpartition(".")[0] for case in cases}) if headed else []
    return page(
        request,
        "team.html",
        cases=cases,
        board=[(step, sorted(rows, key=_pressing)) for step, rows in board if rows],
        after=after,
        tasks=mine,
        phase=phase,
        headed=headed,
        cycles=cycles,
        plans_waiting=sum(task.kind == "approve_plan" for task in tasks),
        away=away,
    )
