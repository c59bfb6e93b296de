"""Orders on one case over HTTP: skip its phase, open an earlier one again, let it say again where it stands."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from contracts.cycle import Phase
from kit.auth import Principal
from kit.http import Caller
from kit.problems import Conflict
from workflows import way_back
from workflows.desk import Desk
from workflows.doors import CasePath, IdempotencyKey, TheDesk, command_of, need_later
from workflows.inputs import CaseView, CommandKind
from workflows.way_back import Refused

router = APIRouter(tags=["orders on one case"])


class CaseOrder(BaseModel):
    """An order on one case; ``dry_run`` only says what it would do."""

    reason: str = Field(min_length=3, max_length=1000)
    dry_run: bool = False


class Skip(CaseOrder):
    """Pass the present phase over. ``phase`` is the one its giver saw: if the case has moved on, nothing is skipped."""

    phase: Phase


class Reopening(CaseOrder):
    """Go back to a phase the case has been in, due at ``due_at`` or as a step is that was sent back."""

    phase: Phase
    due_at: datetime | None = None


class Ordered(BaseModel):
    """What an order does, or would do."""

    case_id: str
    order: str
    dry_run: bool
    effect: str


@router.post("/cases/{case_id}/skip", status_code=202)
async def skip(case_id: CasePath, order: Skip, desk: TheDesk, caller: Caller, key: IdempotencyKey = None) -> Ordered:
    """Go on without what the present phase still waits for; the record says who ordered it and why."""
    view = await case_to_order(desk, caller, case_id)
    refuse(way_back.why_not_skipped(view, order.phase))
    effect = f"{order.phase.value} is passed over and recorded as skipped; its open tasks close, and the case goes on."
    return await _give(desk, caller, case_id, key, "skip", order, effect, phase=order.phase)


@router.post("/cases/{case_id}/reopen", status_code=202)
async def reopen(case_id: CasePath, order: Reopening, desk: TheDesk, caller: Caller, key: IdempotencyKey = None) -> Ordered:
    """Open an earlier phase again: its tasks open, what came later is walked again, and what was recorded stays as history."""
    view = await case_to_order(desk, caller, case_id)
    refuse(way_back.why_not_reopened(view, order.phase))
    if order.due_at is not None:
        need_later(desk, order.due_at)
    effect = f"the case goes back from {view.phase.value} to {order.phase.value}; what was recorded since stays as history."
    return await _give(desk, caller, case_id, key, "reopen", order, effect, phase=order.phase, due_at=order.due_at)


@router.post("/cases/{case_id}/announce", status_code=202)
async def announce(case_id: CasePath, order: CaseOrder, desk: TheDesk, caller: Caller, key: IdempotencyKey = None) -> Ordered:
    """Let the case tell the services again which phase it is in; where they know, nothing changes."""
    view = await case_to_order(desk, caller, case_id)
    effect = f"the case tells the services again that it is in {view.phase.value}, due {view.due_at.isoformat()}."
    return await _give(desk, caller, case_id, key, "announce", order, effect)


async def case_to_order(desk: Desk, caller: Principal, case_id: str) -> CaseView:
    """A case that still runs, for somebody who may order it about.

    Raises:
        Forbidden: the caller is neither HR nor ops.
        NotFound: there is no such case.
        Conflict: it has ended.
    """
    caller.need("hr", "ops")
    return await running_case(desk, case_id)


async def running_case(desk: Desk, case_id: str) -> CaseView:
    """A case that still runs.

    Raises:
        NotFound: there is no such case.
        Conflict: it has ended.
    """
    view = await desk.case(case_id)
    if view.phase is Phase.CLOSED:
        raise Conflict(f"The case {case_id} has ended. {way_back.CLOSED_ADVICE}", extra={"phase": view.phase.value})
    return view


def refuse(refused: Refused | None) -> None:
    """
    Raises:
        Conflict: the case cannot follow the order; the problem says what can be done instead.
    """
    if refused is not None:
        raise Conflict(f"{refused.why} {refused.instead}", extra={"why": refused.why, "instead": refused.instead})


async def _give(
    desk: Desk,
    caller: Principal,
    case_id: str,
    key: str | None,
    kind: CommandKind,
    order: CaseOrder,
    effect: str,
    *,
    phase: Phase | None = None,
    due_at: datetime | None = None,
) -> Ordered:
    if not order.dry_run:
        await desk.order_case(case_id, command_of(desk, caller, key, kind, order.reason, phase=phase, due_at=due_at))
    return Ordered(case_id=case_id, order=kind, dry_run=order.dry_run, effect=effect)
