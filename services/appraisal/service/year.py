"""What the walk of the year does to the rows of this service."""

from __future__ import annotations

from datetime import datetime

from contracts.cycle import (
    CaseOpened,
    CasePaused,
    CaseResumed,
    CycleClosed,
    CycleOpened,
    DeadlineMoved,
    PhaseOpened,
)
from contracts.cycle import Phase as ContractPhase
from contracts.envelope import Envelope
from contracts.supervision import PlanApproved, PlanReturned, TaskClosed, TaskEscalated, TaskKind, TaskOpened, TaskReassigned
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import PlanStatus
from services.appraisal.domain.words import Phase
from services.appraisal.models import Case, Cycle
from services.appraisal.repository import answers, cases, cycles, people, revisions
from services.appraisal.service import opened_again, plan_revisions
from services.appraisal.service.life import events_of_new_case

WHILE_PLANS_CHANGE = frozenset({ContractPhase.TARGET_SETTING, ContractPhase.MONITORING})
"""Self-assessment is by the plan in force when it begins; from there a plan changes no more."""
OUTSIDE_THE_LINE = frozenset(
    {
        TaskKind.EVALUATE_CASE,
        TaskKind.DECIDE_EVALUATION,
        TaskKind.DECIDE_CALIBRATION,
        TaskKind.DECIDE_OBJECTION,
        TaskKind.RELEASE_RESULTS,
    }
)
"""Tasks whose assignee may stand outside the employee's reporting line."""


async def on_cycle_opened(unit: UnitOfWork, data: CycleOpened, envelope: Envelope) -> None:
    """The definition is fixed from here."""
    definition = data.definition.model_dump(mode="json")
    row = Cycle(
        cycle_id=data.cycle_id, year=data.definition.year, definition=definition, status="open", defined_at=unit.now, opened_at=unit.now
    )
    if await cycles.add_cycle(unit, row):
        return
    known = await cycles.cycle(unit, data.cycle_id, lock=True)
    if known is not None and known.status == "draft":
        await cycles.change_cycle(unit, data.cycle_id, definition=definition, status="open", opened_at=unit.now)


async def on_cycle_closed(unit: UnitOfWork, data: CycleClosed, envelope: Envelope) -> None:
    """
    Raises:
        NotYet: the cycle has not arrived here yet.
    """
    known = await cycles.cycle(unit, data.cycle_id, lock=True)
    if known is None:
        raise NotYet(f"the cycle {data.cycle_id} is not known here yet")
    if known.status != "closed":
        await cycles.change_cycle(unit, data.cycle_id, status="closed", closed_at=unit.now)


async def on_case_opened(unit: UnitOfWork, data: CaseOpened, envelope: Envelope) -> None:
    """
    Raises:
        NotYet: the cycle or the person has not arrived here yet.
    """
    if await cases.exists_case(unit, data.case_id):
        return
    if await cycles.cycle(unit, data.cycle_id) is None or await people.person(unit, data.person_id) is None:
        raise NotYet("the cycle or the person of the case is not known here yet")
    case = Case(
        case_id=data.case_id,
        cycle_id=data.cycle_id,
        person_id=data.person_id,
        unit_id=data.unit_id,
        phase=Phase.TARGET_SETTING.value,
        phase_due_at=data.due_at,
        line=await cases.line_of(unit, data.person_id, data.unit_id),
        opened_at=unit.now,
    )
    await cases.add_case(unit, case)
    await events_of_new_case(unit, case)


async def on_phase_opened(unit: UnitOfWork, data: PhaseOpened, envelope: Envelope) -> None:
    """The walk goes forward; where HR or ops opened an earlier phase again, so is what the employee handed in for it or after it."""
    phase, passed_over = Phase(data.phase.value), [passed.value for passed in data.without]
    known = await cases.enter(unit, data.case_id, phase, back=data.reopened, phase_due_at=data.due_at, passed_over=passed_over)
    if not known:
        raise NotYet(f"the case {data.case_id} is not known here yet")
    if data.reopened:
        await opened_again.open_answers(unit, data.case_id, phase, data.reason, envelope.actor.id)
    if data.phase not in WHILE_PLANS_CHANGE:
        await plan_revisions.lapse(unit, data.case_id, f"the phase {data.phase.value} was opened")


