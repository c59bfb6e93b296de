"""Orders for many cases over HTTP: first how many it reaches and what it would do, then carried out at a pace, watched and stopped."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from contracts.cycle import Phase
from kit.http import Caller
from kit.problems import Conflict, FieldError, InvalidInput
from workflows.bulk import OF_OPS, WITH_PHASE, BulkInput, Choice, Kind, LeftOut, Progress, effect_of
from workflows.bulk_deeds import choose
from workflows.bulk_order import BulkOrder
from workflows.doors import IdempotencyKey, TheDesk, need_later
from workflows.drift_doors import TheServices
from workflows.engine_desk import problem_of
from workflows.order_book import TheBook

router = APIRouter(tags=["orders on many cases"])
LISTED = 20
ANSWERS_WITHIN = timedelta(seconds=5)
"""Without a worker nobody can say how far an order is."""
OrderId = Annotated[str, Path(pattern=r"^bulk-[0-9a-f]{32}$")]


class TheOrder(BaseModel):
    """What each of the cases is told. ``phase`` and ``due_at`` as in the order on one case."""

    kind: Kind
    phase: Phase | None = None
    due_at: datetime | None = None


class Bulk(BaseModel):
    """An order for many cases; ``dry_run`` only says how many it reaches, which it leaves out, and what it would do."""

    reason: str = Field(min_length=3, max_length=1000)
    order: TheOrder
    choose: Choice
    per_second: float = Field(default=5, ge=0.01, le=50)
    dry_run: bool = False


class BulkAnswer(BaseModel):
    """What an order for many reaches; ``order_id`` where it has begun."""

    order_id: str | None
    reached: int
    left_out: list[LeftOut]
    effect: str
    dry_run: bool


class Because(BaseModel):
    reason: str = Field(min_length=3, max_length=1000)


@router.post("/bulk-orders", status_code=202)
async def order_many(
    bulk: Bulk, desk: TheDesk, services: TheServices, book: TheBook, caller: Caller, key: IdempotencyKey = None
) -> BulkAnswer:
    """Give one order to many cases, each with its own entry in the audit trail."""
    caller.need("ops") if bulk.order.kind in OF_OPS else caller.need("hr", "ops")
    _check(bulk.order)
    if bulk.order.due_at is not None:
        need_later(desk, bulk.order.due_at)
    kind, phase, due_at = bulk.order.kind, bulk.order.phase, bulk.order.due_at
    chosen = await choose(services, bulk.choose, kind, phase)
    reached = len(chosen.case_ids)
    effect = effect_of(kind, phase, due_at, reached, bulk.per_second)
    answer = BulkAnswer(order_id=None, reached=reached, left_out=chosen.left_out, effect=effect, dry_run=bulk.dry_run)
    if bulk.dry_run:
        return answer
    if not reached:
        raise Conflict("The order reaches no case.")
    order_id = f"bulk-{sha256(f'{caller.person_id}/{key or uuid4()}'.encode()).hexdigest()[:32]}"
    await book.keep(f"cycle:{bulk.choose.cycle_id}", "bulk", bulk.reason, what=kind.value, cases=reached, order_id=order_id)
    given = BulkInput(
        order_id=order_id,
        kind=kind,
        reason=bulk.reason,
        by=caller.person_id,
        choice=bulk.choose,
        per_second=bulk.per_second,
        phase=phase,
        due_at=due_at,
        waiting=chosen.case_ids,
    )
    try:
        await desk.temporal.start_workflow(
            BulkOrder.run,
            given,
            id=order_id,
            task_queue=desk.settings.temporal_task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
    except WorkflowAlreadyStartedError:
        pass
    except RPCError as error:
        raise problem_of(error, "The order could not begin.") from error
    return answer.model_copy(update={"order_id": order_id})


@router.get("/bulk-orders")
async def list_orders(desk: TheDesk, caller: Caller) -> list[Progress]:
    """The newest orders for many, and how far each has come."""
    caller.need("hr", "ops", "service")
    query = f"WorkflowType = 'BulkOrder' AND TaskQueue = '{desk.settings.temporal_task_queue}'"
    try:
        found = [one.id async for one in desk.temporal.list_workflows(query, limit=LISTED)]
    except RPCError as error:
        raise problem_of(error, "There is no order.") from error
    # One that continued as new has several runs.
    return list(await asyncio.gather(*(_progress(desk, order_id) for order_id in dict.fromkeys(found))))


@router.get("/bulk-orders/{order_id}")
async def one_order(order_id: OrderId, desk: TheDesk, caller: Caller) -> Progress:
    """How far an order for many has come."""
    caller.need("hr", "ops", "service")
    return await _progress(desk, order_id)


@router.post("/bulk-orders/{order_id}/stop", status_code=204, response_class=Response)
async def stop(order_id: OrderId, body: Because, desk: TheDesk, book: TheBook, caller: Caller) -> None:
    """Tell no further cases; those already told stay so."""
    caller.need("hr", "ops")
    progress = await _progress(desk, order_id)
    if progress.state in {"done", "stopped"}:
        raise Conflict("The order is over: there is nothing left to stop.")
    await book.keep(f"cycle:{progress.cycle_id}", "bulk_stop", body.reason, order_id=order_id)
    try:
        await desk.temporal.get_workflow_handle(order_id).signal(BulkOrder.stop, args=[caller.person_id, body.reason])
    except RPCError as error:
        raise problem_of(error, f"The order {order_id} is over.") from error


async def _progress(desk: TheDesk, order_id: str) -> Progress:
    try:
        return await desk.temporal.get_workflow_handle(order_id).query(BulkOrder.progress, rpc_timeout=ANSWERS_WITHIN)
    except RPCError as error:
        raise problem_of(error, f"There is no order {order_id}.") from error


def _check(order: TheOrder) -> None:
    errors = []
    if order.kind in WITH_PHASE and order.phase in {None, Phase.CLOSED}:
        errors.append(FieldError("order.phase", "is missing", f"name the phase to {order.kind.value}"))
    if order.kind is Kind.EXTEND and order.due_at is None:
        errors.append(FieldError("order.due_at", "is missing", "give the new due date"))
    if errors:
        raise InvalidInput("The order is not complete.", errors)
