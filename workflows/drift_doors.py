"""Drift over HTTP: see it, and mend it (``siklus doctor --repair`` and the ops desk come in here)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from kit.http import Caller
from workflows.doors import Slug, TheDesk
from workflows.drift import Kind
from workflows.drift_look import Services, lasting_drift
from workflows.order_book import OrderBook
from workflows.reconcile import Mended, Mender, as_found

router = APIRouter(tags=["drift"])
PAUSE_SECONDS = 3.0
PauseSeconds = Annotated[float, Query(ge=0, le=60, description="between the two looks; news that is on its way is no drift")]


class Reconciliation(BaseModel):
    """Mend drift of a cycle: all of it, or of some kinds, or of some cases."""

    reason: str = Field(min_length=3, max_length=1000)
    dry_run: bool = False
    kinds: list[Kind] = []
    subjects: list[str] = Field(default=[], max_length=500)


class Report(BaseModel):
    """What was found, and what became of each finding."""

    findings: list[Mended]


async def the_services(request: Request) -> Services:
    return Services(request.app.state.kit.settings, request.app.state.http)


TheServices = Annotated[Services, Depends(the_services)]


@router.get("/cycles/{cycle_id}/drift")
async def drift(cycle_id: Slug, desk: TheDesk, services: TheServices, caller: Caller, pause: PauseSeconds = PAUSE_SECONDS) -> Report:
    """What does not fit between services and workflows, and what would mend it."""
    caller.need("hr", "ops", "service")
    found = await lasting_drift(desk, services, cycle_id, pause)
    return Report(findings=[as_found(one) for one in found])


@router.post("/cycles/{cycle_id}/reconcile")
async def reconcile(
    cycle_id: Slug,
    order: Reconciliation,
    request: Request,
    desk: TheDesk,
    services: TheServices,
    caller: Caller,
    pause: PauseSeconds = PAUSE_SECONDS,
) -> Report:
    """Mend what does not fit; each mend is kept with its reason and who ordered it. At most 200 a request."""
    caller.need("ops", "service")
    found = [
        drift
        for drift in await lasting_drift(desk, services, cycle_id, pause)
        if (not order.kinds or drift.kind in order.kinds) and (not order.subjects or drift.subject in order.subjects)
    ]
    book = OrderBook(request.app.state.kit.settings, request.app.state.http)
    mender = Mender(desk, services, book, cycle_id, order.reason, caller.person_id)
    return Report(findings=await mender.mend(found, dry_run=order.dry_run))
