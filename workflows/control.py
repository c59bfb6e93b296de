"""The control desk over HTTP: HR and ops start, pause, resume, extend and cancel cycles and cases, and see where they stand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

import httpx
from aiokafka.errors import KafkaError
from fastapi import APIRouter, FastAPI, Query, Request
from pydantic import BaseModel, Field

from contracts.cycle import CycleDefinition, Phase
from kit.auth import Principal, TokenSigner
from kit.http import Caller
from kit.http import create_app as create_service
from kit.lag import GroupLag, LagWatch
from kit.problems import Conflict, FieldError, InvalidInput, NotFound, Unavailable
from kit.settings import Settings, load_settings
from workflows import bridge_doors, bulk_doors, case_orders, drift_doors, engine_orders, trouble_desk
from workflows.activities import running_cases_query
from workflows.connection import connect
from workflows.desk import CycleState, Desk, ListedCase, YearlySchedule
from workflows.doors import CaseId, IdempotencyKey, Slug, TheDesk, UnitSlug, command_of, need_later
from workflows.inputs import CaseView, CycleCommand
from workflows.watch import Watch

CONSUMER_GROUPS = ("appraisal", "supervision", "notification", "bridge")
router = APIRouter(tags=["control"])


class Order(BaseModel):
    """An order for a whole cycle, a unit of it, or one case; ``dry_run`` only counts who it would reach."""

    reason: str = Field(min_length=3, max_length=1000)
    unit_id: UnitSlug | None = None
    case_id: CaseId | None = None
    dry_run: bool = False


class Extension(Order):
    """A new due date of a phase."""

    phase: Phase
    due_at: datetime


class Reached(BaseModel):
    """How many cases an order reaches, and whether it was only counted."""

    cases: int
    dry_run: bool


class ScheduleTemplate(BaseModel):
    """The cycle to repeat every year, and the day it opens."""

    definition: CycleDefinition
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=28)


class CasePage(BaseModel):
    items: list[ListedCase]
    next_cursor: str | None


@router.post("/cycles/{cycle_id}/start", status_code=202)
async def start_cycle(cycle_id: Slug, request: Request, desk: TheDesk, caller: Caller) -> dict[str, str]:
    """Start a cycle defined in the appraisal service. It opens at its calendar's date; starting it again changes nothing."""
    caller.need("hr", "service")
    definition = await _definition(request, cycle_id)
    started = await desk.start(definition)
    return {"cycle_id": cycle_id, "status": "started" if started else "already started"}


@router.post("/cycles/{cycle_id}/enrol", status_code=202)
async def enrol(cycle_id: Slug, desk: TheDesk, caller: Caller) -> dict[str, str]:
    """Look now for people who have to be enrolled (it happens daily and after each import by itself)."""
    caller.need("hr", "ops", "service")
    await desk.enrol(cycle_id)
    return {"cycle_id": cycle_id, "status": "enrolment asked for"}


@router.post("/cycles/{cycle_id}/extend", status_code=202)
async def extend(cycle_id: Slug, order: Extension, desk: TheDesk, caller: Caller, key: IdempotencyKey = None) -> Reached:
    """Move a phase's due date for running cases; a reminder already sent for a date is not sent again."""
    if order.phase is Phase.CLOSED:
        raise InvalidInput("A closed case has no due date.", [FieldError("phase", "'closed' has no window", "name the phase to extend")])
    need_later(desk, order.due_at)
    return await _carry_out(desk, caller, cycle_id, "extend", order, key, phase=order.phase, due_at=order.due_at)


@router.post("/cycles/{cycle_id}/{kind}", status_code=202)
async def order_cases(
    cycle_id: Slug, kind: Literal["pause", "resume", "cancel"], order: Order, desk: TheDesk, caller: Caller, key: IdempotencyKey = None
) -> Reached:
    """Pause, resume or cancel a case, a unit's cases or all."""
    return await _carry_out(desk, caller, cycle_id, kind, order, key)


@router.get("/cycles/{cycle_id}")
async def cycle_state(cycle_id: Slug, desk: TheDesk, caller: Caller) -> CycleState:
    """How many cases stand in each phase, are overdue, need attention, or have ended."""
    caller.need("hr", "ops", "leadership", "service")
    return await desk.state(cycle_id)


