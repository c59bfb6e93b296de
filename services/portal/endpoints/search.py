"""One search over people, units, cases and pages: what is found is only what its reader may open anyway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.endpoints.dependencies import Portal
from services.portal.page_help import help_for
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
SHORTEST = 2
LONGEST = 120
FIRST_FEW = 5
A_PAGE = 25
OFFICES = ("hr", "ops", "leadership")
"""Who may open the list of people."""


@dataclass(frozen=True)
class Found:
    """One thing that was found: what it is called, what tells it apart, and where it is opened (nowhere for a name alone)."""

    name: str
    about: str
    address: str = ""


@dataclass(frozen=True)
class Asked:
    """One part of a search."""

    services: Services
    visitor: Visitor
    query: str
    cursor: str
    limit: int


Answer = tuple[list[Found], str | None]


async def _people(asked: Asked) -> Answer:
    if not asked.visitor.has(*OFFICES):
        return [], None
    people, after = await asked.services.appraisal.people(asked.visitor.token, query=asked.query, cursor=asked.cursor, limit=asked.limit)
    opens = asked.visitor.has("hr", "leadership")
    return [
        Found(one.name, f"{one.position} · {one.unit_name}", f"/people/{one.person_id}/history" if opens else "") for one in people
    ], after


async def _cases(asked: Asked) -> Answer:
    cases, after = await asked.services.appraisal.cases(asked.visitor.token, query=asked.query, cursor=asked.cursor, limit=asked.limit)
    return [Found(one.person_name, f"{one.cycle_id} · {one.unit_name}", f"/cases/{one.case_id}") for one in cases], after


async def _units(asked: Asked) -> Answer:
    units, after = await asked.services.appraisal.units_found(asked.visitor.token, asked.query, asked.cursor, asked.limit)
    office = asked.visitor.has(*OFFICES)
    return [
        Found(one.name, one.unit_id, f"/people?unit={one.unit_id}" if office else f"/citizens/units/{one.unit_id}") for one in units
    ], after


KINDS: dict[str, Callable[[Asked], Awaitable[Answer]]] = {"people": _people, "cases": _cases, "units": _units}


def _pages(request: Request, visitor: Visitor, query: str) -> list[Found]:
    """Pages whose title or help holds every word."""
    words = query.casefold().split()
    told = [(say(request, one.title), one.text(visitor.language), one.address) for one in help_for(visitor.roles)]
    return [Found(*one) for one in told if all(word in f"{one[0]} {one[1]}".casefold() for word in words)]


@router.get("/search")
async def search(request: Request, services: Portal, visitor: SignedIn, q: str = "", kind: str = "", cursor: str = "") -> Response:
    """The first few of every kind, or page by page of one."""
    query = q.strip()[:LONGEST]
    wanted = [kind] if kind in KINDS else list(KINDS)
    found: dict[str, Answer] = {}
    away: list[str] = []
    if len(query) >= SHORTEST:
        asked = Asked(services, visitor, query, cursor if kind in KINDS else "", A_PAGE if kind in KINDS else FIRST_FEW)
        nothing: Answer = ([], None)
        answers = await asyncio.gather(*(part_of_page(KINDS[one](asked), away, nothing) for one in wanted))
        found = {one: answer for one, answer in zip(wanted, answers, strict=True) if answer[0]}
        if kind not in KINDS and (pages := _pages(request, visitor, query)):
            found["pages"] = (pages, None)
    return page(request, "search.html", q=query, kind=kind if kind in KINDS else "", found=found, shortest=SHORTEST, away=away)
