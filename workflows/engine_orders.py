"""Orders of ops on a workflow that is itself in trouble, over HTTP: see why it fails, try it now, take it back to an earlier step."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from temporalio.client import WorkflowExecutionStatus

from contracts.cycle import Phase
from kit.http import Caller
from kit.problems import Conflict, NotFound
from workflows.attributes import PHASE
from workflows.case_orders import CaseOrder, Ordered
from workflows.doors import CasePath, IdempotencyKey, Slug, TheDesk
from workflows.engine_desk import BROKEN_OFF, Engine, Failure, Point
from workflows.order_book import OrderBook, TheBook

router = APIRouter(tags=["orders on a workflow in trouble"])


async def the_engine(desk: TheDesk) -> Engine:
    return Engine(desk.temporal)


TheEngine = Annotated[Engine, Depends(the_engine)]


class Reset(CaseOrder):
    """Take the case's workflow back to a step; the step and all after it are done again with today's code."""

    event_id: int


class Retried(BaseModel):
    """What failed and is tried again."""

    tried: list[Failure]
    dry_run: bool


@router.get("/cases/{case_id}/failures")
async def failures(case_id: CasePath, engine: TheEngine, caller: Caller) -> list[Failure]:
    """What fails in a case's workflow, or in its objection's, and is tried again by itself later."""
    caller.need("hr", "ops", "service")
    return await failures_of_case(engine, case_id)


@router.post("/cases/{case_id}/retry", status_code=202)
async def retry(
    case_id: CasePath, order: CaseOrder, engine: TheEngine, book: TheBook, caller: Caller, key: IdempotencyKey = None
) -> Retried:
    """Try now what fails or waits to be tried again."""
    caller.need("ops")
    return Retried(tried=await retry_case(engine, book, case_id, order, key), dry_run=order.dry_run)


@router.post("/cycles/{cycle_id}/retry", status_code=202)
async def retry_cycle(
    cycle_id: Slug, order: CaseOrder, engine: TheEngine, book: TheBook, caller: Caller, key: IdempotencyKey = None
) -> Retried:
    """The same for the workflow of a cycle: its enrolment, its orders to many cases."""
    caller.need("ops")
    found = await engine.failures(f"cycle-{cycle_id}")
    if not order.dry_run:
        await book.keep(f"cycle:{cycle_id}", "retry", order.reason, failing=[failure.what for failure in found])
        found = await engine.retry(f"cycle-{cycle_id}", order.reason, key or uuid4().hex)
    return Retried(tried=found, dry_run=order.dry_run)


@router.get("/cases/{case_id}/points")
async def points(case_id: CasePath, engine: TheEngine, caller: Caller) -> list[Point]:
    """The steps of a case's workflow, newest first, to each of which it can be taken back."""
    caller.need("hr", "ops", "service")
    return await engine.points(f"case-{case_id}")


@router.post("/cases/{case_id}/reset", status_code=202)
async def reset(case_id: CasePath, order: Reset, engine: TheEngine, book: TheBook, caller: Caller, key: IdempotencyKey = None) -> Ordered:
    """Do again what the workflow did since a step. Facts and orders since then are handed to it again; what it says again in the
    same words nobody hears twice. To let people act again, open a phase again instead."""
    caller.need("ops")
    await refuse_reset(engine, case_id)
    point = await engine.point(f"case-{case_id}", order.event_id)
    at = f"{point.at.isoformat()}, in {point.phase.value}"
    if not order.dry_run:
        await book.keep(case_id, "reset", order.reason, event_id=order.event_id, step=at)
        await engine.reset(f"case-{case_id}", point, order.reason, key or uuid4().hex)
    effect = f"the workflow does again what it did since the step of {at}; people's answers since then count."
    return Ordered(case_id=case_id, order="reset", dry_run=order.dry_run, effect=effect)


async def failures_of_case(engine: Engine, case_id: str) -> list[Failure]:
    """What fails in the case's workflow and in that of its objection, where it has one."""
    found = await engine.failures(f"case-{case_id}")
    try:
        return [*found, *await engine.failures(f"objection-{case_id}")]
    except NotFound:
        return found


async def retry_case(
    engine: Engine, book: OrderBook, case_id: str, order: CaseOrder, key: str | None, by: str | None = None
) -> list[Failure]:
    """
    Raises:
        Conflict: nothing fails, or it is the one thing that must not be taken back.
    """
    found = await failures_of_case(engine, case_id)
    if not found:
        raise Conflict(f"Nothing fails in the case {case_id}: it waits for somebody, or for a date.")
    workflows = sorted({failure.workflow_id for failure in found})
    if any(failure.workflow_id == f"case-{case_id}" and failure.kind != "activity" for failure in found):
        await refuse_reset(engine, case_id)
    if not order.dry_run:
        await book.keep(case_id, "retry", order.reason, by=by, failing=[failure.what for failure in found])
        for workflow_id in workflows:
            await engine.retry(workflow_id, order.reason, f"{key or uuid4().hex}/{workflow_id}")
    return found


async def refuse_reset(engine: Engine, case_id: str) -> None:
    """
    Raises:
        Conflict: the case has ended as it should, or its objection runs in a workflow that would be torn from it.
    """
    found = await engine.describe(f"case-{case_id}")
    if found.status is not WorkflowExecutionStatus.RUNNING and found.status not in BROKEN_OFF:
        raise Conflict(f"The case {case_id} has ended as it should, and its result is final; only one that broke off is taken back.")
    if found.typed_search_attributes.get(PHASE) == Phase.OBJECTION.value and found.status is WorkflowExecutionStatus.RUNNING:
        raise Conflict(
            "The case waits for its objection, which would be torn from it. Mend the objection; a step that fails is tried again by "
            "itself within ten minutes."
        )