@router.get("/cases")
async def list_cases(
    desk: TheDesk,
    caller: Caller,
    cycle_id: Annotated[str, Query(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")],
    phase: Phase | None = None,
    unit_id: Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")] = None,
    overdue: bool | None = None,
    attention: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: str | None = None,
) -> CasePage:
    """Running cases by what ops asks for."""
    caller.need("hr", "ops", "leadership", "service")
    query = running_cases_query(cycle_id, unit_id)
    if phase is not None:
        query += f" AND Phase = '{phase.value}'"
    if overdue is not None:
        query += f" AND Overdue = {str(overdue).lower()}"
    if attention is not None:
        query += f" AND Attention IS {'NOT ' if attention else ''}NULL"
    items, after = await desk.cases(query, limit, cursor)
    return CasePage(items=items, next_cursor=after)


@router.get("/cases/{case_id}")
async def case_view(case_id: str, desk: TheDesk, caller: Caller) -> CaseView:
    """The workflow's own view of a case: phase, due date, what happened."""
    caller.need("hr", "ops", "service")
    return await desk.case(case_id)


@router.put("/schedules/{name}", status_code=204)
async def put_schedule(name: Slug, template: ScheduleTemplate, desk: TheDesk, caller: Caller) -> None:
    """Open the cycle every year by itself, from this template."""
    caller.need("hr", "service")
    await desk.put_schedule(name, template.definition, template.month, template.day)


@router.delete("/schedules/{name}", status_code=204)
async def remove_schedule(name: Slug, desk: TheDesk, caller: Caller) -> None:
    """Open no further cycles by this schedule; what it opened goes on."""
    caller.need("hr", "service")
    await desk.remove_schedule(name)


@router.get("/schedules")
async def schedules(desk: TheDesk, caller: Caller) -> list[YearlySchedule]:
    """The yearly schedules and when they open next."""
    caller.need("hr", "ops", "service")
    return await desk.schedules()


@router.get("/lag")
async def consumer_lag(request: Request, caller: Caller) -> list[GroupLag]:
    """How many events each consumer group is behind, by topic."""
    caller.need("ops", "service")
    watch: LagWatch = request.app.state.lag
    try:
        return await watch.look()
    except (KafkaError, OSError) as error:
        raise Unavailable("Kafka does not answer just now; events wait in the outboxes and nothing is lost.") from error


async def _carry_out(
    desk: Desk,
    caller: Principal,
    cycle_id: str,
    kind: Literal["pause", "resume", "cancel", "extend"],
    order: Order,
    key: str | None,
    *,
    phase: Phase | None = None,
    due_at: datetime | None = None,
) -> Reached:
    caller.need("hr", "ops")
    if order.case_id and not order.case_id.startswith(f"{cycle_id}."):
        raise InvalidInput(
            "The case belongs to another cycle.", [FieldError("case_id", f"is not a case of {cycle_id}", "name one of its cases")]
        )
    command = command_of(desk, caller, key, kind, order.reason, phase=phase, due_at=due_at)
    if order.case_id:
        view = await desk.case(order.case_id)
        if view.phase is Phase.CLOSED:
            raise Conflict(f"The case {order.case_id} has ended.")
        if not order.dry_run:
            await desk.order_case(order.case_id, command)
        return Reached(cases=1, dry_run=order.dry_run)
    cases = await desk.count(running_cases_query(cycle_id, order.unit_id))
    if not order.dry_run:
        await desk.order_cycle(cycle_id, CycleCommand(command=command, unit_id=order.unit_id))
    return Reached(cases=cases, dry_run=order.dry_run)


async def _definition(request: Request, cycle_id: str) -> CycleDefinition:
    settings: Settings = request.app.state.kit.settings
    token = TokenSigner(settings).service_token("control")
    http: httpx.AsyncClient = request.app.state.http
    try:
        answer = await http.get(f"{settings.appraisal_url}/cycles/{cycle_id}", headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        raise Unavailable("The appraisal service does not answer just now. Nothing was started; try again in a moment.") from error
    if answer.status_code == 404:
        raise NotFound(f"There is no cycle {cycle_id}. Define it first (POST /cycles of the appraisal service).")
    if answer.status_code != 200:
        raise Unavailable(f"The appraisal service answered {answer.status_code}. Nothing was started; try again in a moment.")
    return CycleDefinition.model_validate(answer.json())


def create_app(settings: Settings | None = None) -> FastAPI:
    """The control service."""
    settings = settings or load_settings()
    app: FastAPI

    @contextlib.asynccontextmanager
    async def hands() -> AsyncIterator[None]:
        client = await connect(settings, lazy=True)
        app.state.desk = Desk(settings, client)
        async with httpx.AsyncClient(timeout=10) as http:
            app.state.http = http
            watching = asyncio.create_task(watch.watch(app.state.desk, http))
            try:
                yield
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)

    async def temporal_answers() -> None:
        desk: Desk = app.state.desk
        await desk.temporal.count_workflows("WorkflowType = 'AnnualCycle'")

    lag = LagWatch(settings, CONSUMER_GROUPS)
    watch = Watch(settings, lag)
    app = create_service(
        "control",
        settings,
        title="Siklus control desk",
        routers=[
            bridge_doors.router,
            bulk_doors.router,
            case_orders.router,
            engine_orders.router,
            drift_doors.router,
            trouble_desk.router,
            router,
        ],
        around=[hands],
        background=[lag.watch],
        checks={"temporal": temporal_answers},
    )
    app.state.lag, app.state.watch = lag, watch
    return app
