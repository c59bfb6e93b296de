"""The ops desk: where every case stands, what is late, and the state of each service's plumbing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import NotFound, Problem
from services.portal.clients import SERVICE_NAMES, Services, case_desk
from services.portal.clients.base import DeadLetter, Plumbing, part_of_page
from services.portal.clients.control import GroupLag
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


@dataclass(frozen=True)
class Asked:
    """What the desk's list is asked for; empty where it does not matter."""

    cycle: str = ""
    phase: str = ""
    unit: str = ""
    standing: str = ""
    age: str = ""
    search: str = ""
    cursor: str = ""

    def query(self, cycle_id: str) -> dict[str, str | int]:
        """As the service wants it."""
        found = {"cycle_id": cycle_id, "phase": self.phase, "unit_id": self.unit, "standing": self.standing, "days_from": self.age}
        return {name: value for name, value in found.items() if value}

    def address(self, **changes: str) -> str:
        """The page with this choice, some of it changed."""
        chosen = {**{name: value for name, value in vars(self).items() if name != "cursor"}, **changes}
        return "/ops?" + urlencode({name: value for name, value in chosen.items() if value})

    def bulk_address(self, cycle_id: str) -> str:
        """The page that gives one order to all that are listed."""
        return "/ops/bulk" + self.address(cycle=cycle_id).removeprefix("/ops")


EVERYTHING = Asked()
STANDINGS = ("open", "trouble", "attention", "escalated", "overdue", "on_time", "paused", "closed")
AGES = ("7", "14", "30", "60", "90")
UNITS_SHOWN = 12


@router.get("/ops")
async def desk(
    request: Request,
    services: Portal,
    visitor: SignedIn,
    cycle: str = "",
    phase: str = "",
    unit: str = "",
    standing: str = "",
    age: str = "",
    search: str = "",
    cursor: str = "",
) -> Response:
    visitor.need("ops", "hr")
    asked = Asked(
        cycle=cycle[:60],
        phase=phase if phase in PHASES else "",
        unit=unit[:80],
        standing=standing if standing in STANDINGS else "",
        age=age if age in AGES else "",
        search=search.strip()[:120],
        cursor=cursor,
    )
    return await _desk(request, services, visitor, FormState(), asked)


async def _desk(request: Request, services: Services, visitor: Visitor, form: FormState, asked: Asked = EVERYTHING) -> Response:
    away: list[str] = []
    cycles = await part_of_page(services.appraisal.cycles(visitor.token), away, [])
    chosen = asked.cycle or next((known.cycle_id for known in cycles if known.status == "open"), cycles[0].cycle_id if cycles else "")
    cases, funnel, lag, states, troubles = await asyncio.gather(
        _cases(services, visitor, away, chosen, asked),
        _funnel(services, visitor, away, chosen, asked),
        part_of_page(services.control.lag(visitor.token), away, []) if visitor.has("ops") else _no_lag(),
        asyncio.gather(*(_state(services, visitor, name) for name in SERVICE_NAMES)) if visitor.has("ops") else _no_states(),
        part_of_page(case_desk.troubles(services.control, visitor.token), away, case_desk.Troubles()),
    )
    problem = form.problem
    return page(
        request,
        "ops.html",
        status=problem.status if problem else 200,
        cycles=cycles,
        chosen=chosen,
        asked=asked,
        standings=STANDINGS,
        ages=AGES,
        cases=cases,
        funnel=funnel,
        by_phase={row.phase: row for row in funnel.phases},
        states=states,
        lag=behind(lag),
        troubles=troubles,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        form=form,
        away=sorted(set(away)),
    )


async def _cases(services: Services, visitor: Visitor, away: list[str], cycle_id: str, asked: Asked) -> case_desk.DeskPage:
    if not cycle_id:
        return case_desk.DeskPage()
    query = {**asked.query(cycle_id), "search": asked.search, "cursor": asked.cursor, "limit": 50}
    return await part_of_page(case_desk.cases(services.supervision, visitor.token, **query), away, case_desk.DeskPage())


async def _funnel(services: Services, visitor: Visitor, away: list[str], cycle_id: str, asked: Asked) -> case_desk.Funnel:
    if not cycle_id:
        return case_desk.Funnel()
    query = {**asked.query(cycle_id), "units": UNITS_SHOWN}
    return await part_of_page(case_desk.funnel(services.supervision, visitor.token, **query), away, case_desk.Funnel())


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
