"""A revised plan waits for the supervisor beside the year's step; the walk of the case goes on without it."""

from __future__ import annotations

from datetime import timedelta

from contracts.appraisal import PlanSubmitted
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import Case
from services.supervision.repository import tasks as rows
from services.supervision.service.access import Held
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.tasks import close, open_task


async def submitted(unit: UnitOfWork, case: Case, data: PlanSubmitted) -> None:
    """Ask the supervisor in force to decide on the revision. One that comes after monitoring changes nothing any more.

    Raises:
        NotYet: monitoring has not been opened here yet.
    """
    if case.status == "closed" or Phase(case.phase).place > Phase.MONITORING.place:
        unit.record(case.case_id, "plan_revision_too_late", plan_version=data.plan_version, phase=case.phase)
        return
    if case.phase != Phase.MONITORING:
        raise NotYet(f"the case {case.case_id} has not entered monitoring here yet")
    if data.plan_version <= max(case.plan_version or 0, case.revision_version or 0):
        return
    case.revision_version = data.plan_version
    touch(case)
    waiting = [task for task in await rows.open_tasks(unit, case.case_id) if task.kind == TaskKind.APPROVE_PLAN]
    if not waiting:
        due_at = unit.now + timedelta(days=(await definition_of(unit, case)).calendar.return_days)
        in_time = case.phase_due_at > unit.now
        await open_task(unit, case, TaskKind.APPROVE_PLAN, min(due_at, case.phase_due_at) if in_time else due_at)


def decided(unit: UnitOfWork, held: Held, by: str) -> None:
    """The revision waits no more. The step of the year stays open as it is."""
    held.case.revision_version = None
    touch(held.case)
    close(unit, held.task, "done", by)


def lapse(unit: UnitOfWork, case: Case, why: str) -> None:
    """Monitoring is over: what nobody decided is recorded as lapsed; its task is overtaken when the tasks are settled."""
    if case.revision_version is not None:
        unit.record(case.case_id, "plan_revision_lapsed", plan_version=case.revision_version, why=why)
        case.revision_version = None
