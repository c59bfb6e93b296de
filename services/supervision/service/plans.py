"""The supervisor's decision on the performance plan (SKP)."""

from __future__ import annotations

from datetime import timedelta

from contracts.supervision import PlanApproved, PlanReturned
from kit.auth import Principal
from kit.http import check_version
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action, PlanState
from services.supervision.domain.words import TaskKind
from services.supervision.models import Case
from services.supervision.service import revisions
from services.supervision.service.access import Held, entitled, readable_case
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.tasks import settle


async def approve(unit: UnitOfWork, caller: Principal, case_id: str, plan_version: int, reason: str) -> Case:
    """Agree to the plan, or to a revision of it: it is set.

    Raises:
        StaleVersion: another version of the plan was submitted meanwhile.
        Problem: as ``access.case_for``.
    """
    held = await decidable(unit, caller, case_id, plan_version)
    case = held.case
    if case.revision_version is not None:
        revisions.decided(unit, held, caller.person_id)
        case.plan_version = plan_version
    else:
        case.plan_state = PlanState.APPROVED.value
        touch(case)
        await settle(unit, case, held.tasks, done=TaskKind.APPROVE_PLAN, by=caller.person_id)
    unit.publish(PlanApproved(cycle_id=case.cycle_id, case_id=case_id, plan_version=plan_version, approved_by=caller.person_id))
    unit.record(case_id, "plan_approved", plan_version=plan_version, reason=reason)
    return case


async def send_back(unit: UnitOfWork, caller: Principal, case_id: str, plan_version: int, reason: str) -> Case:
    """Return the plan with a reason. The employee's new task is due no sooner than the cycle's return days from now.

    A returned revision opens no task: the plan in force stays, and the employee is told.

    Raises:
        StaleVersion: another version of the plan was submitted meanwhile.
        Problem: as ``access.case_for``.
    """
    held = await decidable(unit, caller, case_id, plan_version)
    case = held.case
    if case.revision_version is not None:
        revisions.decided(unit, held, caller.person_id)
    else:
        case.plan_state = PlanState.RETURNED.value
        touch(case)
        return_days = (await definition_of(unit, case)).calendar.return_days
        earliest = unit.now + timedelta(days=return_days)
        await settle(unit, case, held.tasks, done=TaskKind.APPROVE_PLAN, by=caller.person_id, note=reason, not_before=earliest)
    unit.publish(
        PlanReturned(cycle_id=case.cycle_id, case_id=case_id, plan_version=plan_version, returned_by=caller.person_id, reason=reason)
    )
    unit.record(case_id, "plan_returned", plan_version=plan_version, reason=reason)
    return case


async def decidable(unit: UnitOfWork, caller: Principal, case_id: str, plan_version: int) -> Held:
    """The case, held, if the caller may decide on that version of what waits in it: the revised plan during the year, else the first one.

    Raises:
        StaleVersion: another version of the plan was submitted meanwhile.
        Problem: as ``access.case_for``.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    action = Action.DECIDE_PLAN if case.revision_version is None else Action.DECIDE_REVISION
    held = await entitled(unit, caller, case, action)
    check_version(plan_version, (case.plan_version if case.revision_version is None else case.revision_version) or 0)
    return held