async def on_deadline_moved(unit: UnitOfWork, data: DeadlineMoved, envelope: Envelope) -> None:
    if not await cases.move_due(unit, data.case_id, data.phase.value, data.due_at):
        raise NotYet(f"the case {data.case_id} is not known here yet")


async def on_case_paused(unit: UnitOfWork, data: CasePaused, envelope: Envelope) -> None:
    await _change(unit, data.case_id, status="paused")


async def on_case_resumed(unit: UnitOfWork, data: CaseResumed, envelope: Envelope) -> None:
    await _change(unit, data.case_id, status="open", phase=data.phase.value, phase_due_at=data.due_at)


async def on_plan_approved(unit: UnitOfWork, data: PlanApproved, envelope: Envelope) -> None:
    """The plan is set. A decision on another version than the one that waits changes nothing."""
    await _decide(unit, data.case_id, data.plan_version, PlanStatus.APPROVED, data.approved_by, None)


async def on_plan_returned(unit: UnitOfWork, data: PlanReturned, envelope: Envelope) -> None:
    """The plan can be changed again; the reason stands above it."""
    await _decide(unit, data.case_id, data.plan_version, PlanStatus.RETURNED, data.returned_by, data.reason)


async def on_task_opened(unit: UnitOfWork, data: TaskOpened, envelope: Envelope) -> None:
    """Who evaluates, releases, decides an objection, or stands in for somebody may read what it is about."""
    if data.kind in OUTSIDE_THE_LINE:
        await _let_read(unit, data.kind, data.assignee_id, data.case_id)
    elif data.kind is not TaskKind.CORRECT_SUPERVISOR:
        await cases.add_reader_outside_line(unit, data.assignee_id, data.case_id)
    if data.kind is TaskKind.EVALUATE_CASE:
        await _blind(unit, data.case_id, data.assignee_id, blind=True)


async def on_task_closed(unit: UnitOfWork, data: TaskClosed, envelope: Envelope) -> None:
    """Who stood in, or rated a part of the year they have left, reads no more by it."""
    if data.kind not in OUTSIDE_THE_LINE and data.assignee_id != data.employee_id:
        await cases.remove_reader(unit, data.assignee_id, data.case_id)
    if data.kind is TaskKind.EVALUATE_CASE:
        await _blind(unit, data.case_id, data.assignee_id, blind=False)


async def on_task_moved(unit: UnitOfWork, data: TaskReassigned | TaskEscalated, envelope: Envelope) -> None:
    """Reading goes with the task."""
    if data.kind is TaskKind.CORRECT_SUPERVISOR:
        return
    await cases.remove_reader(unit, data.from_id, data.case_id)
    await _let_read(unit, data.kind, data.assignee_id, data.case_id)
    if data.kind is TaskKind.EVALUATE_CASE:
        await _blind(unit, data.case_id, data.from_id, blind=False)
        await _blind(unit, data.case_id, data.assignee_id, blind=True)


async def _blind(unit: UnitOfWork, case_id: str, person_id: str, *, blind: bool) -> None:
    if not await cases.set_blind(unit, case_id, person_id, blind=blind):
        raise NotYet(f"the case {case_id} is not known here yet")


async def _let_read(unit: UnitOfWork, kind: TaskKind, person_id: str, case_id: str) -> None:
    if kind is not TaskKind.RELEASE_RESULTS:
        await cases.add_reader(unit, person_id, case_id)
    elif not await cases.add_unit_reader(unit, person_id, case_id):
        raise NotYet(f"the case {case_id} is not known here yet")


async def _change(unit: UnitOfWork, case_id: str, **values: str | datetime | list[str]) -> None:
    if not await cases.change_open(unit, case_id, **values):
        raise NotYet(f"the case {case_id} is not known here yet")


async def _decide(unit: UnitOfWork, case_id: str, version: int, status: PlanStatus, by: str, reason: str | None) -> None:
    if await answers.decide_plan(unit, case_id, version, status=status.value, by=by, return_reason=reason):
        await revisions.keep_outcome(unit, case_id, version, status.value, by=by, reason=reason)
        unit.record(case_id, f"plan_{status.value}", version=version, by=by)
    elif await plan_revisions.decide(unit, case_id, version, status, by, reason):
        return
    elif not await cases.exists_case(unit, case_id):
        raise NotYet(f"the case {case_id} is not known here yet")
